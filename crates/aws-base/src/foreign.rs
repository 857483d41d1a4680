//! Text from outside: from AWS or a server in its place, from a program, or from a file that another program writes.
//!
//! Such text may hold anything, even a secret. [`Foreign`] cannot be printed directly. It can only be printed with
//! [`Foreign::quote`] or [`Foreign::name`], which need the secrets to hide. Clippy's list of disallowed methods has the SDK's
//! methods that return such text as plain text.

use std::{fmt, ops::Deref};

use crate::{
    redaction::{holds_secret, printable},
    secrets::Secrets,
};

/// The longest code or request ID.
const MAX_NAME: usize = 64;

/// Text from outside, unchanged. Neither `Display` nor `Debug` shows it.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Foreign(Vec<String>);

/// Text from outside, safe to print: a line of at most 500 characters. It holds no control characters, and none of the secrets
/// that the configuration has used.
#[derive(Clone, Eq, PartialEq)]
pub struct Quote(String);

impl Foreign {
    /// Combines several texts, which are quoted with a colon between them.
    pub(crate) fn chain(parts: Vec<String>) -> Self {
        Self(parts)
    }

    /// Whether the text contains these words. Use it for decisions only, and do not print the result.
    pub(crate) fn contains(&self, words: &str) -> bool {
        self.0.iter().any(|part| part.contains(words))
    }

    /// Returns the first line of each text, safe to print, or `None` if nothing is left.
    pub(crate) fn quote(&self, secrets: &Secrets) -> Option<Quote> {
        let secrets = secrets.all();
        let parts: Vec<_> = self.0.iter().filter_map(|part| printable(part, &secrets)).collect();
        (!parts.is_empty()).then(|| Quote(parts.join(": ")))
    }

    /// Returns a code or an ID, safe to print: letters, digits, dots and dashes. Returns `None` for any other text.
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
        f.write_str("(words of another party)")
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
