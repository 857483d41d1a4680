//! Checks the text of the files in `.github/workflows`. A test cannot run these workflows.

use std::{fs, path::Path, process::Command};

use libtest_mimic::Trial;
use serde_json::Value as Json;
use test_support::{repository, test};

pub(crate) fn trial() -> Trial {
    test::trial("workflows::commands_exist_and_actions_are_pinned", &["python"], |_| {
        let files = fs::read_dir(repository().join(".github/workflows")).expect("a directory");
        let files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
        assert!(files.len() >= 2, "{files:?}");
        files.iter().for_each(|file| check(file));
        Ok(())
    })
}

fn check(file: &Path) {
    let text = fs::read_to_string(file).expect("a workflow");
    let workflow = parsed(file);
    // YAML parses the key `on` as the boolean true.
    assert!(
        workflow["on"].is_object() || workflow["true"].is_object(),
        "{}: the workflow has the key `on`",
        file.display()
    );
    let permissions = workflow["permissions"].as_object().expect("permissions");
    assert!(
        permissions.iter().all(|(_, value)| value == "read"),
        "{}: the workflow has only read permissions",
        file.display()
    );
    let makefile = fs::read_to_string(repository().join("Makefile")).expect("a Makefile");
    for (name, job) in workflow["jobs"].as_object().expect("jobs") {
        assert!(job["runs-on"].is_string(), "{name}");
        assert!(
            job["permissions"].is_null() || job["permissions"].is_object(),
            "{name}: the job lists single permissions"
        );
        for step in job["steps"].as_array().expect("steps") {
            if let Some(action) = step["uses"].as_str() {
                let (_, commit) = action.split_once('@').unwrap_or_else(|| panic!("{action} has no commit"));
                assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
                assert!(text.contains(&format!("{action} # v")), "{action}: a comment names the version");
                continue;
            }
            let run = step["run"].as_str().unwrap_or_else(|| panic!("{name}: {step}"));
            for word in run.split_whitespace().filter(|word| word.starts_with("scripts/") || word.starts_with(".ci/")) {
                assert!(repository().join(word).is_file(), "{word}, which {name} runs");
            }
            for line in run.lines().map(str::trim) {
                if let Some(target) = line.strip_prefix("make ") {
                    assert!(makefile.contains(&format!("\n{target}: ")), "{target}, which {name} makes");
                }
                assert!(!line.starts_with("cargo install") || line.contains('@'), "{line}: which version");
            }
        }
    }
}

/// Parses a YAML file with the Python of moto, which has a YAML library.
fn parsed(file: &Path) -> Json {
    let program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let python = repository().join(".tools/venv/bin/python");
    let output = Command::new(python).args(["-c", program]).arg(file).output().expect("Python runs");
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
