//! The process's environment, read in one place so that everything else can be tested without it.

/// The source of variables.
#[derive(Clone, Debug)]
pub(crate) enum Environment {
    /// The process's own.
    Process,
    #[cfg(test)]
    Fixed(std::collections::HashMap<String, String>),
}

impl Environment {
    /// A variable that is set and not empty. Bytes in it that are not text are replaced and not passed over: a certificate that
    /// cannot be read must not count as none.
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
