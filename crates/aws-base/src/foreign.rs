//! Handles text from outside: from AWS or a server that replaces AWS, from a program, or from a file that another program writes.
//!
//! Such text may contain anything, even a secret. A [`Foreign`] text cannot be printed directly. Print the text only with
//! [`Foreign::quote`] or [`Foreign::name`], because these methods hide secrets. Some methods of the SDK return text from outside
//! as plain text. Clippy's list of disallowed methods contains these methods.

use std::{fmt, ops::Deref};

use crate::{
    redaction::{holds_secret, printable},
    secrets::Secrets,
};

/// The maximum length, in bytes, of a code or a request ID.
const MAX_NAME: usize = 64;

/// Text from outside, unchanged. Neither `Display` nor `Debug` shows the text.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Foreign(Vec<String>);

/// Text from outside that is safe to print. It contains no control characters, and none of the secrets in [`Secrets`]. The text is
/// one line of at most 500 characters, or several such lines that are joined with colons.
#[derive(Clone, Eq, PartialEq)]
pub struct Quote(String);

impl Foreign {
    /// Combines several texts. [`quote`](Self::quote) joins these texts with colons.
    pub(crate) fn chain(parts: Vec<String>) -> Self {
        Self(parts)
    }

    /// Checks whether the text contains `words`. Use the result only for decisions, and do not print the text itself.
    pub(crate) fn contains(&self, words: &str) -> bool {
        self.0.iter().any(|part| part.contains(words))
    }

    /// Returns the first line of each text, safe to print. Returns `None` if all lines are empty.
    pub(crate) fn quote(&self, secrets: &Secrets) -> Option<Quote> {
        let secrets = secrets.all();
        let parts: Vec<_> = self.0.iter().filter_map(|part| printable(part, &secrets)).collect();
        (!parts.is_empty()).then(|| Quote(parts.join(": ")))
    }

    /// Returns a code or an ID that is safe to print, and consists of letters, digits, dots and dashes. Returns `None` for any
    /// other text.
    pub(crate) fn name(&self, secrets: &Secrets) -> Option<Quote> {
        let [text] = &*self.0 else { return None };
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let is_name = (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(is_of_name);
        (is_name && !holds_secret(text, &secrets.all())).then(|| Quote(text.clone()))
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl From<&[u8]> for Foreign {
    fn from(text: &[u8]) -> Self {
        Self(vec![String::from_utf8_lossy(text).into_owned()])
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(text of another program)")
    }
}

impl Deref for Quote {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
