//! Parses the format of the shared files, in the same way as AWS's SDK for Go and therefore as hashicorp/aws.
//!
//! The rules come from `config/internal/ini` of aws-sdk-go-v2. There are three differences. Because of the first two, Go could
//! use access keys of the wrong identity:
//!
//! - If a line begins with `[` but is not a valid section header, the section above ends there. Go adds the keys below such a
//!   line to the section above.
//! - A byte order mark at the beginning of a file is removed. Go does not find the first section of such a file.
//! - A value that consists of a single quotation mark is kept. On such a value, Go panics.

use std::{collections::BTreeMap, fmt, sync::Arc};

/// Sections by their names, such as `default`, `profile ci` or `sso-session corp`.
pub(super) type Sections = BTreeMap<String, Section>;

/// A line of a file.
#[derive(Clone, Debug)]
pub(super) struct Line {
    file: Arc<str>,
    line: usize,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of {}", self.line, self.file)
    }
}

/// The keys and the values of a section.
#[derive(Clone, Default)]
pub(super) struct Section {
    values: BTreeMap<String, Value>,
    /// The line in the section that looks like a section header but is not valid, if keys follow this line.
    pub(super) broken_head: Option<Line>,
    /// Whether only one of the access key ID and the secret access key is set in the last file that contains this section.
    pub(super) halved: bool,
}

/// The value of a key.
#[derive(Clone, Default)]
pub(super) struct Value {
    text: String,
    /// The line of the value, if the value has bytes that are not UTF-8.
    not_utf8: Option<Line>,
    /// The indented values below the key, if the key itself has no text.
    nested: BTreeMap<String, Self>,
}

impl Value {
    /// Returns the text, which can be empty.
    ///
    /// # Errors
    /// Returns the line of the text as an error if the text is not UTF-8.
    fn text(&self) -> Result<&str, &Line> {
        self.not_utf8.as_ref().map_or(Ok(&self.text), Err)
    }
}

impl Section {
    /// Checks whether the section has the key, even with an empty value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Returns the text of a key. `key` must be in lowercase. Returns `None` if the text is empty.
    ///
    /// # Errors
    /// Returns the line of the text as an error if the text is not UTF-8.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, &Line> {
        let text = self.values.get(key).map(Value::text).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Returns the text of the key `below`, which is nested below the key `key`. Returns `None` if the text is empty.
    ///
    /// # Errors
    /// Returns the line of the text as an error if the text is not UTF-8.
    pub(super) fn nested(&self, key: &str, below: &str) -> Result<Option<&str>, &Line> {
        let value = self.values.get(key).and_then(|value| value.nested.get(below));
        let text = value.map(Value::text).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Copies the value of a key from the section `other`, if `other` has the key. Does not copy the values nested below the key.
    pub(super) fn take(&mut self, key: &str, other: &Self) {
        if let Some(value) = other.values.get(key) {
            let value = Value { nested: BTreeMap::new(), ..value.clone() };
            self.values.insert(key.to_owned(), value);
        }
    }

    /// Returns each nested value as a tuple: the outer key, the nested key, and the value.
    #[cfg(test)]
    pub(super) fn all_nested(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.values.iter().flat_map(|(key, value)| {
            value.nested.iter().map(move |(below, value)| (key.as_str(), below.as_str(), value.text.as_str()))
        })
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }
}

/// The content of a file.
#[derive(Default)]
pub(super) struct Content {
    pub(super) sections: Sections,
    /// The number of the first line with an invalid section header. An invalid header does not end with `]`, or is not UTF-8.
    pub(super) broken_head: Option<usize>,
}

/// Parses the content of a file. Ignores lines that are not valid. `file` is the name of the file in error messages.
pub(super) fn parse(content: &[u8], file: &str) -> Content {
    let content = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content);
    let mut reader = Reader { file: file.into(), ..Reader::default() };
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        reader.not_utf8 = std::str::from_utf8(line).is_err();
        reader.line(number + 1, &String::from_utf8_lossy(line));
    }
    reader.content
}

#[derive(Default)]
struct Reader {
    file: Arc<str>,
    /// Whether the current line is not UTF-8.
    not_utf8: bool,
    content: Content,
    /// The name of the section that the next keys belong to. Empty before the first section and below an invalid section header.
    section: String,
    /// The last key. An indented line continues the value of this key. Empty after a section header.
    key: String,
    /// While the parser is below an invalid section header: the name of the section before the header, and the line number
    /// of the header. Otherwise `None`.
    broken: Option<(String, usize)>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        let start = line.trim_start_matches(BLANKS);
        if line.trim().is_empty() || start.starts_with(['#', ';']) {
            return;
        }
        let head = line.split(['#', ';']).next().unwrap_or_default().trim();
        if let Some(name) = head.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.head(number, &section_name(name.trim()));
        } else if head.starts_with('[') {
            self.broken_head(number);
        } else if !line.starts_with(BLANKS) {
            if let Some((key, text)) = property(without_comment(line).trim_end_matches(BLANKS)) {
                let text = value_of(&key, &text).to_owned();
                self.property(number, key, &text);
            }
        } else if let Some((key, text)) = property(start) {
            let text = value_of(&key, &text).to_owned();
            self.sub_property(number, key, &text);
        } else {
            self.continuation(number, start);
        }
    }

    fn head(&mut self, number: usize, name: &str) {
        if self.is_broken(name) {
            self.content.broken_head.get_or_insert(number);
        }
        self.content.sections.entry(name.to_owned()).or_default();
        name.clone_into(&mut self.section);
        self.key.clear();
        self.broken = None;
    }

    fn broken_head(&mut self, number: usize) {
        self.content.broken_head.get_or_insert(number);
        if self.broken.is_none() {
            self.broken = Some((std::mem::take(&mut self.section), number));
        }
        self.key.clear();
    }

    fn property(&mut self, number: usize, key: String, text: &str) {
        if let Some((above, line)) = &self.broken {
            let place = Line { file: Arc::clone(&self.file), line: *line };
            if let Some(section) = self.content.sections.get_mut(above) {
                section.broken_head.get_or_insert(place);
            }
        }
        let value = self.value(number, text);
        let Some(section) = self.current() else { return };
        section.values.insert(key.clone(), value);
        self.key = key;
    }

    fn sub_property(&mut self, number: usize, key: String, text: &str) {
        let value = self.value(number, text);
        let Self { section, key: of, .. } = self;
        let parent = self.content.sections.get_mut(section).and_then(|section| section.values.get_mut(of));
        match parent.filter(|parent| !of.is_empty() && parent.text.is_empty()) {
            Some(parent) => drop(parent.nested.insert(key, value)),
            // An indented key is an ordinary key of the section, unless a key without text precedes it.
            None => self.property(number, key, without_comment(text).trim()),
        }
    }

    fn continuation(&mut self, number: usize, text: &str) {
        let more = self.value(number, text);
        let Self { section, key, .. } = self;
        let value = self.content.sections.get_mut(section).and_then(|section| section.values.get_mut(key));
        if let Some(value) = value.filter(|value| !key.is_empty() && !value.text.is_empty()) {
            value.text.extend(["\n", text]);
            value.not_utf8 = value.not_utf8.take().or(more.not_utf8);
        }
    }

    fn value(&self, line: usize, text: &str) -> Value {
        let not_utf8 = self.is_broken(text).then(|| Line { file: Arc::clone(&self.file), line });
        Value { text: text.to_owned(), not_utf8, nested: BTreeMap::new() }
    }

    /// Checks whether this part of the current line is not UTF-8.
    fn is_broken(&self, text: &str) -> bool {
        self.not_utf8 && text.contains(char::REPLACEMENT_CHARACTER)
    }

    fn current(&mut self) -> Option<&mut Section> {
        let name = Some(&self.section).filter(|name| !name.is_empty())?;
        self.content.sections.get_mut(name)
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Returns the name in a section header. Replaces the blanks after the first word with one space, and keeps all other
/// blanks.
fn section_name(name: &str) -> String {
    match name.split_once(BLANKS) {
        Some((kind, name)) => format!("{kind} {}", name.trim_start_matches(BLANKS)),
        None => name.to_owned(),
    }
}

/// Returns the line without its comment, which begins with a `#` or `;` after a blank.
fn without_comment(line: &str) -> &str {
    let end = [" #", " ;", "\t#", "\t;"].into_iter().filter_map(|mark| line.find(mark)).min();
    end.map_or(line, |end| &line[..end])
}

/// Splits `key = value` or `key: value` at the first `=` or `:`.
fn property(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(['=', ':'])?;
    Some((key.trim().to_lowercase(), value.trim().to_owned()))
}

/// Returns the value of a key as AWS's SDK for Go reads it, with one exception. If a `credential_process` begins with a quoted
/// word, the quotation marks are kept, because they do not surround the whole command. AWS documents such commands, and the AWS
/// CLI supports them: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
fn value_of<'a>(key: &str, text: &'a str) -> &'a str {
    if key == "credential_process" && begins_with_a_quoted_word(text) { text } else { unquoted(text) }
}

/// Checks whether the text begins with a quoted word that is followed by a blank.
fn begins_with_a_quoted_word(text: &str) -> bool {
    let Some(mark) = text.chars().next().filter(|mark| ['"', '\''].contains(mark)) else { return false };
    let inner = &text[1..];
    let is_end = |at: &usize| !(mark == '"' && inner[..*at].ends_with('\\'));
    let end = inner.match_indices(mark).map(|(at, _)| at).find(is_end);
    end.is_some_and(|end| inner[end + 1..].starts_with(BLANKS))
}

/// Removes quotation marks around the whole text. Keeps everything else, including backslashes.
fn unquoted(text: &str) -> &str {
    let inner = |mark| text.strip_prefix(mark).and_then(|rest: &str| rest.strip_suffix(mark));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests;
