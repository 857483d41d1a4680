//! Values of settings as errors may repeat them: a person may have put a secret into the wrong place.

use std::fmt;

/// Stands for a value, or a part of it, that may be a secret.
pub const HIDDEN: &str = "(hidden)";

/// The longest value that is repeated: longer than the name of any Region.
const LONGEST: usize = 20;
/// The longest value that is repeated whatever its letters and digits: too short for a key or a token.
const ALWAYS_SHOWN: usize = 6;

/// A text as an error may repeat it.
#[derive(Clone, Eq, PartialEq)]
pub struct Shown {
    text: Box<str>,
    hides_value: bool,
}

impl Shown {
    /// A value as an error may repeat it: whole if it is plainly a word, a number or the name of a Region, else [`HIDDEN`].
    ///
    /// Keys, tokens and passwords are longer, or mix letters and digits. Blanks, quotation marks and brackets around a value are common
    /// mistakes, and are shown.
    pub fn value(value: &str) -> Self {
        if is_plain(value.trim_matches(|letter: char| letter.is_ascii_whitespace() || "'\"[]".contains(letter))) {
            value.into()
        } else {
            Self::hidden(HIDDEN)
        }
    }

    /// A text with [`HIDDEN`] in the place of a part of it, or of all.
    pub(crate) fn hidden(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), hides_value: true }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a part of the value is hidden. Do not show the value beside the text.
    pub fn hides_value(&self) -> bool {
        self.hides_value
    }
}

/// The whole text.
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

/// The text in quotes.
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
    value.len() <= LONGEST && (is_short || is_words || is_number || is_like_region(value))
}

/// `eu-west-1`, also misspelt, and also of an availability zone, such as `eu-west-1a`.
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
    fn what_may_be_a_secret_is_not() {
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
