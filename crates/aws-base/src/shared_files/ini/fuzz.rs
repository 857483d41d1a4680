//! Tests the parser with files that people write, and with files that nobody would write.

use proptest::{collection, prelude::*};

use super::*;

/// The text of each key, and the texts nested below the key.
type Values = BTreeMap<String, (String, BTreeMap<String, String>)>;

/// Parses a text, and returns the whole content for comparison.
fn contents(text: &str) -> BTreeMap<String, Values> {
    let read = |value: &Value| {
        let nested = value.nested.iter().map(|(key, value)| (key.clone(), value.text.clone())).collect();
        (value.text.clone(), nested)
    };
    let values = |section: Section| section.values.iter().map(|(key, value)| (key.clone(), read(value))).collect();
    let Content { sections, .. } = parse(text.as_bytes(), "file");
    sections.into_iter().map(|(name, section)| (name, values(section))).collect()
}

/// Generates lines and parts of lines. Random bytes would contain no sections, and keys without a section are ignored.
fn lines() -> impl Strategy<Value = Vec<String>> {
    const PARTS: &str = concat!(
        r#"(\[default\]|\[profile ci\]|\[ services  s \]|\[|\]|\[\]|\[a\]b\]|region|=|:| = |eu-west-1|  |\t|"#,
        r#""|'|"x"|\\n|\\"|#| #|;|\u{feff}|\u{a0}|\u{130}|\r|endpoint_url|[^\n]{0,9}){0,4}"#,
    );
    let line = prop_oneof![
        2 => Just("[default]".to_owned()),
        2 => Just("ecr =".to_owned()),
        6 => PARTS,
    ];
    collection::vec(line, 0..12)
}

proptest! {
    #[test]
    fn any_file_can_be_parsed(lines in lines()) {
        let text = lines.join("\n");
        let mut length = 0;
        for (name, values) in contents(&text) {
            prop_assert_eq!(name.trim(), &name);
            for (key, (text, nested)) in values {
                prop_assert_eq!(key.trim().to_lowercase(), key);
                prop_assert!(text.is_empty() || nested.is_empty());
                length += text.len() + nested.values().map(String::len).sum::<usize>();
            }
        }
        prop_assert!(length <= text.len());
    }

    #[test]
    fn keys_below_a_broken_head_do_not_join_the_section_above(lines in lines(), below in lines()) {
        let below: Vec<_> = below.into_iter().filter(|line| !line.trim_start().starts_with('[')).collect();
        let above = lines.join("\n");
        let text = format!("{above}\n[broken\n{}", below.join("\n"));
        prop_assert_eq!(contents(&text), contents(&above));
    }

    /// Checks that comments and empty lines have no effect anywhere.
    #[test]
    fn comments_do_not_change_values(lines in lines(), comments in collection::vec(("[ \t]{0,2}([#;][^\n]{0,9})?", any::<prop::sample::Index>()), 0..4)) {
        let text = lines.join("\n");
        let mut lines = lines;
        for (comment, at) in comments {
            // Inserts the comment after the first line, because the first line may begin with a byte order mark.
            let at = at.index(lines.len() + 1).max(1).min(lines.len());
            lines.insert(at, comment);
        }
        let with = lines.join("\n");
        prop_assert_eq!(contents(&text), contents(&with));
    }

    #[test]
    fn written_values_are_read_back(
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
        let values = |values: &BTreeMap<String, (String, String, String, String)>| -> Values {
            values.iter().map(|(key, (value, ..))| (key.clone(), (value.clone(), BTreeMap::new()))).collect()
        };
        let written = sections.iter().map(|(name, keys)| (name.clone(), values(keys))).collect::<BTreeMap<_, _>>();
        prop_assert_eq!(contents(&text), written);
    }
}
