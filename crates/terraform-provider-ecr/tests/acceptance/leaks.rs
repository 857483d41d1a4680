//! Looks for what a run of Terraform must not leave behind: the token or the secret key in any file, and sockets.

use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use libtest_mimic::Trial;
use zip::ZipArchive;

use crate::digests;

/// Looks for secrets in files.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    needles: Vec<(&'static str, String)>,
    /// What the test wrote itself: may hold the secret key, also where Terraform keeps a copy (in a saved plan).
    inputs: &'a [String],
}

impl<'a> Search<'a> {
    pub(crate) fn new(secret_key: &str, inputs: &'a [String]) -> Self {
        let needles = vec![
            ("the password", digests::PASSWORD.to_owned()),
            ("the password in base64", BASE64_STANDARD.encode(digests::PASSWORD)),
            ("the authorization token", digests::authorization_token()),
            ("the secret access key", secret_key.to_owned()),
        ];
        Self { needles, inputs }
    }

    /// Everything found in the files below `directory`, archives unpacked, links not followed.
    pub(crate) fn directory(&self, directory: &Path) -> Vec<String> {
        let mut findings = Vec::new();
        for entry in fs::read_dir(directory).expect("a directory is readable") {
            let entry = entry.expect("a directory entry is readable");
            let kind = entry.file_type().expect("a directory entry has a type");
            let path = entry.path();
            if kind.is_dir() {
                findings.extend(self.directory(&path));
            } else if kind.is_file() && !is_provider(&path) {
                findings
                    .extend(self.content(&path.display().to_string(), &fs::read(&path).expect("a file is readable")));
            }
        }
        findings
    }

    fn content(&self, name: &str, content: &[u8]) -> Vec<String> {
        if content.starts_with(b"PK\x03\x04") {
            return self.archive(name, content);
        }
        if self.inputs.iter().any(|input| input.as_bytes() == content) {
            return Vec::new();
        }
        let text = String::from_utf8_lossy(content);
        let found = self.needles.iter().filter(|(_, needle)| text.contains(needle));
        found.map(|(what, _)| format!("{what} in {name}")).collect()
    }

    fn archive(&self, name: &str, content: &[u8]) -> Vec<String> {
        let mut archive = ZipArchive::new(Cursor::new(content)).expect("a zip archive");
        let mut findings = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).expect("a member of the archive");
            let mut content = Vec::new();
            member.read_to_end(&mut content).expect("a member can be unpacked");
            let member = member.name().expect("a member has a name");
            findings.extend(self.content(&format!("{name}:{member}"), &content));
        }
        findings
    }
}

/// Copies of the provider itself are large, and hold no more than the source does.
fn is_provider(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("terraform-provider-ecr"))
}

/// Whatever is left in the temporary directory; the provider's socket was there.
pub(crate) fn leftovers(tmp: &Path) -> Vec<String> {
    let entries = fs::read_dir(tmp).expect("the temporary directory is readable").flatten();
    entries.map(|entry| entry.path().display().to_string()).collect()
}

/// A search that finds nothing proves nothing unless it finds what is there.
pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("leaks::search_finds_what_is_planted", || {
        search_finds_what_is_planted();
        Ok(())
    })]
}

fn search_finds_what_is_planted() {
    let directory = tempfile::tempdir().expect("a directory");
    let nested = directory.path().join("a/b");
    fs::create_dir_all(&nested).expect("nested directories");
    let inputs = ["secret_key = \"planted-secret\"".to_owned()];
    fs::write(nested.join("main.tf"), &inputs[0]).expect("an input");
    let search = |inputs| Search::new("planted-secret", inputs).directory(directory.path());
    assert_eq!(search(&inputs), Vec::<String>::new(), "an input is no finding");
    assert_eq!(search(&[]).len(), 1, "the secret key outside of an input is");

    fs::write(nested.join("state"), [b"\xff\xfe".as_slice(), digests::authorization_token().as_bytes()].concat())
        .expect("a binary file");
    let mut archive = zip::ZipWriter::new(fs::File::create(nested.join("plan")).expect("an archive"));
    archive.start_file("tfplan", zip::write::SimpleFileOptions::default()).expect("a member");
    std::io::Write::write_all(&mut archive, digests::PASSWORD.as_bytes()).expect("a member's content");
    archive.finish().expect("an archive");
    let mut found = search(&inputs);
    found.sort();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("the authorization token in") && found[0].ends_with("state"), "{found:?}");
    assert!(found[1].starts_with("the password in") && found[1].ends_with("plan:tfplan"), "{found:?}");
}
