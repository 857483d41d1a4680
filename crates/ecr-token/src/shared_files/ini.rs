//! The form of the shared files, as AWS's SDK for Go reads it, and so hashicorp/aws: the parser of the SDK for Rust takes
//! quotes for a part of what they enclose, knows no colons, and gives up at lines that mean nothing.

use std::collections::BTreeMap;

/// Sections by their names, such as `default`, `profile ci` or `sso-session corp`.
pub(super) type Sections = BTreeMap<String, Section>;

/// What stands in a section.
#[derive(Clone, Default)]
pub(super) struct Section {
    values: BTreeMap<String, Value>,
}

#[derive(Clone, Default)]
struct Value {
    text: String,
    /// Of the lines below it, where it has no text of its own.
    nested: BTreeMap<String, String>,
}

impl Section {
    /// The text of a key, which is in small letters.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|value| value.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The text of a key below another.
    pub(super) fn nested(&self, key: &str, below: &str) -> Option<&str> {
        self.values.get(key)?.nested.get(below).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Takes over what another section has, but for these keys.
    pub(super) fn update(&mut self, other: &Self, except: &[&str]) {
        let taken = other.values.iter().filter(|(key, _)| !except.contains(&key.as_str()));
        self.values.extend(taken.map(|(key, value)| (key.clone(), value.clone())));
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }
}

/// Reads the text of a file. Lines that mean nothing are passed over.
///
/// # Errors
/// The number of a line with the head of a section that does not end: what follows would be taken for another section's.
pub(super) fn parse(text: &str) -> Result<Sections, usize> {
    let mut sections = Sections::new();
    let (mut section, mut key) = (None::<String>, None::<String>);
    for (number, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            let head = without_comment(line, &['#', ';']).trim_end();
            let name = head.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or(number + 1)?;
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            sections.entry(name.clone()).or_default();
            (section, key) = (Some(name), None);
            continue;
        }
        let Some(section) = section.as_ref().and_then(|name| sections.get_mut(name)) else { continue };
        if !line.starts_with([' ', '\t']) {
            let Some((name, text)) = property(without_comment(line, &[])) else { continue };
            section.values.insert(name.clone(), Value { text, nested: BTreeMap::new() });
            key = Some(name);
        } else if let Some(value) = key.as_ref().and_then(|key| section.values.get_mut(key)) {
            match property(trimmed) {
                Some((name, text)) if value.text.is_empty() => drop(value.nested.insert(name, text)),
                _ if value.text.is_empty() => {}
                _ => value.text.extend(["\n", trimmed]),
            }
        }
    }
    Ok(sections)
}

/// Up to a `#` or `;` after a blank, or to one of `anywhere`.
fn without_comment<'a>(line: &'a str, anywhere: &[char]) -> &'a str {
    let after_blank = [" #", " ;", "\t#", "\t;"].into_iter().filter_map(|mark| line.find(mark));
    let end = after_blank.chain(line.find(anywhere)).min();
    end.map_or(line, |end| &line[..end])
}

/// `key = value` or `key: value`, whichever sign comes first.
fn property(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(['=', ':'])?;
    let value = value.trim();
    let quoted = |quote| value.len() > 2 && value.starts_with(quote) && value.ends_with(quote);
    let value = if quoted('"') || quoted('\'') { &value[1..value.len() - 1] } else { value };
    Some((key.trim().to_lowercase(), value.replace("\\\"", "\"").replace("\\'", "'").replace("\\n", "\n")))
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, key: &str) -> Option<String> {
        parse(text).expect("sections").get("default").and_then(|section| section.text(key)).map(ToOwned::to_owned)
    }

    #[test]
    fn properties_are_read_however_they_are_written() {
        for (line, expected) in [
            ("region = eu-west-1", "eu-west-1"),
            ("REGION=eu-west-1", "eu-west-1"),
            ("region: eu-west-1", "eu-west-1"),
            ("region = \"eu-west-1\"", "eu-west-1"),
            ("region = 'eu-west-1' # here", "eu-west-1"),
            ("region = eu-west-1\t; here", "eu-west-1"),
            ("region = eu#west;1", "eu#west;1"),
            ("region = a=b:c", "a=b:c"),
            ("region: a=b", "a=b"),
            ("region = a\\\"b\\nc", "a\"b\nc"),
            ("region = one\n  two\n\tthree = 3", "one\ntwo\nthree = 3"),
            ("region = first\nregion = second", "second"),
        ] {
            assert_eq!(value(&format!("[default]\n{line}\n"), "region").as_deref(), Some(expected), "{line:?}");
        }
        assert_eq!(value("[default]\nregion =\n", "region"), None);
    }

    #[test]
    fn sections_are_found_and_what_is_nothing_is_passed_over() {
        let text = "\u{feff}region = global\n[ profile   ci ] # mine\nnonsense\nregion = a\r\n\n; comment\n  # comment\n\
                    [services s]\necr =\n  endpoint_url = http://ecr # too\n  other\nregion = b\n[profile ci]\noutput = x\n";
        let sections = parse(text).expect("sections");
        assert_eq!(sections.keys().collect::<Vec<_>>(), ["profile ci", "services s"]);
        let ci = &sections["profile ci"];
        assert_eq!((ci.text("region"), ci.text("output")), (Some("a"), Some("x")));
        assert_eq!(sections["services s"].nested("ecr", "endpoint_url"), Some("http://ecr # too"));
        assert_eq!(sections["services s"].text("region"), Some("b"));
    }

    #[test]
    fn a_section_that_does_not_end_is_an_error() {
        assert_eq!(parse("[default]\n[other\nregion = x\n").err(), Some(2));
    }
}
