//! The place of a setting, for errors and warnings.

use std::fmt;

use crate::secrets::Secrets;

/// The place of a setting.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// The field of [`Settings`](crate::Settings) with this name.
    Argument(&'static str),
    /// The caller of one request.
    Caller,
    /// An element, counted from 0, of the list with this name, from the caller of one request.
    CallerElement(&'static str, usize),
    /// An element, counted from 0, of the field of [`Settings`](crate::Settings) with this name.
    Element(&'static str, usize),
    /// The profile with this name, in the shared files.
    Profile(String),
    /// An environment variable.
    Variable(&'static str),
}

impl Origin {
    /// Hides secrets in the name of the profile.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        if let Self::Profile(name) = self {
            *name = secrets.hidden_in(name).to_string();
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "the argument `{name}`"),
            Self::Caller => f.write_str("the request"),
            Self::CallerElement(name, position) => write!(f, "block {} of the request's `{name}`", position + 1),
            Self::Element(name, position) => write!(f, "block {} of `{name}`", position + 1),
            Self::Profile(name) => write!(f, "the profile {name:?}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
        }
    }
}
