//! Compares the values in profiles with the results of `config.LoadSharedConfigProfile` in aws-sdk-go-v2.

use std::{collections::BTreeMap, fs};

use serde_json::Value;
use test_vectors::{Answers, compare, file, library};

use super::*;
use crate::credentials::Plan;

/// The values of a profile, by their names in the vectors. If the profile has a source profile, the names of the values from the
/// source profile begin with `source.`.
type Values = BTreeMap<String, String>;

#[test]
fn shared_files_match_the_go_library() {
    let directory = tempfile::tempdir().expect("a directory");
    compare("shared-files", &file("shared-files", include_str!("../../vectors/shared-files.json")), |row| {
        let library = library(row, |row| {
            let mut values: Option<Values> = serde_json::from_value(row["values"].clone()).expect("values");
            let mut values = values.take().unwrap_or_default();
            values.retain(|key, value| !(key.ends_with("duration_seconds") && value == "0"));
            values
        });
        let ours = values(directory.path(), row);
        let reason = (ours.as_ref().ok() != library.as_ref().ok()).then(|| reason(row, &ours, &library)).flatten();
        Answers { ours, library, reason }
    });
}

fn values(directory: &Path, row: &Value) -> Result<Values, String> {
    let written = |name: &str| {
        let path = directory.join(name);
        fs::write(&path, row[name].as_str().expect("a text")).expect("written");
        vec![path]
    };
    let settings = Settings {
        profile: row["profile"].as_str().map(ToOwned::to_owned),
        shared_config_files: written("config"),
        shared_credentials_files: written("credentials"),
        ..Settings::default()
    };
    let files = SharedFiles::load(&settings, &Environment::from_variables(&[])).map_err(|error| error.to_string())?;
    match Plan::find(&files) {
        // The Go libraries find these mistakes only when they get the credentials.
        Err(Error::InvalidSetting { problem, .. })
            if ["mfa_serial", "duration_seconds", "set up for SSO"]
                .iter()
                .any(|later| problem.to_string().contains(later)) => {}
        plan => drop(plan.map_err(|error| error.to_string())?),
    }
    let mut values = Values::new();
    flat(&files, &files.profile.name, None, &mut values).map_err(|error| error.to_string())?;
    Ok(values)
}

/// Adds the values of `profile` to `values`, with their names in the vectors. If `profile` is a source profile, `first` is the
/// profile that has the key `source_profile`.
fn flat(files: &SharedFiles, profile: &str, first: Option<&str>, values: &mut Values) -> Result<(), Error> {
    let prefix = if first.is_some() { "source." } else { "" };
    let again = first == Some(profile);
    let keys = files.keys_of(profile)?;
    let ends = first.is_some() && keys.is_some();
    let source = files.value_of(profile, "source_profile")?.filter(|_| !again);
    let mut put = |key: &str, value: Option<&str>| {
        values.extend(value.map(|value| (format!("{prefix}{key}"), value.to_owned())));
    };
    for key in ["role_arn", "external_id", "mfa_serial", "role_session_name", "source_profile"] {
        put(key, files.value_of(profile, key)?.filter(|_| !again));
    }
    for key in ["region", "ca_bundle", "endpoint_url", "sso_session"] {
        put(key, files.value_of(profile, key)?);
    }
    put("duration_seconds", files.value_of(profile, "duration_seconds")?.filter(|text| text.parse::<u32>().is_ok()));
    // If the profile has a source profile, the following values come from the source profile instead.
    if ends || source.is_none() {
        put(ID, keys.map(|keys| keys.id));
        put(SECRET, keys.map(|keys| keys.secret));
        put(TOKEN, keys.and_then(|keys| keys.token));
        for key in ["credential_source", "credential_process", "web_identity_token_file"] {
            put(key, files.value_of(profile, key)?);
        }
        for key in ["sso_region", "sso_start_url", "sso_account_id", "sso_role_name"] {
            put(key, files.value_of(profile, key)?);
        }
    }
    if ends {
        return Ok(());
    }
    if let Some(session) = files.value_of(profile, "sso_session")? {
        for key in ["sso_region", "sso_start_url"] {
            put(&format!("sso_session.{key}"), files.session_value(session, key)?);
        }
    }
    if let Some(services) = files.value_of(profile, "services")?
        && let Some(section) = files.sections.get(&format!("{SERVICES}{services}"))
    {
        for (service, key, value) in section.all_nested() {
            put(&format!("services.{service}.{key}"), Some(value).filter(|value| !value.is_empty()));
        }
    }
    match (source, first) {
        (Some(source), None) => flat(files, source, Some(profile), values),
        _ => Ok(()),
    }
}

/// Returns the reason for a deliberate difference, if any: see "Differences from hashicorp/aws" in docs/index.md.
fn reason(row: &Value, ours: &Result<Values, String>, library: &Result<Values, String>) -> Option<&'static str> {
    let texts = [&row["config"], &row["credentials"]].map(|text| text.as_str().unwrap_or_default());
    let has = |word: &str| texts.iter().any(|text| text.contains(word));
    match ours {
        Err(problem) if problem.contains("begins with `[`") => Some("keys below an invalid header are an error"),
        Err(problem) if problem.contains("only one of aws_access_key_id") => Some("an incomplete key pair is an error"),
        _ if texts.iter().any(|text| text.starts_with('\u{feff}')) => Some("a byte order mark is removed"),
        _ if has("[profile \"") || has("[profile '") => Some("quotes are not a part of a section's name"),
        Ok(values) if library.is_err() && values.contains_key("mfa_serial") => {
            Some("the missing MFA code is reported first")
        }
        Ok(values) if values.contains_key("credential_process") => Some("a command keeps the quotes of its first word"),
        _ if has(TOKEN) => Some("a session token is used only with its own keys"),
        _ => None,
    }
}
