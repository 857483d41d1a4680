//! Creates a configuration that makes the client send a secret.

use std::num::NonZeroU32;

use aws_base::{
    AccountId, AllowedAccounts, Arn, AssumeRole, AssumeRoleWithWebIdentity, EndpointUrl, Environment, ExternalId,
    ProxySetting, ProxyUrl, Region, Service, Settings, StaticKeys, WebIdentityToken, WebIdentityTokenSource,
};
use serde_json::json;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use super::attack::{Attack, Target};

/// The names of profile settings. Errors and logs are allowed to show the value of such a setting.
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

/// Returns a configuration that makes the client send the secret to `host`, and the directory that holds the files of the configuration.
pub(super) fn configuration(attack: &Attack, host: &str) -> (Settings, Environment, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path().to_str().expect("UTF-8").to_owned();
    let (url, secret) = (format!("http://{host}"), attack.secret.clone());
    let endpoint = EndpointUrl::parse(&url).expect("a URL");
    let keys =
        |secret: &str, token: Option<&str>| StaticKeys::parse(Some("AKIDEXAMPLE"), Some(secret), token).expect("keys");
    let services = [Service::Ecr, Service::EcrPublic, Service::Sso, Service::SsoOidc, Service::Sts];
    let mut settings = Settings {
        static_keys: keys("QQQQQQQQQQQQQQQQQQQQ", None),
        region: Some(Region::parse("eu-west-1").expect("a Region")),
        max_retries: NonZeroU32::new(if attack.at.index(8) == 0 { 2 } else { 1 }),
        shared_config_files: vec![directory.path().join("config")],
        shared_credentials_files: vec![directory.path().join("credentials")],
        endpoints: services.map(|service| (service, endpoint.clone())).into(),
        ..Settings::default()
    };
    let mut env = Environment::from_variables(&[("HOME", &home), ("AWS_EC2_METADATA_DISABLED", "true")]);
    let arn = Arn::parse("arn:aws:iam::123456789012:role/x").expect("an ARN");
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
        Target::Ecr | Target::EcrPublic => settings.static_keys = keys(&secret, None),
        Target::Signature | Target::Certificate => {}
        Target::SessionToken => settings.static_keys = keys("QQQQQQQQQQQQQQQQQQQQ", Some(&secret)),
        Target::Role => {
            settings.static_keys = keys(&secret, None);
            settings.assume_role = vec![AssumeRole::new(arn)];
        }
        Target::ExternalId => {
            let external_id = Some(ExternalId::parse(&secret).expect("an external ID"));
            settings.assume_role = vec![AssumeRole { external_id, ..AssumeRole::new(arn) }];
        }
        Target::Account => {
            settings.static_keys = keys(&secret, None);
            let account = AccountId::parse("123456789012").expect("an account");
            settings.allowed_accounts = AllowedAccounts::Only(vec![account]);
        }
        Target::WebIdentity => {
            settings.static_keys = None;
            let token = WebIdentityToken::parse(&secret).expect("a token");
            settings.assume_role_with_web_identity = Some(AssumeRoleWithWebIdentity {
                role_arn: Some(arn),
                token: Some(WebIdentityTokenSource::Token(token)),
                ..AssumeRoleWithWebIdentity::default()
            });
        }
        Target::Sso => {
            settings.static_keys = None;
            sso("2099-01-01T00:00:00Z", [&secret, "refresh-x", "client-x"]);
        }
        Target::SsoRefreshToken => {
            settings.static_keys = None;
            sso("2020-01-01T00:00:00Z", ["access-x", &secret, "client-x"]);
        }
        Target::SsoClientSecret => {
            settings.static_keys = None;
            sso("2020-01-01T00:00:00Z", ["access-x", "refresh-x", &secret]);
        }
        Target::Container => {
            settings.static_keys = None;
            env = env.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/credentials"));
            env = env.with("AWS_CONTAINER_AUTHORIZATION_TOKEN", &*secret);
        }
        Target::Instance => {
            settings.static_keys = None;
            settings.skip_metadata_api_check = Some(false);
            settings.ec2_metadata_service_endpoint = Some(endpoint);
        }
        Target::Proxy => {
            let password: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let proxy = ProxyUrl::parse(&format!("http://me:{password}@{host}")).expect("a proxy");
            settings.http_proxy = Some(ProxySetting::Proxy(proxy));
            settings.endpoints.insert(Service::Ecr, EndpointUrl::parse("http://ecr.example").expect("a URL"));
        }
        Target::File => {
            settings.static_keys = None;
            (settings.region, settings.endpoints) = (None, Default::default());
            let key = KEYS[attack.at.index(KEYS.len())];
            // In its own messages, the client hides a secret of fewer than 16 bytes only if the secret is a whole word. If such a short
            // secret looks like an ordinary word, the client does not hide the secret.
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
        Target::Process => {
            settings.static_keys = None;
            let document = json!({"Version": 1, "SecretAccessKey": secret}).to_string();
            std::fs::write(directory.path().join("out"), document).expect("written");
            std::fs::write(directory.path().join("err"), attack.words(&secret)).expect("written");
            config(&format!("[default]\ncredential_process = cat '{home}/out'; cat '{home}/err' >&2; exit 1\n"));
        }
    }
    (settings, env, directory)
}
