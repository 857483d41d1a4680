//! The programs that are run.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

/// What a machine may lack.
const OPTIONAL: [&str; 5] = ["curl", "docker", "docker-credential-ecr-login", "docker-registry", "skopeo"];

/// Where each program is.
#[derive(Debug)]
pub(crate) struct Programs(HashMap<&'static str, PathBuf>);

impl Programs {
    /// # Panics
    /// Without AWS's command line and its SDK: `make test` provisions them.
    pub(crate) fn find() -> Self {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools");
        let optional = OPTIONAL.into_iter().filter_map(|name| Some((name, optional(name, &tools)?)));
        let provisioned = ["aws", "python"].map(|name| (name, tools.join("venv/bin").join(name)));
        for (name, path) in &provisioned {
            assert!(path.exists(), "no {name}: `make test` provisions it (scripts/provision)");
        }
        Self(optional.chain(provisioned).collect())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn path(&self, name: &str) -> &Path {
        self.0.get(name).unwrap_or_else(|| panic!("there is no {name}"))
    }
}

/// On `PATH`, which the shell knows, or where scripts/provision puts it.
fn optional(name: &str, tools: &Path) -> Option<PathBuf> {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"command -v "$1" || command -v "$2""#, "sh", name]).arg(tools.join("bin").join(name));
    let output = shell.output().expect("a shell");
    let path = String::from_utf8(output.stdout).expect("a path that is text");
    Some(path.trim_end()).filter(|path| !path.is_empty()).map(PathBuf::from)
}
