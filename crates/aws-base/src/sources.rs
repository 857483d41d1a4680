//! Reads settings from their sources, in this order: the argument, else the environment, else the profile.

use crate::{
    environment::Environment, error::Error, origin::Origin, problem::SettingProblem, settings::Settings,
    shared_files::SharedFiles, shown::Shown,
};

/// The sources of a configuration.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) files: SharedFiles,
}

/// The names of a setting in each source.
#[derive(Debug)]
pub(crate) struct Places {
    /// The name of the field in [`Settings`].
    pub(crate) argument: &'static str,
    /// The names of the environment variables, in order of precedence.
    pub(crate) variables: &'static [&'static str],
    /// The key in the profile.
    pub(crate) key: &'static str,
}

impl Sources {
    /// Reads the shared files, and combines them with the settings and the environment.
    ///
    /// # Errors
    /// See [`SharedFiles::load`].
    pub(crate) fn load(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let files = SharedFiles::load(settings, environment)?;
        Ok(Self { settings: settings.clone(), environment: environment.clone(), files })
    }

    /// Returns the value of a setting, and the origin of the value: the argument, else the first variable that is set, else the
    /// profile.
    ///
    /// # Errors
    /// Returns an error if the text is not UTF-8, or if `parse` rejects the text.
    pub(crate) fn find<T>(
        &self,
        places: &Places,
        argument: Option<T>,
        parse: impl FnOnce(&str, &Origin) -> Result<T, Error>,
    ) -> Result<Option<(T, Origin)>, Error> {
        if let Some(value) = argument {
            return Ok(Some((value, Origin::Argument(places.argument))));
        }
        let Some((text, origin)) = self.text(places.variables, places.key)? else { return Ok(None) };
        Ok(Some((parse(&text, &origin)?, origin)))
    }

    /// Returns the text of a setting, and the origin of the text: the first variable that is set, else the profile.
    pub(crate) fn text(&self, variables: &[&'static str], key: &str) -> Result<Option<(String, Origin)>, Error> {
        if let Some(found) = self.environment.first(variables)? {
            return Ok(Some(found));
        }
        Ok(self.files.value(key)?.map(|text| (text.to_owned(), self.files.origin())))
    }

    /// Checks whether a setting is switched on, and returns the origin of its value if so. The value is the argument, else the
    /// first variable that is set, else the value in the profile. Returns `None` if the value is `false` or missing.
    ///
    /// # Errors
    /// Returns an error if the value is neither `true` nor `false`. Some of these settings protect the user, so an invalid
    /// value is never ignored.
    pub(crate) fn switch(&self, places: &Places, argument: bool) -> Result<Option<Origin>, Error> {
        let is_on = |text: &str, origin: &Origin| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => {
                let subject = if matches!(origin, Origin::Profile(_)) { places.key } else { "it" };
                Err(SettingProblem::Switch { subject, value: Shown::value(text) }.at(origin.clone()))
            }
        };
        let found = self.find(places, argument.then_some(true), is_on)?;
        Ok(found.and_then(|(is_on, origin)| is_on.then_some(origin)))
    }
}
