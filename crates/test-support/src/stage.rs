//! The servers, the files and the environment of a row.

use std::{ffi::OsString, os::unix::ffi::OsStringExt, path::Path};

use ecr_sandbox::{Options, Sandbox};

use crate::{
    home::Home,
    processes::Process,
    programs::Programs,
    report::{Outcome, is_to_proxy},
    row::Row,
    search::Search,
    world::World,
};

/// The text that every secret of a row contains.
const SECRET: &str = "hunter2";

/// The home directory and the servers of a row.
#[derive(Debug)]
pub struct Stage {
    /// The directories and the environment.
    pub home: Home,
    /// The servers.
    pub world: World,
}

impl Stage {
    /// Creates the home directory of a row, and starts the servers. Terraform then runs the binary `provider` for this source
    /// address.
    ///
    /// # Panics
    /// If a file cannot be created, or if a server cannot start.
    #[must_use]
    pub fn new(row: &Row, provider: &Path, source: &str, programs: &Programs) -> Self {
        let mut home = Home::new(provider, source, programs);
        ["HOME", "HTTPS_PROXY", "AWS_EC2_METADATA_DISABLED"].iter().for_each(|name| home.unset(name));
        let mut stage = Self { home, world: World::start(row) };
        let authority = stage.world.sandbox.ca_certificate().to_owned();
        stage.home.write("home/ca.pem", &authority);
        // In OpenSSL's certificate directories, the name of a file is a hash of the certificate's subject. Programs that read the
        // whole directory check only the form of the name.
        stage.home.write("home/authorities/00000000.0", &authority);
        if row.texts().any(|text| text.contains("other-ca.pem")) {
            let other = stage.world.sandbox.wait(Sandbox::start(Options::default())).expect("another sandbox");
            stage.home.write("home/other-ca.pem", other.ca_certificate());
        }
        for (name, content) in &row.files {
            let content = stage.fill_bytes(content);
            stage.home.write(&format!("home/{name}"), content);
        }
        for (name, content) in &row.module_files {
            let content = stage.fill_bytes(content);
            stage.home.write(&format!("work/{name}"), content);
        }
        row.pipes.iter().for_each(|name| stage.home.pipe(&format!("home/{name}")));
        for (name, value) in &row.environment {
            let value = stage.fill_bytes(value);
            stage.home.set(name, OsString::from_vec(value));
        }
        stage
    }

    /// Writes `work/main.tf`, with addresses instead of the placeholders.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn configure(&mut self, main_tf: &str) {
        let text = self.fill(main_tf);
        self.home.write("work/main.tf", text);
    }

    /// Returns a text of a row with values instead of placeholders.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let text = self.world.fill(text).replace("<home>", &self.home.path("home").display().to_string());
        text.replace("<ca.pem>", self.world.sandbox.ca_certificate())
    }

    /// Returns a printed text with placeholders instead of values, so that the text is the same in every run.
    #[must_use]
    pub fn empty(&self, text: &str) -> String {
        self.world.empty(&text.replace(&self.home.path("home").display().to_string(), "<home>"))
    }

    fn fill_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        std::str::from_utf8(bytes).map_or_else(|_| bytes.to_owned(), |text| self.fill(text).into_bytes())
    }

    /// Returns a line for each finding: a secret, a file in `tmp/`, or a process that still runs. Searches for secrets in these
    /// texts and in files that the row has not written. Searches for the secrets of all rows, and for the secrets that the
    /// sandbox has sent.
    #[must_use]
    pub fn left_behind(&self, survivors: &[Process], texts: &[(&str, &str)]) -> Vec<String> {
        let sandbox = &self.world.sandbox;
        let sent = sandbox.secrets();
        let known = sandbox.keys().iter().flat_map(|key| [Some(&key.secret), key.session_token.as_ref()]).flatten();
        let search = Search::new(sent.iter().chain(known).map(String::as_str).chain([SECRET]));
        let mut found: Vec<_> = texts.iter().flat_map(|(place, text)| search.text(place, text.as_bytes())).collect();
        found.extend(self.home.left_behind(search, survivors));
        found
    }

    /// Returns the outcome of a row with these diagnostics. Lists a repeated request only once if `may_repeat` returns true for
    /// the request. Also lists a repeated request to a proxy only once, because the proxy rejects such requests.
    #[must_use]
    pub fn outcome(&self, diagnostics: String, problems: Vec<String>, may_repeat: impl Fn(&str) -> bool) -> Outcome {
        let mut asked = self.world.lines();
        asked.dedup_by(|line, before| line == before && (is_to_proxy(line) || may_repeat(line)));
        Outcome { asked, count: self.world.sandbox.call_count(), diagnostics, problems }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::row::keys;

    #[test]
    fn finds_secrets_that_the_row_did_not_write() {
        let programs = Programs::find(&[]).expect("all programs are found");
        let row = keys("any").file("token", "hunter2-identity");
        let stage = Stage::new(&row, Path::new("/nonexistent/provider"), "terraform-ecr/ecr", &programs);
        assert_eq!(stage.left_behind(&[], &[("stdout", "AKIDENV")]), Vec::<String>::new(), "the row wrote this itself");
        let cache = stage.home.path("home/.aws/cache");
        fs::create_dir_all(cache.parent().expect("a directory")).expect("a directory can be made");
        fs::write(&cache, "hunter2-identity and more").expect("a file can be written");
        // A part of the secret key in the environment, without the text that all secrets contain.
        let part = "unter2/secret/key";
        let found = stage.left_behind(&[], &[("the log", part)]);
        assert!(found.len() == 2 && found[0].contains("in the log: ") && found[1].contains("cache: "), "{found:#?}");
    }
}
