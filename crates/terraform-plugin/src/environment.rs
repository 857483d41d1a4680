//! The process's environment, read in one place so that everything else can be tested without it.

/// The source of variables.
#[derive(Clone, Debug)]
pub(crate) enum Environment {
    /// The environment of the process.
    Process,
    #[cfg(test)]
    Fixed(std::collections::HashMap<String, String>),
}

impl Environment {
    /// Returns a variable that is set and not empty. Bytes that are not text are replaced, and not ignored: an unreadable
    /// certificate must not count as a missing one.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
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
