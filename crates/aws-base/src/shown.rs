//! Prepares the values of settings for error messages. A person may have put a secret into the wrong setting.

use std::fmt;

/// The text that replaces a value, or a part of a value, that may be a secret.
pub const HIDDEN: &str = "(hidden)";

/// The maximum length, in bytes, of a value that is shown. The name of every Region is shorter.
const MAX_LENGTH: usize = 20;
/// The maximum length, in bytes, of a value that is shown even if it mixes letters and digits. Every key or token is longer.
const ALWAYS_SHOWN: usize = 6;

/// A text that is safe to show in an error message.
#[derive(Clone, Eq, PartialEq)]
pub struct Shown {
    text: Box<str>,
    hides_value: bool,
}

impl Shown {
    /// Returns a value for error messages. If the value is clearly a word, a number or the name of a Region, the whole value is
    /// shown. Any other value is replaced with [`HIDDEN`].
    ///
    /// Keys, tokens and passwords are longer than such values, or mix letters and digits. Blanks, quotation marks and brackets
    /// around a value are common mistakes, so these characters are shown.
    pub fn value(value: &str) -> Self {
        if is_plain(value.trim_matches(|letter: char| letter.is_ascii_whitespace() || "'\"[]".contains(letter))) {
            value.into()
        } else {
            Self::hidden(HIDDEN)
        }
    }

    /// Wraps a text in which [`HIDDEN`] replaces the value or a part of the value.
    pub(crate) fn hidden(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), hides_value: true }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Checks whether a part of the value is hidden. If so, the caller must not show the value next to the text.
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

/// Checks whether the text has the form of a Region such as `eu-west-1`, or of an availability zone such as `eu-west-1a`. Accepts
/// misspelt names.
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
