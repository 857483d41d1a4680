//! Tests of the whole provider block.

use std::collections::BTreeMap;

use aws_base::{AllowedAccounts, EndpointMode, ProxySetting, Region, RetryMode, Service, WebIdentityTokenSource};
use terraform_plugin::{Diagnostic, Number, Object, Severity, Value};

use super::*;

/// Returns the path and the headline of each diagnostic for a configuration.
fn found(config: &Object) -> Vec<(String, String)> {
    let path = |diagnostic: &Diagnostic| diagnostic.path().map(ToString::to_string).unwrap_or_default();
    let parts = |diagnostic: &Diagnostic| (path(diagnostic), diagnostic.summary().to_owned());
    ProviderBlock::read(config).1.iter().map(parts).collect()
}

fn details(config: &Object) -> String {
    ProviderBlock::read(config).1.iter().map(|diagnostic| format!("{}\n", diagnostic.detail())).collect()
}

fn settings(config: &Object) -> Settings {
    let (block, diagnostics) = ProviderBlock::read(config);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity() == Severity::Warning), "{diagnostics:?}");
    block.into()
}

fn float(float: f64) -> Value {
    Number::from_f64(float).expect("a number").into()
}

#[test]
fn invalid_arguments_are_reported_before_any_call() {
    let endpoints = |url: &str| vec![Value::from(Object::new().with("ecr", url).with("sts", Value::Null))];
    for (name, value, path, summary) in [
        ("region", Value::from("narnia-1"), "region", "Invalid AWS Region"),
        ("region", "eu-west-1 ".into(), "region", "Invalid AWS Region"),
        ("sts_region", "eu-west-1\n".into(), "sts_region", "Invalid AWS Region"),
        ("endpoints", endpoints("127.0.0.1:5599").into(), "endpoints", "Invalid Endpoint URL"),
        ("access_key", "AKID".into(), "access_key", "Incomplete Static Credentials"),
        ("secret_key", "hunter2".into(), "", "Incomplete Static Credentials"),
        ("token", "hunter2".into(), "", "Incomplete Static Credentials"),
        (
            "ec2_metadata_service_endpoint",
            "169.254.169.254".into(),
            "ec2_metadata_service_endpoint",
            "Invalid Endpoint URL",
        ),
        ("ec2_metadata_service_endpoint_mode", "IPv5".into(), "ec2_metadata_service_endpoint_mode", "Invalid value"),
        ("retry_mode", "Standard".into(), "retry_mode", "Invalid value"),
        ("skip_metadata_api_check", "1".into(), "skip_metadata_api_check", "Invalid value"),
        ("tag_policy_compliance", "strict".into(), "tag_policy_compliance", "Invalid value"),
        ("max_retries", (-1).into(), "max_retries", "Invalid value"),
        ("max_retries", float(1.5), "max_retries", "Invalid value"),
        ("max_retries", float(1e300), "max_retries", "Invalid value"),
        ("max_retries", 4_294_967_296.into(), "max_retries", "Invalid value"),
        ("token_bucket_rate_limiter_capacity", (-1).into(), "token_bucket_rate_limiter_capacity", "Invalid value"),
        ("http_proxy", "http://".into(), "", "Invalid HTTP Proxy"),
        ("https_proxy", "ftp://host".into(), "", "Invalid HTTPS Proxy"),
        (
            "shared_config_files",
            vec!["a".into(), Value::Null].into(),
            "shared_config_files[1]",
            "Null value found in list",
        ),
        ("allowed_account_ids", vec![Value::Null].into(), "allowed_account_ids", "Null value found in list"),
        ("allowed_account_ids", vec![""].into(), "allowed_account_ids", "Invalid AWS Configuration"),
        ("forbidden_account_ids", vec!["1"].into(), "forbidden_account_ids", "Invalid AWS Configuration"),
    ] {
        let found = found(&Object::new().with(name, value));
        assert_eq!(found, [(path.to_owned(), summary.to_owned())], "{name}");
    }
}

#[test]
fn accepts_unset_and_valid_values() {
    for config in [
        Object::new(),
        Object::new().with("region", "narnia-1").with("skip_region_validation", true),
        Object::new().with("access_key", "").with("secret_key", ""),
        Object::new().with("access_key", "AKID").with("secret_key", "x").with("region", "eu-west-1"),
        Object::new().with("sts_region", "narnia-1"),
        Object::new().with("ec2_metadata_service_endpoint_mode", "ipv6").with("retry_mode", "adaptive"),
        Object::new().with("ec2_metadata_service_endpoint_mode", "").with("retry_mode", ""),
        Object::new().with("skip_metadata_api_check", "true").with("tag_policy_compliance", "disabled"),
        Object::new().with("skip_metadata_api_check", "").with("tag_policy_compliance", ""),
        Object::new().with("max_retries", 0).with("token_bucket_rate_limiter_capacity", 4_294_967_295),
        Object::new().with("allowed_account_ids", vec!["123456789012"]).with("forbidden_account_ids", Value::Null),
        Object::new().with("user_agent", vec![Value::Null]),
        Object::new().with("http_proxy", "").with("https_proxy", "socks5://proxy"),
    ] {
        assert_eq!(found(&config), [], "{config:?}");
    }
}

#[test]
fn accepts_unknown_values() {
    let arguments = include_str!("../../tests/provider-block.txt").lines().filter_map(|line| line.split(": ").next());
    for name in arguments.filter(|path| !path.contains('.')) {
        assert_eq!(found(&Object::new().with(name, Value::Unknown)), [], "{name}");
    }
    for config in [
        Object::new().with("region", "narnia-1").with("skip_region_validation", Value::Unknown),
        Object::new().with("access_key", "AKID").with("secret_key", Value::Unknown),
        Object::new().with("allowed_account_ids", Value::Unknown).with("forbidden_account_ids", vec!["123456789012"]),
        Object::new().with("shared_config_files", vec![Value::Unknown]),
        Object::new().with("allowed_account_ids", vec![Value::Unknown]),
    ] {
        assert_eq!(found(&config), [], "{config:?}");
    }
}

#[test]
fn rejects_both_allowed_and_forbidden_accounts() {
    let config = Object::new()
        .with("allowed_account_ids", vec!["123456789012"])
        .with("forbidden_account_ids", vec!["210987654321"]);
    let conflict = |path: &str| (path.to_owned(), "Conflicting configuration arguments".to_owned());
    assert_eq!(found(&config), [conflict("allowed_account_ids"), conflict("forbidden_account_ids")]);
}

#[test]
fn errors_list_the_valid_choices() {
    for (name, words) in [
        ("ec2_metadata_service_endpoint_mode", &["IPv4", "IPv6"][..]),
        ("retry_mode", &["standard", "adaptive"]),
        ("skip_metadata_api_check", &["to be one of '', 'true', or 'false', got 'nonsense'"]),
        ("tag_policy_compliance", &["Must be one of \"error\", \"warning\", or \"disabled\""]),
    ] {
        let details = details(&Object::new().with(name, "nonsense"));
        assert!(words.iter().all(|word| details.contains(word)), "{details}");
    }
}

#[test]
fn a_misplaced_secret_is_neither_shown_nor_pointed_at() {
    for (name, secret) in [
        ("ec2_metadata_service_endpoint", "http://user:hunter2@host"),
        ("region", "hunter2hunter2hunter2hunter2"),
        ("retry_mode", "eyJhunter2.eyJ.x"),
        ("http_proxy", "http://me:hunter2@"),
    ] {
        let config = Object::new().with(name, secret);
        assert!(!details(&config).contains("hunter2"), "{}", details(&config));
        assert_eq!(found(&config)[0].0, "", "{name}");
    }
}

#[test]
fn empty_strings_and_zero_are_unset() {
    let config = Object::new()
        .with("profile", "")
        .with("region", "eu-west-1")
        .with("no_proxy", "")
        .with("custom_ca_bundle", "")
        .with("skip_metadata_api_check", "")
        .with("shared_config_files", vec!["", "config"])
        .with("max_retries", 0);
    let settings = settings(&config);
    assert_eq!((settings.profile, settings.region.as_ref().map(Region::as_str)), (None, Some("eu-west-1")));
    assert_eq!((settings.no_proxy, settings.custom_ca_bundle, settings.skip_metadata_api_check), (None, None, None));
    assert_eq!((settings.shared_config_files, settings.max_retries), (vec!["config".into()], None));
}

#[test]
fn an_empty_proxy_disables_the_proxy_of_the_environment() {
    let settings = settings(&Object::new().with("http_proxy", "").with("https_proxy", Value::Null));
    assert_eq!((settings.http_proxy, settings.https_proxy), (Some(ProxySetting::Direct), None));
}

#[test]
fn reads_modes_and_checks() {
    let config = Object::new()
        .with("retry_mode", "adaptive")
        .with("ec2_metadata_service_endpoint", "http://[::1]:1338")
        .with("ec2_metadata_service_endpoint_mode", "ipV6")
        .with("skip_metadata_api_check", "false")
        .with("insecure", true)
        .with("use_fips_endpoint", true)
        .with("use_dualstack_endpoint", true)
        .with("skip_credentials_validation", true)
        .with("skip_requesting_account_id", true)
        .with("forbidden_account_ids", vec!["210987654321"])
        .with("token_bucket_rate_limiter_capacity", 7)
        .with("user_agent", vec![Value::Null, "".into(), "product/1.0 (comment)".into()])
        .with("sts_region", "us-east-1");
    let settings = settings(&config);
    assert_eq!(settings.retry_mode, Some(RetryMode::Adaptive));
    assert_eq!(settings.ec2_metadata_service_endpoint.as_ref().map(|url| url.as_str()), Some("http://[::1]:1338"));
    assert_eq!(settings.ec2_metadata_service_endpoint_mode, Some(EndpointMode::IpV6));
    assert_eq!(settings.skip_metadata_api_check, Some(false));
    assert!(settings.insecure && settings.use_fips_endpoint && settings.use_dualstack_endpoint);
    assert!(settings.skip_credentials_validation && settings.skip_requesting_account_id);
    assert!(matches!(settings.allowed_accounts, AllowedAccounts::AllBut(accounts) if accounts.len() == 1));
    assert_eq!(settings.token_bucket_rate_limiter_capacity.map(usize::from), Some(7));
    assert_eq!(settings.user_agent, ["product/1.0 (comment)"]);
    assert_eq!(settings.sts_region, Some(Region::US_EAST_1));
}

#[test]
fn roles_keep_their_order_and_their_parameters() {
    let tags = BTreeMap::from([("team".to_owned(), "build".into()), ("none".to_owned(), Value::Null)]);
    let first = Object::new()
        .with("role_arn", "arn:aws:iam::123456789012:role/first")
        .with("duration", "1h30m")
        .with("external_id", "id")
        .with("policy", "{}")
        .with("policy_arns", vec!["arn:aws:iam::aws:policy/ReadOnlyAccess", ""])
        .with("session_name", "session")
        .with("source_identity", "me")
        .with("tags", Value::Map(tags))
        .with("transitive_tag_keys", vec!["team"]);
    let second = Object::new().with("role_arn", "arn:aws:iam::123456789012:role/second");
    let config = Object::new().with("assume_role", vec![first, second]);

    let [first, second] = settings(&config).assume_role.try_into().expect("two roles");
    assert_eq!(first.role_arn.as_str(), "arn:aws:iam::123456789012:role/first");
    assert_eq!(first.duration.map(std::time::Duration::from), Some(std::time::Duration::from_secs(5_400)));
    let exposed = |text: &aws_base::Secret| text.expose().to_owned();
    assert_eq!(first.external_id.as_ref().map(|id| exposed(id.secret())).as_deref(), Some("id"));
    assert_eq!(first.session_name.as_ref().map(|name| exposed(name.secret())).as_deref(), Some("session"));
    assert_eq!(first.source_identity.as_ref().map(|me| exposed(me.secret())).as_deref(), Some("me"));
    assert_eq!((first.policy.as_ref().map(|policy| policy.as_str()), first.policy_arns.len()), (Some("{}"), 1));
    assert_eq!(first.tags, BTreeMap::from([("team".to_owned(), "build".to_owned())]));
    assert_eq!(first.transitive_tag_keys, ["team"]);
    assert_eq!(second, aws_base::AssumeRole::new(second.role_arn.clone()));
}

#[test]
fn a_web_identity_block_is_ignored_if_nothing_is_set_in_it() {
    let role = |block: Object| {
        settings(&Object::new().with("assume_role_with_web_identity", vec![block])).assume_role_with_web_identity
    };
    assert!(role(Object::new().with("role_arn", Value::Null).with("duration", Value::Null)).is_none());
    let found = role(
        Object::new()
            .with("role_arn", "arn:aws:iam::123456789012:role/ci")
            .with("web_identity_token", "hunter2")
            .with("web_identity_token_file", Value::Null),
    );
    let found = found.expect("a role");
    assert!(found.role_arn.is_some() && matches!(found.token, Some(WebIdentityTokenSource::Token(_))));
    let found = role(Object::new().with("web_identity_token_file", "token")).expect("a role");
    assert_eq!(found.token, Some(WebIdentityTokenSource::File("token".into())));
}

#[test]
fn the_first_of_several_urls_of_a_service_is_used() {
    let [first, second] = ["http://a", "http://b"].map(|url| Object::new().with("ecr", url));
    let config =
        Object::new().with("endpoints", vec![Object::new().with("ecr", "").with("sts", "http://c"), first, second]);
    assert_eq!(found(&config), [("endpoints".to_owned(), "Invalid Attribute Value".to_owned())]);
    let endpoints = settings(&config).endpoints;
    let url = |service| endpoints.get(&service).map(|url| url.as_str());
    let urls = [Service::Ecr, Service::Sso, Service::Sts].map(url);
    assert_eq!(urls, [Some("http://a"), None, Some("http://c")]);
}

#[tokio::test]
async fn the_user_agent_begins_with_terraform_and_the_provider() {
    let config = Object::new().with("user_agent", vec!["product/1.0 (comment)"]);
    let request = Configure::new(ProviderBlock::read(&config).0, "1.15.5");
    let configured = EcrProvider.configure(request, &mut Diagnostics::new()).await.expect("a configuration");
    let ours = concat!("terraform-provider-ecr/", env!("CARGO_PKG_VERSION"));
    assert_eq!(configured.settings.user_agent, ["Terraform/1.15.5", ours, "product/1.0 (comment)"]);
}
