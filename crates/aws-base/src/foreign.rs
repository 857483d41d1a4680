//! Words of another party: of AWS, or of whatever answers in its place; of a program; in a file that somebody else writes.
//!
//! They may hold anything, a secret too. [`Foreign`] cannot be printed. The one way to print it leads through
//! [`Foreign::quote`] or [`Foreign::name`], which need to know the secrets. Clippy's list of disallowed methods has the SDK's methods
//! that return such words as plain text.

use std::{fmt, ops::Deref};

use crate::{
    redaction::{holds_secret, printable},
    secrets::Secrets,
};

/// The longest code or request id.
const LONGEST_NAME: usize = 64;

/// Words of another party, as they came. Neither `Display` nor `Debug` shows them.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Foreign(Vec<String>);

/// Words of another party, fit to print: a line of at most 500 characters. It holds no control characters, and none of the
/// secrets that the configuration has used.
#[derive(Clone, Eq, PartialEq)]
pub struct Quote(String);

impl Foreign {
    /// Several texts, which are quoted with a colon between.
    pub(crate) fn chain(parts: Vec<String>) -> Self {
        Self(parts)
    }

    /// The words themselves, to decide by. Not to be printed.
    pub(crate) fn contains(&self, words: &str) -> bool {
        self.0.iter().any(|part| part.contains(words))
    }

    /// The first line of each text, fit to print. `None` if nothing is left.
    pub(crate) fn quote(&self, secrets: &Secrets) -> Option<Quote> {
        let secrets = secrets.all();
        let parts: Vec<_> = self.0.iter().filter_map(|part| printable(part, &secrets)).collect();
        (!parts.is_empty()).then(|| Quote(parts.join(": ")))
    }

    /// A code or an id, fit to print: letters, digits, dots and dashes. `None` for anything else.
    pub(crate) fn name(&self, secrets: &Secrets) -> Option<Quote> {
        let [text] = &*self.0 else { return None };
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let is_name = (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(is_of_name);
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
