//! Reads the environment of the process. All other code of this crate reads variables through this module, so that tests can replace the
//! variables.

/// The source of environment variables.
#[derive(Clone, Debug)]
pub(crate) enum Environment {
    /// The environment of the process.
    Process,
    #[cfg(test)]
    Fixed(std::collections::HashMap<String, String>),
}

impl Environment {
    /// Returns the value of a variable, or `None` if the variable is not set or is empty. Bytes that are not UTF-8 are replaced. If
    /// variables with such bytes were ignored, an unreadable certificate would be treated as a missing certificate.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "all other code of this crate calls this function")]
            Self::Process => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
            #[cfg(test)]
            Self::Fixed(variables) => variables.get(name).cloned(),
        }
        .filter(|value| !value.is_empty())
    }

    #[cfg(test)]
    pub(crate) fn from_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::Fixed(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}
