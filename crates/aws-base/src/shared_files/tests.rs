//! Tests cases that the table of configurations in `tests/table` cannot cover.

use std::fs;

use super::*;

#[test]
fn the_profile_argument_overrides_the_variables() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("config");
    fs::write(&config, "[profile one]\nregion = eu-west-1\n[default]\nregion = us-east-2\n").expect("written");
    let region = |profile: Option<&str>, variables: &[(&str, &str)]| {
        let settings = Settings {
            profile: profile.map(ToOwned::to_owned),
            shared_config_files: vec![config.clone()],
            shared_credentials_files: vec!["/nonexistent/credentials".into()],
            ..Settings::default()
        };
        let files = SharedFiles::load(&settings, &Environment::from_variables(variables)).expect("loaded");
        files.value("region").expect("text").map(ToOwned::to_owned)
    };
    let both = [("AWS_PROFILE", "none"), ("AWS_DEFAULT_PROFILE", "none")];
    assert_eq!(region(Some("one"), &both).as_deref(), Some("eu-west-1"));
    assert_eq!(region(None, &[("AWS_PROFILE", "one")]).as_deref(), Some("eu-west-1"));
    assert_eq!(region(None, &[("AWS_DEFAULT_PROFILE", "one")]).as_deref(), Some("eu-west-1"));
    assert_eq!(region(None, &[]).as_deref(), Some("us-east-2"));
    assert_eq!(region(None, &both[1..]), None);
}

#[test]
fn detects_utf16_text() {
    let of_utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for text in ["[default]", "\u{feff}[default]", "# größe"] {
        assert!(is_utf16(&of_utf16(text, u16::to_le_bytes)) && is_utf16(&of_utf16(text, u16::to_be_bytes)), "{text}");
        assert!(!is_utf16(text.as_bytes()), "{text}");
    }
    assert!(!is_utf16(b"") && !is_utf16(b"x"));
}
