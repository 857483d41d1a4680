//! Defines the arguments about credentials: static keys and the shared files.

use aws_base::{InvalidStaticKeys, Settings, StaticKeys};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, list, string},
    model,
};

use crate::{checks::null_element, diagnostics::Summary};

model! {
    #[derive(Debug)]
    pub(super) struct Credentials {
        /// The id of a static access key. With `secret_key` (and `token`), replaces every other source of credentials.
        /// Can also be set with the `AWS_ACCESS_KEY_ID` environment variable.
        access_key: Setting<String> = string().zero_as_unset(),
        /// The secret of a static access key. Can also be set with the `AWS_SECRET_ACCESS_KEY` environment variable.
        secret_key: Setting<String> = string().zero_as_unset().sensitive(),
        /// The session token that belongs to `access_key` and `secret_key`, if these keys are temporary. Can also be set
        /// with the `AWS_SESSION_TOKEN` environment variable.
        token: Setting<String> = string().zero_as_unset().sensitive(),
        /// The profile in the shared files that provides the credentials and the Region. If it is set here, it takes
        /// precedence over credentials in the environment, with a warning. Can also be set with the `AWS_PROFILE` or
        /// `AWS_DEFAULT_PROFILE` environment variables.
        profile: Option<String> = string().zero_as_unset(),
        /// Files to read instead of `~/.aws/config`. `~` and `$VAR` are expanded. A file that does not exist counts as
        /// empty. Can also be set with the `AWS_CONFIG_FILE` environment variable.
        shared_config_files: Vec<String> = list(string().zero_as_unset().not_null(null_element)),
        /// Files to read instead of `~/.aws/credentials`. `~` and `$VAR` are expanded. A file that does not exist counts as
        /// empty. Can also be set with the `AWS_SHARED_CREDENTIALS_FILE` environment variable.
        shared_credentials_files: Vec<String> = list(string().zero_as_unset().not_null(null_element)),
    }
    rules = [static_keys];
}

const STATIC_KEYS: &str = "Static credentials need both `access_key` and `secret_key`, and `token` if they are temporary. Set \
                           the missing argument, or remove all of them to use the environment, a profile or a role.";

fn static_keys(credentials: &Credentials) -> Option<Diagnostic> {
    let Credentials { access_key, secret_key, token, .. } = credentials;
    if [access_key, secret_key, token].iter().any(|key| key.is_unknown()) {
        return None;
    }
    let invalid = credentials.static_keys().err()?;
    let (name, problem) = match invalid {
        InvalidStaticKeys::Unusable { argument, flaw } => {
            let detail = format!("Cannot use the argument `{argument}`: {flaw}.");
            (argument, Problem::new(Summary::InvalidConfiguration, detail))
        }
        InvalidStaticKeys::Incomplete { set, missing } => {
            let detail = format!("`{set}` is set and `{missing}` is not. {STATIC_KEYS}");
            (set, Problem::new(Summary::IncompleteKeys, detail))
        }
        other => ("access_key", Problem::new(Summary::IncompleteKeys, format!("{other}. {STATIC_KEYS}"))),
    };
    let argument = match name {
        "secret_key" => secret_key,
        "token" => token,
        _ => access_key,
    };
    Some(argument.error(problem))
}

impl Credentials {
    fn static_keys(&self) -> Result<Option<StaticKeys>, InvalidStaticKeys> {
        let [id, secret, token] =
            [&self.access_key, &self.secret_key, &self.token].map(|key| key.value().map(String::as_str));
        StaticKeys::parse(id, secret, token)
    }

    pub(super) fn set(self, settings: &mut Settings) {
        // The rule `static_keys` has already rejected invalid keys, unless a part of the keys is not known yet.
        settings.static_keys = self.static_keys().ok().flatten();
        settings.profile = self.profile;
        settings.shared_config_files = self.shared_config_files.into_iter().map(Into::into).collect();
        settings.shared_credentials_files = self.shared_credentials_files.into_iter().map(Into::into).collect();
    }
}
