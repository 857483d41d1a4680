//! Checks that secrets are hidden everywhere in a text and in every encoding, even if they are encoded twice or split by
//! invisible characters.

use proptest::{prelude::*, sample::select};
use test_support::readings::{CODES, Readings, SECRET};

use super::*;

/// A pattern for the text before and after a secret.
const WORDS: &str = "[ \\PC\t\r\n]{0,12}";

/// Generates functions that write a secret, with or without a text before it. In base64, the text before the secret determines
/// the alignment of the secret.
fn written() -> impl Strategy<Value = fn(&str, &str) -> String> {
    select(vec![(|before, secret| format!("{before}{secret}")) as fn(&str, &str) -> String, |_, secret| {
        secret.to_owned()
    }])
}

proptest! {
    #[test]
    fn secrets_are_hidden_in_every_encoding(
        secret in SECRET,
        (first, second) in (select(CODES.to_vec()), select(CODES.to_vec())),
        written in written(),
        inner in "[a-z ]{0,4}",
        unseen in select(vec!["", "", "\0", "\r", "\t", "\u{1b}", "\u{1b}[0m", "\u{200b}", "\n"]),
        at in any::<prop::sample::Index>(),
        (before, after) in (WORDS, WORDS),
    ) {
        let mut code = second(&first(&written(&inner, &secret)));
        let place = at.index(code.len());
        code.insert_str(place, unseen);
        let shown = printable(&format!("{before}{code}{after}"), &[Secret::from(&*secret)]).unwrap_or_default();
        prop_assert!(!Readings::new(&shown).hold(&secret), "{secret} in {shown}");
    }

    #[test]
    fn parts_of_secrets_are_hidden(
        secret in "[A-Za-z0-9/+=_.-]{20,200}",
        (start, length) in (any::<prop::sample::Index>(), 16..200_usize),
        (before, after) in (WORDS, WORDS),
    ) {
        let start = start.index(secret.len() - WINDOW);
        let part = &secret[start..secret.len().min(start + length)];
        let shown = printable(&format!("{before}{part}{after}"), &[Secret::from(&*secret)]).unwrap_or_default();
        prop_assert!(!Readings::new(&shown).hold(&secret), "{secret} in {shown}");
    }

    #[test]
    fn text_without_secrets_is_unchanged(words in "[a-z]{1,9}( [a-z]{1,9}){0,9}", secret in "[A-Z0-9+/]{20,60}") {
        prop_assert_eq!(printable(&words, &[Secret::from(&*secret)]), Some(words));
    }

    #[test]
    fn printed_text_is_short_and_without_control_characters(text in any::<String>(), secrets in prop::collection::vec(any::<String>(), 0..3)) {
        let secrets: Vec<_> = secrets.into_iter().map(Secret::from).collect();
        let shown = printable(&text, &secrets).unwrap_or_default();
        prop_assert!(!shown.chars().any(|letter| letter.is_control()), "{shown:?}");
        prop_assert!(shown.chars().count() <= MAX_LENGTH + HIDDEN.len());
    }

    #[test]
    fn signatures_are_hidden(before in ".{0,8}", digits in "[0-9a-f]{1,80}", after in "[^0-9a-fA-F]?.{0,8}") {
        let shown = printable(&format!("{before}:Signature={digits}{after}"), &[]).unwrap_or_default();
        let signature = format!("Signature={digits}");
        prop_assert!(!shown.contains(&signature), "{shown}");
    }
}
