//! Patterns in policies: `*` matches any number of characters, and `?` matches one character.
//!
//! The code does not use a crate, because no crate implements IAM's rule for the colons in an ARN:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards>

/// Separates the segments of an ARN.
const COLON: char = ':';

/// A pattern for actions or for resources.
pub(crate) struct Pattern {
    parts: Vec<Part>,
    ignores_case: bool,
}

enum Part {
    Letter(char),
    /// Matches any character except a colon.
    One,
    /// Matches any number of characters.
    Any,
    /// Matches any number of characters except colons.
    AnyOfSegment,
}

impl Pattern {
    /// Parses a pattern for actions. The pattern ignores the difference between upper and lower case:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    pub(crate) fn of_actions(text: &str) -> Self {
        Self::new(&text.to_ascii_lowercase(), true)
    }

    /// Parses a pattern for resources. The pattern is case-sensitive.
    pub(crate) fn of_resources(text: &str) -> Self {
        Self::new(text, false)
    }

    /// Parses a pattern. A `*` at the end of a segment also matches colons. All other wildcards match only within one segment.
    fn new(text: &str, ignores_case: bool) -> Self {
        let mut letters = text.chars().peekable();
        let mut parts = Vec::new();
        while let Some(letter) = letters.next() {
            parts.push(match (letter, letters.peek()) {
                ('*', None | Some(&COLON)) => Part::Any,
                ('*', Some(_)) => Part::AnyOfSegment,
                ('?', _) => Part::One,
                _ => Part::Letter(letter),
            });
        }
        Self { parts, ignores_case }
    }

    /// Whether the pattern matches the whole text. The running time is at most proportional to the product of the two lengths.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut places = vec![false; self.parts.len() + 1];
        places[0] = true;
        self.skip_stars(&mut places);
        for letter in text.chars() {
            places = self.after(&places, if self.ignores_case { letter.to_ascii_lowercase() } else { letter });
        }
        places[self.parts.len()]
    }

    /// Returns the positions in the pattern that can be reached from the positions `places` with the next letter of the text.
    fn after(&self, places: &[bool], letter: char) -> Vec<bool> {
        let mut next = vec![false; places.len()];
        for (at, part) in self.parts.iter().enumerate().filter(|(at, _)| places[*at]) {
            match part {
                Part::Letter(own) => next[at + 1] |= *own == letter,
                Part::One => next[at + 1] |= letter != COLON,
                Part::Any => next[at] = true,
                Part::AnyOfSegment => next[at] |= letter != COLON,
            }
        }
        self.skip_stars(&mut next);
        next
    }

    /// Adds the position after each reached `*`, since a `*` also matches the empty text.
    fn skip_stars(&self, places: &mut [bool]) {
        for (at, part) in self.parts.iter().enumerate() {
            places[at + 1] |= places[at] && matches!(part, Part::Any | Part::AnyOfSegment);
        }
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn actions_match_in_any_case() {
        for (pattern, action, is_match) in [
            ("ecr:BatchGetImage", "ecr:BatchGetImage", true),
            ("ECR:batchgetimage", "ecr:BatchGetImage", true),
            ("ecr:Batch*", "ecr:BatchGetImage", true),
            ("ecr:*Image", "ecr:BatchGetImage", true),
            ("ecr:BatchGet?mage", "ecr:BatchGetImage", true),
            ("*", "ecr:BatchGetImage", true),
            ("ecr:*", "ecr-public:BatchGetImage", false),
            ("ecr:Batch?", "ecr:BatchGetImage", false),
            ("ecr:BatchGetImage?", "ecr:BatchGetImage", false),
            ("ecr:BatchGetImage*", "ecr:BatchGetImage", true),
            ("ecr:Batch", "ecr:BatchGetImage", false),
        ] {
            assert_eq!(Pattern::of_actions(pattern).matches(action), is_match, "{pattern} {action}");
        }
    }

    #[test]
    fn resources_match_by_segments() {
        let team = "arn:aws:ecr:eu-west-1:123456789012:repository/team/app";
        for (pattern, is_match) in [
            (team, true),
            ("*", true),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/*", true),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/*/app", true),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team/???", true),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team/app*", true),
            ("arn:aws:ecr:*:*:repository/team/app", true),
            ("arn:aws:ecr:eu-*:123456789012:repository/team/app", true),
            ("arn:aws:ecr:??-west-?:123456789012:*", true),
            // A `*` at the end of a segment also matches later segments.
            ("arn:aws:ecr:*", true),
            ("arn:aws:ecr:eu-west-1:*", true),
            ("arn:aws:ecr:*:repository/team/app", true),
            // Any other `*` matches only within one segment.
            ("arn:aws:ecr:eu*app", false),
            ("arn:aws:ecr:eu-west-1*12:repository/team/app", false),
            ("arn:aws:ecr:eu-west-1?123456789012:repository/team/app", false),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team", false),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/TEAM/app", false),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team/ap", false),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team/app?", false),
            ("arn:aws:ecr:eu-west-2:123456789012:repository/team/app", false),
            ("", false),
        ] {
            assert_eq!(Pattern::of_resources(pattern).matches(team), is_match, "{pattern}");
        }
        assert!(Pattern::of_resources("*").matches("*") && !Pattern::of_resources("arn:*").matches("*"));
    }

    #[test]
    fn many_wildcards_match_in_little_time() {
        let start = Instant::now();
        for part in ["*", "*a", "?*", "*:"] {
            let pattern = part.repeat(2048 / part.len()) + "b";
            assert!(!Pattern::of_resources(&pattern).matches(&"a".repeat(512)), "{part}");
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
}
