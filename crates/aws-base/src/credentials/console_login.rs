//! Credentials of a console login with `aws login`.
//!
//! A request to renew the login is signed with a key in the login's file. Only AWS's SDK implements this kind of signature, so the
//! SDK's credential provider is used. This module works around three problems of the provider:
//!
//! - The provider reads and writes the login's file on the thread that handles interrupts.
//! - The provider does not check the endpoints that it reads from two environment variables.
//! - The provider's errors show the whole request, including secrets.

use std::{path::PathBuf, sync::Arc};

use aws_config::login::LoginCredentialsProvider;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError},
};
use aws_sdk_signin::operation::create_o_auth2_token::CreateOAuth2TokenError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tokio::{runtime::Handle, task::spawn_blocking};
use tracing::warn;

use super::{
    command::quoted,
    sso_login::replace,
    within::{SOURCE_TIMEOUT, within},
};
use crate::{
    blocking,
    config::Config,
    credential_source::CredentialSource,
    endpoint::{ALL_SERVICES, Endpoint},
    environment::Environment,
    error::Error,
    failure::find,
    origin::Origin,
    problem::{LoginProblem, SettingProblem, SourceProblem},
    refusal::{code, message, reason},
    region::Region,
    secret::Secret,
    secrets::Secrets,
    static_keys,
    user_agent::{EXECUTION_ENV, invalid_execution_env},
};

/// The environment variable with the directory of the AWS CLI for logins.
const CACHE_DIRECTORY: &str = "AWS_LOGIN_CACHE_DIRECTORY";

/// The maximum size of a login's file, in bytes. A login is much smaller.
const MAX_FILE: u64 = 1 << 20;

pub(super) async fn credentials(
    profile: &str,
    session: String,
    region: Option<&Region>,
    config: &Config,
) -> Result<Credentials, Error> {
    let environment = &config.sources.environment;
    // With an empty directory, the SDK would read the login of the working directory, which may be another identity's. To renew the
    // login, the SDK creates its own client, which panics if one of its endpoints is empty.
    let endpoints = ["AWS_ENDPOINT_URL_SIGNIN", ALL_SERVICES];
    if let Some(name) = [CACHE_DIRECTORY].into_iter().chain(endpoints).find(|name| environment.is_empty(name)) {
        return Err(SettingProblem::Empty.at(Origin::Variable(name)));
    }
    // If a variable is not a URL, the client's error shows the request.
    for name in endpoints {
        if let Some(url) = environment.text(name)? {
            Endpoint::parse(&url, &Origin::Variable(name))?;
        }
    }
    let from = CredentialSource::Profile(profile.to_owned());
    let unusable = |reason| Error::Credentials { from: from.clone(), reason };
    let not_logged_in = |reason| {
        let command = format!("aws login --profile {}", quoted(profile));
        Error::Login { profile: profile.to_owned(), command, reason }
    };
    let file = file(&session, environment, &unusable)?;
    let before = match blocking::text(&file, MAX_FILE).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(not_logged_in(LoginProblem::Missing));
        }
        Err(error) => {
            let (path, error) = (file.display().to_string(), error.to_string());
            return Err(unusable(SourceProblem::LoginUnreadable { path, error }));
        }
    };
    config.secrets.add_recent(secrets(&before));
    let provider = LoginCredentialsProvider::builder(session).configure(&config.provider_config(region)).build();
    // Runs on a separate thread, because the SDK's access to files may block.
    let runtime = Handle::current();
    let asked = spawn_blocking(move || runtime.block_on(provider.provide_credentials()));
    let found = within(&from, async { Ok(asked.await) }).await?;
    let found = match found {
        // The SDK's own client sends the value of `AWS_EXECUTION_ENV` in a header, and fails if the value is not valid in a
        // header.
        Ok(Err(_)) if invalid_execution_env(environment).is_some() => {
            return Err(SettingProblem::ControlCharacter.at(Origin::Variable(EXECUTION_ENV)));
        }
        Ok(found) => found.map_err(|error| failure(&error, &config.secrets, &unusable, &not_logged_in)),
        Err(_) => Err(unusable(SourceProblem::LoginWithoutAnswer)),
    };
    // The SDK has written the new keys to the file, even if the keys cannot be used.
    if let Some(flawed) = found.as_ref().ok().filter(|found| static_keys::flaw(found).is_some()) {
        restore(file, before, flawed.clone()).await;
    }
    found
}

/// Converts the SDK's error. The SDK's own message is not shown, because it contains the request.
fn failure(
    error: &CredentialsError,
    secrets: &Secrets,
    unusable: &dyn Fn(SourceProblem) -> Error,
    not_logged_in: &dyn Fn(LoginProblem) -> Error,
) -> Error {
    if let Some(error) = find::<ConnectorError>(error) {
        return unusable(SourceProblem::LoginNotRenewed { words: reason(error, secrets) });
    }
    let Some(refused) = find::<CreateOAuth2TokenError>(error) else {
        return not_logged_in(LoginProblem::Expired);
    };
    let message = message(refused, secrets);
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    match code(refused, secrets) {
        Some(code) if refused.is_access_denied_exception() => {
            not_logged_in(LoginProblem::Refused { words: format!("{code}{message}") })
        }
        Some(code) => unusable(SourceProblem::LoginRefused { words: format!("{code}{message}") }),
        None => unusable(SourceProblem::LoginUnanswered { seconds: SOURCE_TIMEOUT.as_secs() }),
    }
}

/// The fields of a login's file that are not secret.
const PUBLIC: [&str; 5] = ["accessKeyId", "accountId", "clientId", "expiresAt", "tokenType"];

/// Returns the text of each field in a login's file, except the fields in [`PUBLIC`].
fn secrets(login: &str) -> Vec<Secret> {
    let (mut values, mut texts) = (vec![serde_json::from_str(login).unwrap_or_default()], Vec::new());
    while let Some(value) = values.pop() {
        match value {
            Json::String(text) => texts.push(text.into()),
            Json::Array(inner) => values.extend(inner),
            Json::Object(fields) => {
                values
                    .extend(fields.into_iter().filter(|(name, _)| !PUBLIC.contains(&&**name)).map(|(_, value)| value));
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
    texts
}

/// Returns the path of the file in which the AWS CLI stores the login.
///
/// # Errors
/// Returns an error if no environment variable sets the directory for logins or the home directory. The SDK finds the home
/// directory only through `HOME` or, on Windows, `USERPROFILE`. If this variable is empty, the SDK would use files below the
/// working directory.
fn file(session: &str, environment: &Environment, unusable: &dyn Fn(SourceProblem) -> Error) -> Result<PathBuf, Error> {
    let digest: String = Sha256::digest(session.trim()).iter().map(|byte| format!("{byte:02x}")).collect();
    let directory = match (environment.path(CACHE_DIRECTORY), environment.missing_home()) {
        (Some(directory), _) => directory,
        (None, Some(name)) => {
            return Err(unusable(SourceProblem::LoginWithoutHome { variable: name }));
        }
        (None, None) => environment.home()?.unwrap_or_default().join(".aws/login/cache"),
    };
    Ok(directory.join(format!("{digest}.json")))
}

/// Restores the earlier content of the login's file, if the file still contains the `flawed` keys. Otherwise leaves the file
/// unchanged, because another program may have logged in or out meanwhile.
async fn restore(file: PathBuf, content: String, flawed: Credentials) {
    let file = Arc::new(file);
    let of_thread = Arc::clone(&file);
    let restored = blocking::read(move || {
        let now: Json =
            std::fs::read(&*of_thread).ok().and_then(|now| serde_json::from_slice(&now).ok()).unwrap_or_default();
        let keys = &now["accessToken"];
        let is_flawed =
            keys["accessKeyId"] == flawed.access_key_id() && keys["secretAccessKey"] == flawed.secret_access_key();
        if is_flawed { replace(&of_thread, content.as_bytes()) } else { Ok(()) }
    });
    if !matches!(restored.await, Some(Ok(()))) {
        let file = file.display().to_string();
        warn!(file, "the login file could not be restored, and the next command may need a new login");
    }
}
