//! The environment variables of the process, and the user's home directory.

#![expect(clippy::disallowed_methods, reason = "only this module of the crate reads the environment")]

use std::{collections::BTreeMap, env, ffi::OsString, fmt, path::PathBuf};

use crate::{error::Error, origin::Origin, problem::SettingProblem};

/// The name of the environment variable that contains the home directory on this system.
pub(crate) const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// The environment variables of this process, or a fixed set of variables. An empty variable is treated as not set, as in AWS's
/// SDK for Go.
///
/// A variable is read only when it is needed. A variable that is not UTF-8 is an error. If such a variable were treated as not set,
/// the credentials of a different source could be used. Variables that contain a path are an exception: a path can consist of any
/// bytes.
#[derive(Clone)]
pub struct Environment(Variables);

#[derive(Clone)]
enum Variables {
    Process,
    /// A fixed set of variables, and the home directory in the user database.
    Given(BTreeMap<String, OsString>, Option<PathBuf>),
}

/// Omits the variables, because they may hold secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    /// Returns the environment of this process.
    pub fn of_process() -> Self {
        Self(Variables::Process)
    }

    /// Creates an environment with these variables, for a user without an entry in the user database.
    pub fn from_variables(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), value.into()));
        Self(Variables::Given(variables.collect(), None))
    }

    /// Adds a variable to an environment from [`from_variables`](Self::from_variables).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        if let Variables::Given(variables, _) = &mut self.0 {
            variables.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Sets the home directory in the user database, for an environment from [`from_variables`](Self::from_variables).
    #[must_use]
    pub fn with_home(mut self, directory: PathBuf) -> Self {
        if let Variables::Given(_, home) = &mut self.0 {
            *home = Some(directory);
        }
        self
    }

    /// Returns the value of a variable. The value may be empty.
    fn value(&self, name: &str) -> Option<OsString> {
        match &self.0 {
            Variables::Process => env::var_os(name),
            Variables::Given(variables, _) => variables.get(name).cloned(),
        }
    }

    fn raw(&self, name: &str) -> Option<OsString> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// Checks whether the variable exists and is empty.
    pub(crate) fn is_empty(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.is_empty())
    }

    /// Checks whether the variable is set and not empty. The value may consist of any bytes.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Returns the text of a variable.
    ///
    /// # Errors
    /// Returns an error if the variable is not UTF-8. The error does not show the value.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, Error> {
        match self.raw(name).map(OsString::into_string) {
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(_)) => Err(SettingProblem::NotUtf8.at(Origin::Variable(name))),
            None => Ok(None),
        }
    }

    /// Returns the text of the first of these variables that is set, with its origin.
    ///
    /// # Errors
    /// Returns an error if the first variable that is set is not UTF-8.
    pub(crate) fn first(&self, names: &[&'static str]) -> Result<Option<(String, Origin)>, Error> {
        let Some(name) = names.iter().find(|name| self.is_set(name)) else { return Ok(None) };
        Ok(self.text(name)?.map(|text| (text, Origin::Variable(name))))
    }

    /// Returns the path in a variable. The path may consist of any bytes.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).map(PathBuf::from)
    }

    /// Returns the home directory from the variable [`HOME`] or, if this variable is not set, from the user database. Returns
    /// `None` if neither contains a home directory, for example in some containers.
    ///
    /// # Errors
    /// Returns an error if the path in the variable is not absolute. With such a path, files in the working directory would be
    /// used.
    pub(crate) fn home(&self) -> Result<Option<PathBuf>, Error> {
        match self.path(HOME) {
            Some(home) if home.is_absolute() => Ok(Some(home)),
            Some(home) => {
                let path = home.display().to_string().into();
                Err(SettingProblem::HomeIsRelative { path }.at(Origin::Variable(HOME)))
            }
            None => Ok(self.home_in_user_database().filter(|home| home.is_absolute())),
        }
    }

    /// Returns the name of the variable [`HOME`] if this variable is not set. Some libraries find the home directory only in this
    /// variable.
    pub(crate) fn missing_home(&self) -> Option<&'static str> {
        (!self.is_set(HOME)).then_some(HOME)
    }

    /// Returns the message for an unknown home directory, with the reason.
    pub(crate) fn without_home() -> String {
        format!("the home directory is unknown: {HOME} is not set, and the user database has no home directory")
    }

    fn home_in_user_database(&self) -> Option<PathBuf> {
        match &self.0 {
            Variables::Process => home_in_user_database(),
            Variables::Given(_, home) => home.clone(),
        }
    }
}

#[cfg(unix)]
fn home_in_user_database() -> Option<PathBuf> {
    use nix::unistd::{User, getuid};
    Some(User::from_uid(getuid()).ok()??.dir)
}

#[cfg(not(unix))]
fn home_in_user_database() -> Option<PathBuf> {
    env::home_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let env = Environment::from_variables(&[("A", ""), ("B", "b"), ("C", "c")]);
        assert_eq!(env.text("A").expect("text"), None);
        let first = env.first(&["A", "B", "C"]).expect("text");
        assert_eq!(first, Some(("b".to_owned(), Origin::Variable("B"))));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf8_is_a_path_but_not_text() {
        use std::os::unix::ffi::OsStringExt;
        let latin1 = OsString::from_vec(b"/hunter2/gr\xf6sse".to_vec());
        let env = Environment::from_variables(&[]).with("A", latin1.clone());
        assert_eq!(env.path("A"), Some(latin1.into()));
        assert!(env.is_set("A"));
        match env.first(&["A", "B"]) {
            Err(Error::InvalidSetting { origin: Origin::Variable("A"), problem }) => {
                let problem = problem.to_string();
                assert!(problem.starts_with("it is not UTF-8 text") && !problem.contains("hunter2"), "{problem}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rejects_a_relative_home() {
        let absolute = if cfg!(windows) { r"C:\Users\me" } else { "/home/me" };
        let home = |home: &str| Environment::from_variables(&[(HOME, home)]).home();
        assert_eq!(home(absolute).expect("a home"), Some(absolute.into()));
        assert_eq!(home("").expect("none"), None);
        assert!(matches!(home("h"), Err(Error::InvalidSetting { origin: Origin::Variable(HOME), .. })));
    }

    #[cfg(unix)]
    #[test]
    fn reads_the_home_in_the_user_database() {
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let id = nix::unistd::getuid().to_string();
        let line =
            passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|line| line.get(2) == Some(&&*id));
        if let Some(line) = line {
            assert_eq!(home_in_user_database(), Some(line[5].into()));
        }
    }
}
