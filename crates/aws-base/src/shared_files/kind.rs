//! The two kinds of shared files, and the paths of the files of each kind.

use std::path::PathBuf;

use crate::{environment::Environment, error::Error, origin::Origin, path::expanded, settings::Settings};

/// A kind of shared file: config file or credentials file.
pub(super) struct Kind {
    argument: &'static str,
    files: fn(&Settings) -> &[PathBuf],
    variable: &'static str,
    /// The default path, relative to the home directory.
    pub(super) default: &'static str,
}

pub(super) const CONFIG: Kind = Kind {
    argument: "shared_config_files",
    files: |settings| &settings.shared_config_files,
    variable: "AWS_CONFIG_FILE",
    default: ".aws/config",
};

pub(super) const CREDENTIALS: Kind = Kind {
    argument: "shared_credentials_files",
    files: |settings| &settings.shared_credentials_files,
    variable: "AWS_SHARED_CREDENTIALS_FILE",
    default: ".aws/credentials",
};

impl Kind {
    /// Returns the files that the settings name, else the file that the environment variable names. Returns `None` if neither
    /// names a file.
    pub(super) fn named(
        &self,
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Option<Vec<(PathBuf, Origin)>>, Error> {
        let files = (self.files)(settings).iter();
        let mut named: Vec<_> = files.map(|path| (path.clone(), Origin::Argument(self.argument))).collect();
        if named.is_empty() {
            named.extend(environment.path(self.variable).map(|path| (path, Origin::Variable(self.variable))));
        }
        for (path, origin) in &mut named {
            *path = expanded(path, environment, origin)?;
        }
        Ok(Some(named).filter(|named| !named.is_empty()))
    }
}

/// Returns the paths of the files that [`SharedFiles::load`](super::SharedFiles::load) reads.
pub(crate) fn paths(settings: &Settings, environment: &Environment) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for kind in [&CONFIG, &CREDENTIALS] {
        match kind.named(settings, environment) {
            Ok(Some(named)) => paths.extend(named.into_iter().map(|(path, _)| path)),
            Ok(None) | Err(_) => paths.extend(environment.home().ok().flatten().map(|home| home.join(kind.default))),
        }
    }
    paths
}
