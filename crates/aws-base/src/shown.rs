//! Values of settings as errors show them. A person may have put a secret into the wrong setting.

use std::fmt;

/// Stands for a hidden value, or a hidden part of one, that may be a secret.
pub const HIDDEN: &str = "(hidden)";

/// The longest value that is shown, longer than the name of any Region.
const MAX_LENGTH: usize = 20;
/// The longest value that is shown regardless of its letters and digits: too short for a key or a token.
const ALWAYS_SHOWN: usize = 6;

/// A text as an error shows it.
#[derive(Clone, Eq, PartialEq)]
pub struct Shown {
    text: Box<str>,
    hides_value: bool,
}

impl Shown {
    /// Returns a value as errors show it. Shows it whole if it is clearly a word, a number or the name of a Region. Returns
    /// [`HIDDEN`] for any other value.
    ///
    /// Keys, tokens and passwords are longer, or mix letters and digits. Blanks, quotation marks and brackets around a value are
    /// common mistakes, so they are shown.
    pub fn value(value: &str) -> Self {
        if is_plain(value.trim_matches(|letter: char| letter.is_ascii_whitespace() || "'\"[]".contains(letter))) {
            value.into()
        } else {
            Self::hidden(HIDDEN)
        }
    }

    /// Wraps a text in which [`HIDDEN`] replaces a part, or everything.
    pub(crate) fn hidden(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), hides_value: true }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a part of the value is hidden. Do not show the value beside the text.
    pub fn hides_value(&self) -> bool {
        self.hides_value
    }
}

/// Shows the whole text.
impl<T: Into<String>> From<T> for Shown {
    fn from(text: T) -> Self {
        Self { text: text.into().into(), hides_value: false }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Shows the text in quotes.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

fn is_plain(value: &str) -> bool {
    let all = |is_one: fn(u8) -> bool| value.bytes().all(is_one);
    let is_short = value.len() <= ALWAYS_SHOWN && all(|byte| byte.is_ascii_alphanumeric() || b".+-".contains(&byte));
    let is_words = all(|byte| byte.is_ascii_alphabetic() || b"-_".contains(&byte));
    let is_number = all(|byte| byte.is_ascii_digit() || byte == b'-');
    value.len() <= MAX_LENGTH && (is_short || is_words || is_number || is_like_region(value))
}

/// Whether the text is like `eu-west-1`, even if misspelt, or like an availability zone, such as `eu-west-1a`.
fn is_like_region(value: &str) -> bool {
    let Some((words, number)) = value.rsplit_once('-') else { return false };
    let number = number.strip_suffix(|letter: char| letter.is_ascii_lowercase()).unwrap_or(number);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && words.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_regions_are_shown() {
        for value in [
            "",
            "eu-wst-1",
            "narnia-1",
            "us-east-1a",
            "EU-WEST-1",
            "us-isob-east-1",
            " eu-west-1\n",
            "\"eu-west-1\"",
            "[red]",
            "adaptiv",
            "yes",
            "1h",
            "IPv5",
            "ten",
            "12345678901",
            "1234-5678-9012",
            "+5000",
        ] {
            assert_eq!(Shown::value(value), value.into());
            assert!(!Shown::value(value).hides_value(), "{value}");
        }
    }

    #[test]
    fn possible_secrets_are_hidden() {
        for value in [
            "hunter2",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x",
            "QVdTOmh1bnRlcjI=",
            "correcthorsebatterystaple",
            "x hunter2",
            "eu-west-hunter2",
            "hunter2-1",
            "12345678901234567890123",
            "p\u{e4}ssword",
            "a\tb",
        ] {
            assert_eq!(Shown::value(value), Shown::hidden(HIDDEN), "{value}");
            assert!(Shown::value(value).hides_value(), "{value}");
        }
    }
}
