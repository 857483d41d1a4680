//! Files that people write, and files that nobody would.

use proptest::{collection, prelude::*};

use super::*;

/// The text of each key, and what is below it.
type Values<'a> = BTreeMap<&'a str, (&'a str, &'a BTreeMap<String, String>)>;

/// Everything that was read, to compare.
fn contents(sections: &Sections) -> BTreeMap<&str, Values<'_>> {
    sections
        .iter()
        .map(|(name, section)| {
            let values = section.values.iter().map(|(key, value)| (key.as_str(), (value.text.as_str(), &value.nested)));
            (name.as_str(), values.collect())
        })
        .collect()
}

/// Lines and parts of lines: noise has no sections, and without one nothing is read.
fn lines() -> impl Strategy<Value = Vec<String>> {
    const PIECES: &[&str] = &[
        "[default]",
        "[profile ci]",
        "[ services  s ]",
        "[",
        "]",
        "[]",
        "[a]b]",
        "region",
        "=",
        ":",
        " = ",
        "eu-west-1",
        "  ",
        "\t",
        "\"",
        "'",
        "\"x\"",
        "\\n",
        "\\\"",
        "#",
        " #",
        ";",
        "\u{feff}",
        "\u{a0}",
        "\u{130}",
        "\r",
        "endpoint_url",
    ];
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(ToOwned::to_owned), 1 => "[^\n]{0,9}"];
    let line = prop_oneof![
        2 => Just("[default]".to_owned()),
        2 => Just("ecr =".to_owned()),
        6 => collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat()),
    ];
    collection::vec(line, 0..12)
}

proptest! {
    #[test]
    fn every_file_is_read_or_has_a_head_without_its_end(lines in lines()) {
        let text = lines.join("\n");
        match parse(&text) {
            Err(number) => {
                let line = text.trim_start_matches('\u{feff}').lines().nth(number - 1);
                prop_assert!(line.is_some_and(|line| line.starts_with('[')), "{}", number);
            }
            Ok(sections) => {
                let mut length = 0;
                for (name, values) in contents(&sections) {
                    prop_assert_eq!(name.split_whitespace().collect::<Vec<_>>().join(" "), name);
                    for (key, (text, nested)) in values {
                        prop_assert_eq!(key.trim().to_lowercase(), key);
                        prop_assert!(text.is_empty() || nested.is_empty());
                        length += text.len() + nested.values().map(String::len).sum::<usize>();
                    }
                }
                prop_assert!(length <= text.len());
            }
        }
    }

    /// Comments and empty lines mean nothing, wherever they are.
    #[test]
    fn comments_change_nothing(lines in lines(), comments in collection::vec(("[ \t]{0,2}([#;][^\n]{0,9})?", any::<prop::sample::Index>()), 0..4)) {
        let text = lines.join("\n");
        let mut lines = lines;
        for (comment, at) in comments {
            // After the first, which may begin with a byte order mark.
            let at = at.index(lines.len() + 1).max(1).min(lines.len());
            lines.insert(at, comment);
        }
        let with = lines.join("\n");
        let (plain, with) = (parse(&text), parse(&with));
        prop_assert_eq!(plain.as_ref().ok().map(contents), with.as_ref().ok().map(contents));
    }

    #[test]
    fn what_is_written_is_read(
        sections in collection::btree_map(
            "[a-z]{1,8}( [a-z0-9.@_-]{1,8})?",
            collection::btree_map(
                "[a-z_]{1,12}",
                ("[a-zA-Z0-9/+=:@.\u{e9}]([a-zA-Z0-9/+=:@.#;\u{e9} -]{0,20}[a-zA-Z0-9/+=:@.])?", "[ \t]{0,2}[=:][ \t]{0,2}", "[\"']?", "([ \t][#;][^\n]{0,9})?")
                    .prop_filter("a comment", |(value, ..)| !value.contains(" #") && !value.contains(" ;")),
                0..4,
            ),
            0..4,
        ),
        newline in prop::sample::select(&["\n", "\r\n", "\n\n"][..]),
    ) {
        let mut text = String::new();
        for (name, values) in &sections {
            text += &format!("[{name}]{newline}");
            for (key, (value, sign, quote, comment)) in values {
                text += &format!("{key}{sign}{quote}{value}{quote}{comment}{newline}");
            }
        }
        let read = parse(&text).expect("sections");
        let none = BTreeMap::new();
        let written = sections.iter().map(|(name, values)| {
            let values = values.iter().map(|(key, (value, ..))| (key.as_str(), (value.as_str(), &none)));
            (name.as_str(), values.collect())
        });
        prop_assert_eq!(contents(&read), written.collect::<BTreeMap<_, _>>());
    }
}
