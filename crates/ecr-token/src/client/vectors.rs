//! Compares the requests that this crate and aws-sdk-go-base send for whole AWS configurations: the number, the keys and the hosts of the
//! requests. Each row of the vectors has a configuration and the requests of aws-sdk-go-base.

use std::{
    ffi::OsString,
    fs,
    num::NonZeroU32,
    os::unix::{ffi::OsStringExt, fs::PermissionsExt},
    path::Path,
};

use serde_json::Value as Json;
use test_vectors::{Answers, Aws, compare, distinct, file, library};

use aws_base::{
    AllowedAccounts, Arn, AssumeRole, AssumeRoleWithWebIdentity, EndpointUrl, Environment, ExternalId, ProxySetting,
    ProxyUrl, RetryMode, SessionDuration, SessionName, Settings, StaticKeys, WebIdentityToken, WebIdentityTokenSource,
};

use super::*;

#[test]
fn usual_configurations_match_the_go_library() {
    configurations("aws-configuration", include_str!("../../vectors/aws-configuration.json"));
}

#[test]
fn valid_configurations_match_the_go_library() {
    configurations("aws-configuration-plain", include_str!("../../vectors/aws-configuration-plain.json"));
}

#[test]
fn wide_configurations_match_the_go_library() {
    configurations("aws-configuration-wide", include_str!("../../vectors/aws-configuration-wide.json"));
}

#[test]
fn unusual_configurations_match_the_go_library() {
    configurations("aws-configuration-deep", include_str!("../../vectors/aws-configuration-deep.json"));
}

fn configurations(name: &str, stored: &str) {
    let aws = Aws::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    compare(name, &file(name, stored), |row| {
        let library = library(row, |row| distinct(row["requests"].as_array().cloned().unwrap_or_default()));
        aws.begin(row, name.ends_with("-deep"));
        let ours = match reason_to_skip(row, &aws) {
            Some(reason) => Err(reason.to_owned()),
            None => runtime.block_on(requests(&aws, row)),
        };
        let reason = (ours.as_ref().ok() != library.as_ref().ok()).then(|| reason(&ours, &library)).flatten();
        Answers { ours, library, reason }
    });
}

async fn requests(aws: &Aws, row: &Json) -> Result<Vec<Json>, String> {
    let directory = tempfile::tempdir().expect("a directory");
    let fill = |text: &str| aws.fill(text, directory.path().to_str().expect("UTF-8"));
    let bytes = |value: &Json| match value {
        Json::String(text) => fill(text).into_bytes(),
        hex => decoded(hex["hex"].as_str().expect("bytes")),
    };
    for (name, content) in row["files"].as_object().expect("files") {
        write(&directory.path().join(name), &bytes(content));
    }
    let mut environment = Environment::from_variables(&[]).with_home(directory.path().join("user"));
    for (name, value) in row["environment"].as_object().expect("variables") {
        environment = environment.with(name, OsString::from_vec(bytes(value)));
    }
    let session = Session::new(settings(&row["block"], &fill)?, environment);
    let token = async {
        session.verify().await.map_err(Error::from)?;
        Client::new(session).token(Request::default()).await
    };
    let token = token.await;
    let requests = aws.requests();
    token.map(|_| requests).map_err(|error| error.to_string())
}

fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, content).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

fn decoded(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().map(|digit| digit.to_digit(16).expect("a digit")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).expect("a byte")).collect()
}

/// The reason to skip a row that uses link-local addresses. The table of configurations (`tests/table` in terraform-provider-ecr) covers
/// link-local addresses instead.
const LINK_LOCAL: &str = "tests send no requests to link-local addresses of AWS";
const CONSOLE_LOGIN: &str = "AWS's SDK reads the real environment for a console login";

/// Returns the reason to skip a row, if the row needs more than servers on loopback.
fn reason_to_skip(row: &Json, aws: &Aws) -> Option<&'static str> {
    let requests = row["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |of: &Json| of.as_str().unwrap_or_default().to_owned();
    let variable = |name: &str| text(&row["environment"][name]);
    let is_link_local = |address: &str| address.contains("//169.254.") || address.contains("//10.");
    let metadata =
        text(&row["block"]["ec2_metadata_service_endpoint"]) + &variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let is_elsewhere = !aws.is_at_addresses_of_aws();
    if is_elsewhere && requests.iter().any(|request| text(&request["host"]).starts_with("169.254.")) {
        return Some(LINK_LOCAL);
    }
    if is_elsewhere && row.get("error").is_some() {
        let container = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let has_path = !variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").is_empty();
        let asks = variable("AWS_EC2_METADATA_DISABLED") != "true" && metadata.is_empty();
        if has_path || is_link_local(&container) || asks {
            return Some(LINK_LOCAL);
        }
    }
    let is_login = |request: &Json| {
        text(&request["operation"]).starts_with("CreateOAuth2Token") || text(&request["key"]).starts_with("ASIALOGIN")
    };
    requests.iter().any(is_login).then_some(CONSOLE_LOGIN)
}

/// Returns the settings from the provider block of a row, parsed as the provider parses these settings.
fn settings(block: &Json, fill: &impl Fn(&str) -> String) -> Result<Settings, String> {
    let text = |of: &Json, key: &str| of[key].as_str().filter(|text| !text.is_empty()).map(fill);
    let texts = |key: &str| -> Vec<String> {
        block[key].as_array().into_iter().flatten().filter_map(Json::as_str).map(fill).collect()
    };
    let paths = |key: &str| texts(key).into_iter().map(Into::into).collect();
    let arn = |of: &Json| parsed(text(of, "role_arn"), Arn::parse);
    let url = |of: &Json, key: &str| {
        let parsed = text(of, key).map(|url| EndpointUrl::parse(&url));
        parsed.transpose().map_err(|invalid| format!("the endpoint \"\" cannot be used: {invalid}"))
    };
    let proxy = |key: &str| -> Result<_, String> {
        match block[key].as_str() {
            None => Ok(None),
            Some("") => Ok(Some(ProxySetting::Direct)),
            Some(url) => Ok(parsed(Some(fill(url)), ProxyUrl::parse)?.map(ProxySetting::Proxy)),
        }
    };
    let mut settings = Settings {
        profile: text(block, "profile"),
        region: parsed(text(block, "region"), Region::parse)?,
        shared_config_files: paths("shared_config_files"),
        shared_credentials_files: paths("shared_credentials_files"),
        sts_region: parsed(text(block, "sts_region"), Region::parse)?,
        // Without this argument, `AWS_EC2_METADATA_DISABLED` applies. In rows without an EC2 instance, the Go program that wrote the
        // vectors sets this variable.
        skip_metadata_api_check: text(block, "skip_metadata_api_check").map(|text| text == "true"),
        ec2_metadata_service_endpoint: url(block, "ec2_metadata_service_endpoint")?,
        use_fips_endpoint: block["use_fips_endpoint"] == true,
        use_dualstack_endpoint: block["use_dualstack_endpoint"] == true,
        skip_credentials_validation: true,
        max_retries: NonZeroU32::new(
            block["max_retries"].as_u64().map_or(2, |count| u32::try_from(count).unwrap_or(u32::MAX)),
        ),
        http_proxy: proxy("http_proxy")?,
        https_proxy: proxy("https_proxy")?,
        no_proxy: text(block, "no_proxy"),
        custom_ca_bundle: text(block, "custom_ca_bundle").map(Into::into),
        skip_region_validation: block["skip_region_validation"] == true,
        ..Settings::default()
    };
    let [id, secret, token] = ["access_key", "secret_key", "token"].map(|key| text(block, key));
    let keys = StaticKeys::parse(id.as_deref(), secret.as_deref(), token.as_deref());
    settings.static_keys = keys.map_err(|invalid| invalid.to_string())?;
    for (key, service) in [("ecr", Service::Ecr), ("sts", Service::Sts), ("sso", Service::Sso)] {
        settings.endpoints.extend(url(&block["endpoints"], key)?.map(|url| (service, url)));
    }
    for role in block["assume_role"].as_array().into_iter().flatten() {
        settings.assume_role.push(AssumeRole {
            external_id: parsed(text(role, "external_id"), ExternalId::parse)?,
            session_name: parsed(text(role, "session_name"), SessionName::parse)?,
            duration: parsed(text(role, "duration"), SessionDuration::parse)?,
            ..AssumeRole::new(arn(role)?.expect("a role"))
        });
    }
    if let Some(identity) = block.get("assume_role_with_web_identity") {
        let token = parsed(text(identity, "web_identity_token"), WebIdentityToken::parse)?;
        let file = text(identity, "web_identity_token_file").map(|file| WebIdentityTokenSource::File(file.into()));
        settings.assume_role_with_web_identity = Some(AssumeRoleWithWebIdentity {
            role_arn: arn(identity)?,
            session_name: parsed(text(identity, "session_name"), SessionName::parse)?,
            duration: parsed(text(identity, "duration"), SessionDuration::parse)?,
            token: token.map(WebIdentityTokenSource::Token).or(file),
            ..AssumeRoleWithWebIdentity::default()
        });
    }
    let accounts = |key| texts(key).iter().map(|id| AccountId::parse(id)).collect::<Result<Vec<_>, _>>();
    let lists = [accounts("allowed_account_ids"), accounts("forbidden_account_ids")];
    settings.allowed_accounts = match lists.map(|list| list.expect("accounts")) {
        [allowed, _] if !allowed.is_empty() => AllowedAccounts::Only(allowed),
        [_, forbidden] if !forbidden.is_empty() => AllowedAccounts::AllBut(forbidden),
        _ => AllowedAccounts::Any,
    };
    settings.skip_requesting_account_id = settings.allowed_accounts == AllowedAccounts::Any;
    settings.retry_mode = match text(block, "retry_mode") {
        None => None,
        Some(mode) => Some(RetryMode::parse(&mode).ok_or_else(|| format!("{mode} is refused by the schema"))?),
    };
    Ok(settings)
}

/// Parses a value of the block, if the value is set.
fn parsed<T, E: ToString>(text: Option<String>, parse: fn(&str) -> Result<T, E>) -> Result<Option<T>, String> {
    text.map(|text| parse(&text).map_err(|invalid| invalid.to_string())).transpose()
}

/// Returns the reason why this crate deliberately differs from aws-sdk-go-base: see "Differences from hashicorp/aws" in docs/index.md.
/// Returns `None` if the difference is not deliberate.
fn reason(ours: &Result<Vec<Json>, String>, library: &Result<Vec<Json>, String>) -> Option<&'static str> {
    const UNREACHABLE_SIGNERS: [&str; 4] = ["AKIAENV", "AKIAOLDENV", "AKIABLOCK", "ASIAROLEWI"];
    let is_of_metadata = |request: &&Json| request["operation"] == "other GET /latest/meta-data/iam/info";
    match (ours, library) {
        (Err(problem), _) if problem == LINK_LOCAL => Some(LINK_LOCAL),
        (Err(problem), _) if problem == CONSOLE_LOGIN => Some(CONSOLE_LOGIN),
        (Err(problem), _) if problem.contains("is not UTF-8 text") => Some("text that is not UTF-8 is an error"),
        (Err(problem), _) if problem.contains("AWS keys do not have") => Some("a key with a blank is an error"),
        (Err(problem), _) if problem.contains("the endpoint \"") => {
            Some("an endpoint that is not a URL is an error, also of a service that is not asked")
        }
        (Err(problem), _) if problem.contains("the token is empty") => Some("an empty identity token is not sent"),
        (Ok(requests), Err(_))
            if requests.iter().any(|request| is_signed_by(request, &["AKIACONFQUOTED", "AKIACREDQUOTED"])) =>
        {
            Some("a section with its name in quotes has that name")
        }
        (Ok(_), Err(problem))
            if ["AWS_MAX_ATTEMPTS=", "max_attempts=,", "unknown RetryMode, :"]
                .iter()
                .any(|empty| problem.contains(empty)) =>
        {
            Some("a setting that is empty or replaced is not read")
        }
        (Ok(_), Err(problem)) if problem.contains("the SSO session has expired") => {
            Some("a login of the older form is renewed, too")
        }
        (Ok(ours), Ok(library)) if library.iter().map(without_token).eq(ours.iter().map(without_token)) => {
            Some("a session token is used only with its own keys")
        }
        (Ok(_), Err(problem)) if ["open ~/", "open $HOME/"].iter().any(|path| problem.contains(path)) => {
            Some("`~` and variables are replaced in `ca_bundle` and AWS_CA_BUNDLE")
        }
        (Ok(ours), Ok(library)) if library.iter().map(without_proxy).eq(ours.iter().cloned()) => {
            Some("metadata are not for a proxy")
        }
        (Err(problem), _) if problem.contains("begins with `[`") => Some("keys below an invalid header are an error"),
        (Err(problem), _) if problem.contains("only one of aws_access_key_id") => {
            Some("an incomplete key pair is an error")
        }
        (Err(problem), _) if problem.contains("it is set, and AWS_") => Some("an incomplete key pair is an error"),
        (Ok(requests), Err(_)) if requests.iter().any(|request| is_signed_by(request, &UNREACHABLE_SIGNERS)) => {
            Some("a profile that is not asked for credentials may have faults")
        }
        (Err(problem), Ok(_)) if problem.contains("Write true or false") => {
            Some("a switch that is neither true nor false is an error")
        }
        (Ok(requests), Err(problem))
            if problem.contains("FIPS and custom endpoint")
                || requests.iter().any(|request| is_signed_by(request, &["AKIAFLAGS"])) =>
        {
            Some("a custom endpoint is asked with FIPS as well")
        }
        (Ok(requests), Err(problem)) if problem == "no Region" && requests[0]["operation"] == "metadata" => {
            Some("the Region of the instance counts with a role, too")
        }
        (Ok(ours), Ok(library)) if library.iter().map(with_trimmed_token).eq(ours.iter().cloned()) => {
            Some("an identity token is sent without blanks around it")
        }
        (Ok(ours), Ok(library)) if library.iter().filter(|request| !is_of_metadata(request)).eq(ours) => {
            Some("the account comes from STS alone")
        }
        _ => None,
    }
}

/// Returns the request without whitespace around the identity token, because this crate sends the token without such whitespace.
fn with_trimmed_token(request: &Json) -> Json {
    let mut request = request.clone();
    if let Some(token) = request["web_identity_token"].as_str().map(|token| token.trim().to_owned()) {
        request["web_identity_token"] = token.into();
    }
    request
}

/// Returns the request without a proxy if the host is link-local, because this crate does not use a proxy for such a host.
fn without_proxy(request: &Json) -> Json {
    let mut request = request.clone();
    if request["host"].as_str().is_some_and(|host| host.starts_with("169.254.")) {
        request.as_object_mut().expect("a request").remove("proxy");
    }
    request
}

/// Returns the request without the session token.
fn without_token(request: &Json) -> Json {
    let mut request = request.clone();
    request.as_object_mut().expect("a request").remove("token");
    request
}

/// Returns whether the ID of the access key that signed the request begins with one of these texts.
fn is_signed_by(request: &Json, keys: &[&str]) -> bool {
    request["key"].as_str().is_some_and(|by| keys.iter().any(|key| by.starts_with(key)))
}
