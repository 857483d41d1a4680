//! The search for secrets that a run must not leave behind: in files, archives, names, links, and the output of programs.

mod forms;
mod views;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Cursor, Read},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use self::{forms::Forms, views::views};

/// The first bytes of a zip archive. A saved plan is a zip archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// The first bytes of executable files: for Linux, for macOS with one architecture, for macOS with several architectures, and for
/// Windows.
const PROGRAMS: [&[u8]; 4] = [b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ"];

/// Searches for secrets in plain text, in hexadecimal, and in base64 at each alignment. Also finds secrets in these encodings if
/// the encoded text is escaped as in URLs, HTML or JSON, even twice. Finds any 16 adjacent characters of a longer secret. Finds a
/// shorter secret only as a whole.
#[derive(Debug)]
pub struct Search {
    secrets: Vec<String>,
    forms: Forms,
    exceptions: Vec<PathBuf>,
    inputs: Vec<Vec<u8>>,
}

impl Search {
    /// Returns a search for these secrets. Ignores empty secrets.
    ///
    /// # Panics
    /// If all secrets are empty. A search without secrets would not find anything.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets: BTreeSet<_> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        assert!(!secrets.is_empty(), "there are secrets to search for");
        let secrets = Vec::from_iter(secrets);
        let forms = Forms::new(&secrets);
        let secrets = secrets.into_iter().map(ToOwned::to_owned).collect();
        Self { secrets, forms, exceptions: Vec::new(), inputs: Vec::new() }
    }

    /// Excludes a file, or everything below a directory.
    #[must_use]
    pub fn except(mut self, path: impl Into<PathBuf>) -> Self {
        self.exceptions.push(path.into());
        self
    }

    /// Excludes files with exactly this content, which the test wrote. Terraform keeps copies of such files, also in a saved
    /// plan.
    #[must_use]
    pub fn except_content(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.inputs.push(content.into());
        self
    }

    /// Searches a text, such as the output of a program. Returns a line for each secret that the text contains.
    #[must_use]
    pub fn text(&self, place: &str, text: &[u8]) -> Vec<String> {
        let (mut seen, mut lines) = (BTreeSet::new(), Vec::new());
        for (escapes, view) in views(text) {
            for found in self.forms.find(&view) {
                if seen.insert(found.secret) {
                    let (secret, form, line) = (&self.secrets[found.secret], found.form, line(&view, found.start));
                    lines.push(format!("the secret {secret:?} {form}{escapes} in {place}: {line}"));
                }
            }
        }
        lines
    }

    /// Searches names, links and files below a directory. Does not follow links. Returns a line for each finding, and for
    /// everything that cannot be read, because a test must not pass if a file was not searched.
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
            Ok(metadata) if metadata.is_file() => match is_provider(path) {
                Ok(true) => Vec::new(),
                Ok(false) => match fs::read(path) {
                    Ok(content) => self.content(&place, &content),
                    Err(error) => vec![unread(path, &error)],
                },
                Err(error) => vec![unread(path, &error)],
            },
            // Sockets and pipes do not have content.
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

/// Returns the line that contains the byte at `start`, truncated to a readable length.
fn line(text: &[u8], start: usize) -> String {
    let from = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let to = text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length);
    let from = from.max(start.saturating_sub(200));
    String::from_utf8_lossy(&text[from..to.min(from + 500)]).into_owned()
}

/// Whether the file is a copy of the provider. Such copies, including copies in archives, are not searched: they are large and
/// cannot contain secrets of the run. Other files with a name that begins like the provider's name are searched.
fn is_provider(path: &Path) -> io::Result<bool> {
    let name = path.file_name().unwrap_or_default().as_bytes();
    if !name.starts_with(b"terraform-provider-ecr") {
        return Ok(false);
    }
    let mut start = Vec::new();
    fs::File::open(path)?.take(4).read_to_end(&mut start)?;
    Ok(PROGRAMS.iter().chain([&ARCHIVE]).any(|magic| start.starts_with(magic)))
}

fn unread(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("not searched: {}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        os::unix::fs::{PermissionsExt, symlink},
    };

    use base64::{
        Engine,
        prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
    };

    use crate::skip::skip;

    use super::*;

    /// A secret of 40 characters, including characters that URLs, HTML and JSON escape.
    const SECRET: &str = "s3cr/t+<of> \"me\" & that's all of 40 ch.";

    /// Returns texts that contain the secret, or the part of a secret, in each encoding.
    fn planted(secret: &str) -> Vec<String> {
        let all = |escape: fn(char) -> String| secret.chars().map(escape).collect::<String>();
        let others = |escape: fn(char) -> String| {
            secret
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_string() } else { escape(letter) })
                .collect::<String>()
        };
        let html = secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        let json = serde_json::to_string(secret).expect("a string is JSON");
        let percent = others(|letter| format!("%{:02X}", u32::from(letter)));
        let mut texts = vec![
            format!("a=1\nb={secret}\n"),
            all(|letter| format!("{:02x}", u32::from(letter))),
            all(|letter| format!("{:02X}", u32::from(letter))),
            format!("?token={percent}&x"),
            format!("?token={}&x", percent.to_lowercase().replace("%20", "+")),
            format!("?token={}&x", all(|letter| format!("%{:02x}", u32::from(letter)))),
            format!(r#"{{"token": {json}}}"#),
            format!(r#"{{"token": {}}}"#, json.replace('/', "\\/")),
            // JSON as Go writes it: <https://pkg.go.dev/encoding/json#HTMLEscape>
            format!(r#"{{"token": {}}}"#, json.replace('<', "\\u003c").replace('>', "\\u003E").replace('&', "\\u0026")),
            all(|letter| format!("\\u{:04x}", u32::from(letter))),
            format!("<b>{html}</b>"),
            html.replace("&#39;", "&apos;").replace('/', "&#x2F;").replace('+', "&#43;").replace('"', "&#34;"),
            all(|letter| format!("&#{};", u32::from(letter))),
            all(|letter| format!("&#X{:X};", u32::from(letter))),
            // Texts with nested escapes.
            serde_json::to_string(&json).expect("a string is JSON"),
            percent.replace('%', "%25"),
            serde_json::to_string(&html).expect("a string is JSON").replace('&', "\\u0026"),
            html.replace('&', "&amp;"),
        ];
        for text in ["", "A", "AW"].map(|start| format!("{start}{secret}!tail")) {
            let encoded = [BASE64_STANDARD_NO_PAD.encode(&text), BASE64_URL_SAFE_NO_PAD.encode(&text)];
            texts.extend(encoded.iter().map(|text| text.replace('+', "%2b").replace('/', "%2F")));
            texts.extend(encoded);
        }
        texts
    }

    /// Returns texts that contain only this part of a secret, in each encoding.
    fn without_tail(part: &str) -> Vec<String> {
        planted(part).into_iter().map(|text| text.replace("!tail", "")).collect()
    }

    fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(content).expect("a member's content");
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn finds_every_form_of_a_secret_in_every_place() {
        let search = Search::new([SECRET]);
        for text in planted(SECRET) {
            assert_eq!(search.text("stdout", text.as_bytes()).len(), 1, "printed: {text}");
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
                assert_eq!(search.directory(directory.path()).len(), 1, "in {name}: {text}");
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
    fn finds_a_short_secret_only_as_a_whole() {
        let search = Search::new(["hunter2", "p+w/"]);
        for secret in ["hunter2", "p+w/"] {
            for text in planted(secret) {
                assert_eq!(search.text("stdout", text.as_bytes()).len(), 1, "printed: {text}");
            }
        }
        for text in planted("huntar2") {
            assert_eq!(search.text("stdout", text.as_bytes()), Vec::<String>::new(), "printed: {text}");
        }
    }

    #[test]
    fn finds_any_16_characters_of_a_secret() {
        let search = Search::new([SECRET]);
        for start in 0..=SECRET.len() - 16 {
            for text in without_tail(&SECRET[start..start + 16]) {
                assert_eq!(search.text("stdout", text.as_bytes()).len(), 1, "{start}: {text}");
            }
        }
        for start in 0..=SECRET.len() - 12 {
            for text in without_tail(&SECRET[start..start + 12]) {
                assert_eq!(search.text("stdout", text.as_bytes()), Vec::<String>::new(), "{start}: {text}");
            }
        }
    }

    #[test]
    fn distinguishes_long_secrets() {
        let secrets: Vec<_> =
            ["a", "b", "c"].map(|start| format!("{start}{}", "0123456789abcdefghij".repeat(3))).into();
        let search = Search::new(secrets.iter().map(String::as_str));
        let found = search.text("stdout", &secrets[1].as_bytes()[..17]);
        assert_eq!(found.len(), 3, "all three secrets have these characters: {found:#?}");
        let found = search.text("stdout", &secrets[1].as_bytes()[..16]);
        assert!(found.len() == 1 && found[0].starts_with("the secret \"b0123"), "{found:#?}");
    }

    #[test]
    fn searches_a_file_named_like_the_provider() {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, content: &[u8]| {
            fs::write(directory.path().join(name), content).expect("a file can be written")
        };
        write("terraform-provider-ecr.log", b"hunter2");
        write("terraform-provider-ecr_v1", b"\x7fELF hunter2");
        write("other", b"\x7fELF hunter2");
        let mut found = Search::new(["hunter2"]).directory(directory.path());
        found.sort();
        assert!(found.len() == 2 && found[0].contains("other: ") && found[1].contains("ecr.log: "), "{found:#?}");
    }

    #[test]
    fn searches_names_and_links() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("login-hunter2"), "").expect("a file can be written");
        symlink("/nowhere/hunter2", directory.path().join("link")).expect("a link can be made");
        let mut found = Search::new(["hunter2"]).directory(directory.path());
        found.sort();
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("in the link ") && found[1].contains("in the name "), "{found:#?}");
    }

    #[test]
    fn an_unreadable_path_is_a_finding() {
        let search = Search::new(["hunter2"]);
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("plan"), ARCHIVE).expect("a file can be written");
        let unread = [
            search.directory(directory.path()),
            search.directory(&directory.path().join("missing")),
            search.path(&directory.path().join("missing")),
            // Even root cannot read the start of this file, because no memory is mapped there.
            search.path(Path::new("/proc/self/mem")),
        ];
        for found in unread {
            assert!(found.len() == 1 && found[0].starts_with("not searched: "), "{found:#?}");
        }
    }

    /// Skipped for root, which may read every file.
    #[test]
    fn a_path_without_permission_is_a_finding() {
        let directory = tempfile::tempdir().expect("a directory");
        let (file, inner) = (directory.path().join("file"), directory.path().join("inner"));
        fs::write(&file, "hunter2").expect("a file can be written");
        fs::create_dir(&inner).expect("a directory can be made");
        for path in [&file, &inner] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o0)).expect("the owner may change the mode");
        }
        if fs::read(&file).is_ok() {
            return skip("this user may read every file");
        }
        let found = Search::new(["hunter2"]).directory(directory.path());
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o700)).expect("the owner may change the mode");
        assert!(found.len() == 2 && found.iter().all(|line| line.starts_with("not searched: ")), "{found:#?}");
    }

    #[test]
    #[should_panic(expected = "there are secrets to search for")]
    fn panics_without_a_secret_to_search_for() {
        let _ = Search::new(["", ""]);
    }
}
