//! The configurations that send a secret.

use serde_json::json;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use super::attack::{Asked, Attack};
use crate::{AssumeRole, AssumeRoleWithWebIdentity, Endpoints, Settings, environment::Environment};

/// Keys of a profile whose values may be shown.
const KEYS: [&str; 16] = [
    "ca_bundle",
    "credential_source",
    "duration_seconds",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_url",
    "max_attempts",
    "region",
    "retry_mode",
    "role_arn",
    "sdk_ua_app_id",
    "services",
    "source_profile",
    "sso_session",
    "use_fips_endpoint",
];

/// A configuration that sends the secret to `host`, and the directory of its files.
pub(super) fn configuration(attack: &Attack, host: &str) -> (Settings, Environment, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path().to_str().expect("UTF-8").to_owned();
    let (url, secret) = (format!("http://{host}"), attack.secret.clone());
    let mut settings = Settings {
        access_key: Some("AKIDEXAMPLE".into()),
        secret_key: Some("QQQQQQQQQQQQQQQQQQQQ".into()),
        region: Some("eu-west-1".into()),
        max_retries: Some(if attack.at.index(8) == 0 { 2 } else { 1 }),
        shared_config_files: vec![directory.path().join("config")],
        shared_credentials_files: vec![directory.path().join("credentials")],
        ..Settings::default()
    };
    settings.endpoints = Endpoints {
        ecr: Some(url.clone()),
        ecr_public: Some(url.clone()),
        sso: Some(url.clone()),
        sts: Some(url.clone()),
    };
    let mut env = Environment::given(&[
        ("HOME", &home),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_SSO_OIDC", &url),
    ]);
    let without_keys = |settings: &mut Settings| (settings.access_key, settings.secret_key) = (None, None);
    let role = AssumeRole { role_arn: "arn:aws:iam::123456789012:role/x".into(), ..AssumeRole::default() };
    let config = |content: &str| std::fs::write(directory.path().join("config"), content).expect("written");
    let sso = |end: &str, [access, refresh, client]: [&str; 3]| {
        config(
            "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = x\n\n\
             [sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n",
        );
        let cache = directory.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).expect("a directory");
        let name: String = Sha1::digest("corp").iter().map(|byte| format!("{byte:02x}")).collect();
        let login = json!({
            "accessToken": access, "expiresAt": end, "refreshToken": refresh, "clientId": "id", "clientSecret": client,
        });
        std::fs::write(cache.join(format!("{name}.json")), login.to_string()).expect("written");
    };
    match attack.asked {
        Asked::Ecr | Asked::EcrPublic => settings.secret_key = Some(secret.as_str().into()),
        Asked::Signature | Asked::Certificate => {}
        Asked::SessionToken => settings.token = Some(secret.as_str().into()),
        Asked::Role => {
            settings.secret_key = Some(secret.as_str().into());
            settings.assume_role = vec![role];
        }
        Asked::ExternalId => settings.assume_role = vec![AssumeRole { external_id: Some(secret.into()), ..role }],
        Asked::Account => {
            settings.secret_key = Some(secret.as_str().into());
            settings.allowed_account_ids = vec!["123456789012".into()];
        }
        Asked::WebIdentity => {
            without_keys(&mut settings);
            settings.assume_role_with_web_identity = Some(AssumeRoleWithWebIdentity {
                role_arn: Some(role.role_arn),
                web_identity_token: Some(secret.as_str().into()),
                ..AssumeRoleWithWebIdentity::default()
            });
        }
        Asked::Sso => {
            without_keys(&mut settings);
            sso("2099-01-01T00:00:00Z", [&secret, "refresh-x", "client-x"]);
        }
        Asked::SsoRefreshToken => {
            without_keys(&mut settings);
            sso("2020-01-01T00:00:00Z", ["access-x", &secret, "client-x"]);
        }
        Asked::SsoClientSecret => {
            without_keys(&mut settings);
            sso("2020-01-01T00:00:00Z", ["access-x", "refresh-x", &secret]);
        }
        Asked::Container => {
            without_keys(&mut settings);
            env = env.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/credentials"));
            env = env.with("AWS_CONTAINER_AUTHORIZATION_TOKEN", &*secret);
        }
        Asked::Instance => {
            without_keys(&mut settings);
            settings.skip_metadata_api_check = Some(false);
            settings.ec2_metadata_service_endpoint = Some(url.into());
        }
        Asked::Proxy => {
            let password: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
            settings.http_proxy = Some(format!("http://me:{password}@{host}").into());
            settings.endpoints.ecr = Some("http://ecr.example".into());
        }
        Asked::File => {
            without_keys(&mut settings);
            (settings.region, settings.endpoints) = (None, Endpoints::default());
            let key = KEYS[attack.at.index(KEYS.len())];
            // Our own words hide short secrets as a whole, and not those that look like words.
            let is_word = secret.bytes().all(|byte| byte.is_ascii_lowercase());
            let words = match secret.len() {
                ..16 if is_word => String::new(),
                ..16 => secret.clone(),
                _ => attack.words(&secret),
            };
            let role = if key == "duration_seconds" {
                "role_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
            } else {
                ""
            };
            config(&format!(
                "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = {secret}\n{key} = {words}\n{role}"
            ));
            env = env.with("AWS_ENDPOINT_URL_ECR", &*url).with("AWS_ENDPOINT_URL_STS", &*url);
        }
        Asked::Process => {
            without_keys(&mut settings);
            let document = json!({"Version": 1, "SecretAccessKey": secret}).to_string();
            std::fs::write(directory.path().join("out"), document).expect("written");
            std::fs::write(directory.path().join("err"), attack.words(&secret)).expect("written");
            config(&format!("[default]\ncredential_process = cat '{home}/out'; cat '{home}/err' >&2; exit 1\n"));
        }
    }
    (settings, env, directory)
}
