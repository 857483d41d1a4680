//! The origin of a setting, for errors and warnings.

use std::fmt;

use crate::secrets::Secrets;

/// The origin of a setting: the place that its value comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// The field of [`Settings`](crate::Settings) with this name.
    Argument(&'static str),
    /// The caller of a request. The caller passed the value together with the request.
    Caller,
    /// An element of a list that the caller of a request passed. The fields are the name of the list, and the index of the
    /// element, counted from 0.
    CallerElement(&'static str, usize),
    /// An element of a list in [`Settings`](crate::Settings). The fields are the name of the list, and the index of the element,
    /// counted from 0.
    Element(&'static str, usize),
    /// A profile in the shared files. The field is the name of the profile.
    Profile(String),
    /// An environment variable. The field is the name of the variable.
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
