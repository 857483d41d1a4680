//! The order of a setting's sources: the argument, else the environment, else the profile.

use crate::{
    environment::Environment, error::Error, origin::Origin, problem::SettingProblem, settings::Settings,
    shared_files::SharedFiles, shown::Shown,
};

/// Everything that a configuration is read from.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) files: SharedFiles,
}

/// The places of a setting.
#[derive(Debug)]
pub(crate) struct Places {
    /// The field of [`Settings`].
    pub(crate) argument: &'static str,
    /// The environment variables, in their order.
    pub(crate) variables: &'static [&'static str],
    /// The key in the profile.
    pub(crate) key: &'static str,
}

impl Sources {
    /// Reads the shared files.
    ///
    /// # Errors
    /// See [`SharedFiles::load`].
    pub(crate) fn load(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let files = SharedFiles::load(settings, environment)?;
        Ok(Self { settings: settings.clone(), environment: environment.clone(), files })
    }

    /// Returns the value of the argument, else of the first variable that is set, else of the profile, with its origin.
    ///
    /// # Errors
    /// The text is not UTF-8, or `parse` rejects it.
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

    /// Returns the text of the first variable that is set, else of the profile, with its origin.
    pub(crate) fn text(&self, variables: &[&'static str], key: &str) -> Result<Option<(String, Origin)>, Error> {
        if let Some(found) = self.environment.first(variables)? {
            return Ok(Some(found));
        }
        Ok(self.files.value(key)?.map(|text| (text.to_owned(), self.files.origin())))
    }

    /// Returns the place that switches a setting on: the argument, or else the first variable or profile that is set, if it is
    /// `true`. Returns `None` if that is `false`, or if none is set.
    ///
    /// # Errors
    /// The first value that is set is neither `true` nor `false`. Some of these settings are guard rails, so they are never
    /// ignored.
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
