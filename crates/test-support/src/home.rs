//! The directories and the environment in which a test runs Terraform or the provider.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::{self, File, Permissions},
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use nix::{sys::stat::Mode, unistd::mkfifo};
use tempfile::TempDir;

use crate::{
    output::Output, processes::Process, programs::Programs, running::Running, search::Search, terraform::Terraform,
};

/// A directory tree with `work/`, `home/`, `tmp/` and `overrides/`. Terraform runs in `work/`, and finds the provider in
/// `overrides/`.
///
/// The environment does not contain variables of the user. `PATH` has only the declared programs, everything is logged, and the
/// Internet cannot be reached.
#[derive(Debug)]
pub struct Home {
    root: TempDir,
    environment: BTreeMap<OsString, OsString>,
    /// The files that the test wrote. These files are allowed to contain secrets.
    inputs: Vec<(PathBuf, Vec<u8>)>,
}

impl Home {
    /// Creates the directories. Sets a development override: Terraform then runs the binary `provider` for this source address.
    ///
    /// # Panics
    /// If a directory or file cannot be created. All functions of this type panic in such cases, because the test cannot go on.
    #[must_use]
    pub fn new(provider: &Path, source: &str, programs: &Programs) -> Self {
        let root = tempfile::Builder::new().prefix("ecr-").tempdir().expect("a directory for the test");
        let mut home = Self { root, environment: BTreeMap::new(), inputs: Vec::new() };
        for directory in ["work", "home", "tmp", "overrides"] {
            fs::create_dir(home.path(directory)).expect("a directory can be made");
        }
        let overrides = home.path("overrides");
        let name = provider.file_name().expect("the provider is a file");
        symlink(provider, overrides.join(name)).expect("the provider can be linked to");
        home.write(
            "cli.tfrc",
            format!("provider_installation {{\n  dev_overrides {{\n    {source:?} = {overrides:?}\n  }}\n}}\n"),
        );
        let paths = [("HOME", "home"), ("TMPDIR", "tmp"), ("TF_CLI_CONFIG_FILE", "cli.tfrc"), ("TF_LOG_PATH", "log")];
        for (name, path) in paths {
            home.set(name, home.path(path));
        }
        home.set("PATH", programs.search_path());
        let variables = [
            ("TF_LOG", "TRACE"),
            ("RUST_LOG", "trace"),
            ("TF_INPUT", "0"),
            ("CHECKPOINT_DISABLE", "1"),
            // No request must reach the Internet.
            ("HTTPS_PROXY", "http://127.0.0.1:1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        variables.iter().for_each(|(name, value)| home.set(name, value));
        home
    }

    /// Sets a variable of the environment.
    pub fn set(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.environment.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
    }

    /// Removes a variable from the environment.
    pub fn unset(&mut self, name: &str) {
        self.environment.remove(OsStr::new(name));
    }

    /// Returns the variables of the environment.
    pub fn environment(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.environment.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// Writes a file at a path relative to the root. A file that begins with `#!` is executable.
    pub fn write(&mut self, name: &str, content: impl AsRef<[u8]>) {
        let (path, content) = (self.directory_for(name), content.as_ref());
        fs::write(&path, content).expect("a file can be written");
        if content.starts_with(b"#!") {
            fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("a file can be made executable");
        }
        self.inputs.push((path, content.to_owned()));
    }

    /// Creates a named pipe at a path relative to the root.
    pub fn pipe(&self, name: &str) {
        mkfifo(&self.directory_for(name), Mode::S_IRWXU).expect("a pipe can be made");
    }

    /// Returns the content of a file at a path relative to the root.
    #[track_caller]
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Returns the path of a file or directory in the tree.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Returns the path of a file in the tree, and creates the directory that contains the file.
    fn directory_for(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory can be made");
        path
    }

    /// Starts Terraform in `work/`, in a new process group, as a shell does. The provider joins this process group.
    ///
    /// # Panics
    /// If Terraform does not start.
    #[must_use]
    pub fn start(&self, terraform: &Terraform, arguments: &[&str], input: &str) -> Running<'_> {
        let [stdin, stdout, stderr] = ["stdin", "stdout", "stderr"].map(|name| self.path(name));
        fs::write(&stdin, input).expect("stdin can be written");
        let mut command = Command::new(&terraform.path);
        command.args(arguments).current_dir(self.path("work")).env_clear().envs(&self.environment).process_group(0);
        command.stdin(File::open(&stdin).expect("stdin can be opened"));
        command.stdout(File::create(&stdout).expect("stdout can be made"));
        command.stderr(File::create(&stderr).expect("stderr can be made"));
        let child = command.spawn().expect("Terraform starts");
        Running::new(format!("{} {}", terraform.name, arguments.join(" ")), self, child)
    }

    /// Runs Terraform until it ends.
    ///
    /// # Panics
    /// If Terraform does not start, or if it hangs.
    #[must_use]
    pub fn run(&self, terraform: &Terraform, arguments: &[&str], input: &str) -> Output {
        self.start(terraform, arguments, input).output()
    }

    /// Finds everything that a run must not leave behind: secrets (in files, names or output), running processes, and files in
    /// `tmp/`. Returns a line for each finding. Ignores the files that the test wrote, and copies of these files.
    #[must_use]
    pub fn left_behind(&self, search: Search, survivors: &[Process]) -> Vec<String> {
        let search = self
            .inputs
            .iter()
            .fold(search, |search, (path, content)| search.except(path.clone()).except_content(content.clone()));
        let mut found = search.directory(self.root.path());
        found.extend(survivors.iter().map(|process| format!("still running: {process:?}")));
        found.extend(self.leftovers().iter().map(|path| format!("left in TMPDIR: {}", path.display())));
        found
    }

    /// Returns the paths of everything in the temporary directory, in which the provider creates its socket.
    ///
    /// # Panics
    /// If the directory cannot be read.
    #[must_use]
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("tmp")).expect("the temporary directory is readable");
        entries.map(|entry| entry.expect("an entry of a directory").path()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that replaces Terraform, and writes a secret to every place where a run can leave a secret.
    const PLANT_SECRETS: &str = "#!/bin/sh
echo \"stdout: $AWS_SECRET_ACCESS_KEY\"
echo \"stderr: $AWS_SECRET_ACCESS_KEY\" >&2
echo \"log: $AWS_SECRET_ACCESS_KEY\" >\"$TF_LOG_PATH\"
echo \"state: $AWS_SECRET_ACCESS_KEY\" >terraform.tfstate
: >\"$TMPDIR/socket\"
sleep 60 &
";

    #[test]
    fn finds_everything_that_is_left_behind() {
        let programs = Programs::find(&["sh", "sleep"]).expect("every Unix has both programs");
        let mut home = Home::new(Path::new("/nonexistent/provider"), "terraform-ecr/ecr", &programs);
        home.set("AWS_SECRET_ACCESS_KEY", "hunter2");
        home.write("work/main.tf", "secret_key = \"hunter2\"");
        home.write("terraform", PLANT_SECRETS);
        let terraform = Terraform { name: "plants".to_owned(), path: home.path("terraform") };
        let mut running = home.start(&terraform, &[], "");
        running.ends();
        let mut left = home.left_behind(Search::new(["hunter2"]), &running.processes());
        left.sort();
        let expected = ["log", "stderr", "stdout", "work/terraform.tfstate"].map(|name| format!("{name}: "));
        assert_eq!(left.len(), 6, "{left:#?}");
        assert!(left[0].starts_with("left in TMPDIR: ") && left[0].ends_with("socket"), "{left:#?}");
        // The process may still be the forked shell, which has not yet started `sleep`.
        assert!(left[1].starts_with("still running: "), "{left:#?}");
        assert!(left[2..].iter().zip(expected).all(|(line, place)| line.contains(&place)), "{left:#?}");
    }
}
