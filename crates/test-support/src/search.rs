//! The search for secrets that a run must not leave behind: in files, archives, names, links, and whatever programs print.

use std::{
    collections::BTreeSet,
    fs,
    io::{Cursor, Read},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use url::form_urlencoded;
use zip::ZipArchive;

/// The first bytes of a zip archive, as a saved plan is.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Searches for secrets in every form that is known: as they are, in base64, hexadecimal, percent-encoded and in JSON.
#[derive(Debug)]
pub struct Search {
    automaton: AhoCorasick,
    /// The secret and the form of each pattern.
    patterns: Vec<String>,
    exceptions: Vec<PathBuf>,
    inputs: Vec<Vec<u8>>,
}

impl Search {
    /// A search for these secrets. Empty ones are not searched for.
    ///
    /// # Panics
    /// If all are empty: a search for nothing finds nothing.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets: BTreeSet<_> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        assert!(!secrets.is_empty(), "there are secrets to search for");
        let forms = secrets.iter().flat_map(|secret| {
            forms(secret).into_iter().map(move |(form, text)| (format!("the secret {secret:?} {form}"), text))
        });
        let (patterns, texts): (Vec<_>, Vec<_>) = forms.unzip();
        let automaton = AhoCorasick::new(texts).expect("patterns of a few hundred bytes");
        Self { automaton, patterns, exceptions: Vec::new(), inputs: Vec::new() }
    }

    /// Leaves out a file, or everything below a directory.
    #[must_use]
    pub fn except(mut self, path: impl Into<PathBuf>) -> Self {
        self.exceptions.push(path.into());
        self
    }

    /// Leaves out files with exactly this content, which the test wrote. Terraform keeps copies, also in a saved plan.
    #[must_use]
    pub fn except_content(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.inputs.push(content.into());
        self
    }

    /// Searches whatever a program has printed. Returns a line for each finding.
    #[must_use]
    pub fn text(&self, place: &str, text: &[u8]) -> Vec<String> {
        let found: BTreeSet<_> = self.automaton.find_iter(text).map(|found| (found.start(), found.pattern())).collect();
        let mut seen = BTreeSet::new();
        let first = found.into_iter().filter(|(_, pattern)| seen.insert(*pattern));
        first.map(|(start, pattern)| format!("{} in {place}: {}", self.patterns[pattern], line(text, start))).collect()
    }

    /// Searches names, links and files below a directory. Does not follow links. Returns a line for each finding, and for
    /// everything that cannot be read. A search that cannot look must not pass.
    #[must_use]
    pub fn directory(&self, directory: &Path) -> Vec<String> {
        let unread = |error| vec![unread(directory, &error)];
        let entries: Result<Vec<_>, _> = match fs::read_dir(directory) {
            Ok(entries) => entries.collect(),
            Err(error) => return unread(error),
        };
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return unread(error),
        };
        entries.iter().map(fs::DirEntry::path).flat_map(|path| self.path(&path)).collect()
    }

    /// Searches one entry of a directory.
    #[must_use]
    pub fn path(&self, path: &Path) -> Vec<String> {
        if self.exceptions.iter().any(|exception| exception == path) {
            return Vec::new();
        }
        let place = path.display().to_string();
        let mut found = self.text(&format!("the name {place}"), path.file_name().unwrap_or_default().as_bytes());
        found.extend(match fs::symlink_metadata(path) {
            Err(error) => vec![unread(path, &error)],
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            Ok(metadata) if metadata.is_symlink() => match fs::read_link(path) {
                Ok(target) => self.text(&format!("the link {place}"), target.as_os_str().as_bytes()),
                Err(error) => vec![unread(path, &error)],
            },
            Ok(metadata) if metadata.is_file() && !is_provider(path) => match fs::read(path) {
                Ok(content) => self.content(&place, &content),
                Err(error) => vec![unread(path, &error)],
            },
            // Sockets and pipes hold nothing.
            Ok(_) => Vec::new(),
        });
        found
    }

    fn content(&self, place: &str, content: &[u8]) -> Vec<String> {
        if self.inputs.iter().any(|input| input == content) {
            return Vec::new();
        }
        let mut found = self.text(place, content);
        if content.starts_with(ARCHIVE) {
            found.extend(self.archive(place, content).unwrap_or_else(|error| vec![unread(Path::new(place), &error)]));
        }
        found
    }

    fn archive(&self, place: &str, content: &[u8]) -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let mut archive = ZipArchive::new(Cursor::new(content))?;
        let mut found = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index)?;
            let mut content = Vec::new();
            member.read_to_end(&mut content)?;
            found.extend(self.content(&format!("{place}:{}", member.name()?), &content));
        }
        Ok(found)
    }
}

/// The forms in which a secret may appear, each with its name.
fn forms(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).expect("a string is JSON");
    let json = json.trim_matches('"');
    // As Go writes JSON: <https://pkg.go.dev/encoding/json#HTMLEscape>
    let go = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let mut forms = vec![
        ("as it is", secret.to_owned()),
        ("in hexadecimal", hexadecimal.to_uppercase()),
        ("in hexadecimal", hexadecimal),
        ("percent-encoded", percent.replace('+', "%20")),
        ("percent-encoded", in_small_letters(&percent)),
        ("percent-encoded", percent),
        ("in JSON", json.to_owned()),
        ("in JSON", json.replace('/', "\\/")),
        ("in JSON", go),
    ];
    for shift in 0..3 {
        forms.push(("in base64", in_base64(&BASE64_STANDARD_NO_PAD, secret, shift)));
        forms.push(("in base64", in_base64(&BASE64_URL_SAFE_NO_PAD, secret, shift)));
    }
    let mut seen = BTreeSet::new();
    forms.retain(|(_, text)| seen.insert(text.clone()));
    forms.into_iter().map(|(form, text)| (form, text.into_bytes())).collect()
}

/// The characters of the base64 of a longer text that depend on the secret alone, where it begins `shift` bytes after a group of three.
fn in_base64(engine: &impl Engine, secret: &str, shift: usize) -> String {
    let encoded = engine.encode([&vec![0; shift], secret.as_bytes()].concat());
    let (start, end) = ((shift * 8).div_ceil(6), (shift + secret.len()) * 8 / 6);
    encoded[start..end].to_owned()
}

fn in_small_letters(percent: &str) -> String {
    let mut parts = percent.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (code, rest) = part.split_at(2);
        text + "%" + &code.to_lowercase() + rest
    })
}

/// The line that holds the byte at `start`, cut to a readable length.
fn line(text: &[u8], start: usize) -> String {
    let from = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let to = text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length);
    let from = from.max(start.saturating_sub(200));
    String::from_utf8_lossy(&text[from..to.min(from + 500)]).into_owned()
}

/// Copies of the provider are large, and hold no more than its source does.
fn is_provider(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("terraform-provider-ecr"))
}

fn unread(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("not searched: {}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::symlink};

    use super::*;

    const SECRET: &str = "s3cr/t+<of> \"me\"";

    /// Each form, at every shift of base64.
    fn planted() -> Vec<String> {
        let base64 = |shift: usize| {
            let text = ["", "A", "AW"][shift].to_owned() + SECRET + "!tail";
            [BASE64_STANDARD_NO_PAD.encode(&text), BASE64_URL_SAFE_NO_PAD.encode(&text)]
        };
        let mut texts = vec![
            format!("a=1\nb={SECRET}\n"),
            "736372".to_owned(), // not the secret
            "7333 733363722f742b3c6f663e20226d6522".to_owned(),
            "7333 733363722F742B3C6F663E20226D6522".to_owned(),
            "?token=s3cr%2Ft%2B%3Cof%3E+%22me%22&x".to_owned(),
            "?token=s3cr%2Ft%2B%3Cof%3E%20%22me%22&x".to_owned(),
            "?token=s3cr%2ft%2b%3cof%3e+%22me%22&x".to_owned(),
            r#"{"token": "s3cr/t+<of> \"me\""}"#.to_owned(),
            r#"{"token": "s3cr\/t+<of> \"me\""}"#.to_owned(),
            r#"{"token": "s3cr/t+\u003cof\u003e \"me\""}"#.to_owned(),
        ];
        texts.extend((0..3).flat_map(base64));
        texts
    }

    fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(content).expect("a member's content");
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn every_form_is_found_in_every_place() {
        let search = Search::new([SECRET]);
        for text in planted() {
            let expected = usize::from(text != "736372");
            assert_eq!(search.text("stdout", text.as_bytes()).len(), expected, "printed: {text}");
            let places: [(&str, Vec<u8>); 4] = [
                ("a/b/file", text.clone().into_bytes()),
                ("binary", [b"\xff\xfe\0", text.as_bytes(), b"\0\xff"].concat()),
                ("plan", archive_of("tfplan", text.as_bytes())),
                ("nested", archive_of("inner.zip", &archive_of("state", text.as_bytes()))),
            ];
            for (name, content) in places {
                let directory = tempfile::tempdir().expect("a directory");
                let path = directory.path().join(name);
                fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory can be made");
                fs::write(&path, &content).expect("a file can be written");
                assert_eq!(search.directory(directory.path()).len(), expected, "in {name}: {text}");
                let search = Search::new([SECRET]).except(directory.path().join("a")).except(&path);
                assert!(search.directory(directory.path()).is_empty(), "an exception is not searched");
                assert!(
                    Search::new([SECRET]).except_content(content).directory(directory.path()).is_empty(),
                    "an input"
                );
            }
        }
    }

    #[test]
    fn names_and_links_are_searched() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("login-hunter2"), "").expect("a file can be written");
        symlink("/nowhere/hunter2", directory.path().join("link")).expect("a link can be made");
        let mut found = Search::new(["hunter2"]).directory(directory.path());
        found.sort();
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("in the link ") && found[1].contains("in the name "), "{found:#?}");
    }

    #[test]
    fn whatever_cannot_be_read_is_a_finding() {
        let search = Search::new(["hunter2"]);
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("plan"), ARCHIVE).expect("a file can be written");
        let unread = [
            search.directory(directory.path()),
            search.directory(&directory.path().join("missing")),
            search.path(&directory.path().join("missing")),
            // Nothing is mapped at its start, for root as well.
            search.path(Path::new("/proc/self/mem")),
        ];
        for found in unread {
            assert!(found.len() == 1 && found[0].starts_with("not searched: "), "{found:#?}");
        }
    }

    #[test]
    #[should_panic(expected = "there are secrets to search for")]
    fn a_search_for_nothing_is_a_mistake_of_the_test() {
        let _ = Search::new(["", ""]);
    }
}
