//! Checks which repositories and which other patterns a pattern covers. Patterns determine the permissions of a token.

use proptest::prelude::*;

use super::*;

/// A regular expression that generates ARNs. Most sections of such an ARN are valid, because parsing would reject random bytes at the first
/// section.
const TEXT: &str = concat!(
    r"(arn|arn|ARN|):(aws|\*|aws-cn|.{0,3}):(ecr|ecr|ecr-public|.{0,3}):(|eu-west-1|cn-north-1|\*|eu-.?):",
    r"(123456789012|\*|1[0-9*?]{11,12}|.{0,3}):(repository/|.{0,3})[a-z*?/._-]{0,9}(.|[\x00-\x7f]|\$\x7b)?",
);

/// A regular expression that generates repository names from only two letters, so that a random pattern often matches a name.
const NAME: &str = "[ab](/?[ab]){0,5}";
const PATTERN: &str = "[ab*?](/?[ab*?]){0,5}";

fn pattern(name: &str) -> RepositoryPattern {
    let text = format!("arn:aws:ecr:eu-west-1:123456789012:repository/{name}");
    RepositoryPattern::parse(&text).expect("a pattern")
}

/// Returns whether the pattern matches the text. For each `*`, tries every length of the matched text.
fn matches_exhaustively(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|taken| matches_exhaustively(rest, &text[taken..])),
        [letter, rest @ ..] => match text {
            [first, text @ ..] => (letter == first || *letter == b'?') && matches_exhaustively(rest, text),
            [] => false,
        },
    }
}

proptest! {
    #[test]
    fn a_parsed_pattern_has_six_sections_of_plain_characters(text in TEXT) {
        if let Ok(pattern) = RepositoryPattern::parse(&text) {
            prop_assert_eq!(pattern.as_str().matches(':').count(), 5);
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":/._-*?".contains(&byte);
            prop_assert!(pattern.as_str().bytes().all(is_plain), "{}", pattern);
            prop_assert_eq!(RepositoryPattern::parse(pattern.as_str()), Ok(pattern));
        }
    }

    #[test]
    fn a_pattern_covers_exactly_the_names_that_it_matches(name in NAME, text in PATTERN) {
        prop_assert_eq!(pattern(&text).covers(&pattern(&name)), matches_exhaustively(text.as_bytes(), name.as_bytes()));
    }

    /// Checks that covering is transitive, and that two different patterns never cover each other. If two patterns covered each other, a
    /// policy could leave out both.
    #[test]
    fn covering_is_transitive_and_not_mutual(one in PATTERN, other in PATTERN, name in NAME) {
        let (one, other, name) = (pattern(&one), pattern(&other), pattern(&name));
        if one.covers(&other) {
            prop_assert!(!other.covers(&name) || one.covers(&name));
            prop_assert!(one == other || !other.covers(&one));
        }
    }
}
