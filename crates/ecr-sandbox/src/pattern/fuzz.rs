//! Tests random patterns against a direct implementation of their definition.

use proptest::prelude::*;

use super::Pattern;

/// Whether the pattern matches the text according to the definition of patterns. Takes exponential time.
fn is_match(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) if is_match(rest, text) => true,
        (['*', rest @ ..], [letter, after @ ..]) => {
            (matches!(rest, [] | [':', ..]) || *letter != ':') && is_match(pattern, after)
        }
        (['?', rest @ ..], [letter, after @ ..]) => *letter != ':' && is_match(rest, after),
        ([own, rest @ ..], [letter, after @ ..]) => own == letter && is_match(rest, after),
        _ => false,
    }
}

proptest! {
    #[test]
    fn short_patterns_match_as_defined(pattern in "[ab:*?]{0,8}", text in "[ab:*]{0,10}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = is_match(&letters(&pattern), &letters(&text));
        prop_assert_eq!(Pattern::of_resources(&pattern).matches(&text), expected);
        prop_assert_eq!(Pattern::of_actions(&pattern.to_uppercase()).matches(&text), expected);
    }

    #[test]
    fn every_text_matches_itself_and_a_star(text in "[^*?]{0,200}") {
        for pattern in [text.as_str(), "*"] {
            prop_assert!(Pattern::of_resources(pattern).matches(&text), "{}", pattern);
        }
    }
}
