use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use terraform_plugin::Number;

use super::*;

fn exposed(secret: &Option<Secret>) -> Option<&str> {
    secret.as_ref().map(Secret::expose)
}

#[test]
fn empty_strings_are_unset() {
    let config = Object::new()
        .with("profile", "")
        .with("region", "eu-west-1")
        .with("no_proxy", "")
        .with("custom_ca_bundle", "")
        .with("skip_metadata_api_check", "")
        .with("shared_config_files", vec!["", "config"]);
    let settings = settings(&config);
    assert_eq!((settings.profile, settings.region.as_deref()), (None, Some("eu-west-1")));
    assert_eq!((settings.no_proxy, settings.custom_ca_bundle, settings.skip_metadata_api_check), (None, None, None));
    assert_eq!(settings.shared_config_files, [PathBuf::from("config")]);
}

#[test]
fn an_empty_proxy_is_none_at_all_and_not_that_of_the_environment() {
    let proxies = |config: &Object| {
        let settings = settings(config);
        let text = |secret| exposed(secret).map(ToOwned::to_owned);
        (text(&settings.http_proxy), text(&settings.https_proxy))
    };
    let config = Object::new().with("http_proxy", "").with("https_proxy", "http://proxy:3128");
    assert_eq!(proxies(&config), (Some(String::new()), Some("http://proxy:3128".to_owned())));
    assert_eq!(proxies(&Object::new().with("http_proxy", Value::Null)), (None, None));
}

#[test]
fn zero_is_unset_for_counts() {
    let counts = |number: i64| {
        let config = Object::new().with("max_retries", number).with("token_bucket_rate_limiter_capacity", number);
        let settings = settings(&config);
        (settings.max_retries, settings.token_bucket_rate_limiter_capacity)
    };
    assert_eq!(counts(0), (None, None));
    assert_eq!(counts(7), (Some(7), Some(7)));
    assert_eq!(whole(&Number::from_f64(1.5).expect("a number")), None);
    assert_eq!(whole(&Number::from(i64::from(u32::MAX) + 1)), None);
}

#[test]
fn modes_and_checks_are_read() {
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
        .with("sts_region", "us-east-1");
    let settings = settings(&config);
    assert_eq!(settings.retry_mode, Some(RetryMode::Adaptive));
    assert_eq!(settings.ec2_metadata_service_endpoint.as_ref().map(Secret::expose), Some("http://[::1]:1338"));
    assert_eq!(settings.ec2_metadata_service_endpoint_mode, Some(EndpointMode::IpV6));
    assert_eq!(settings.skip_metadata_api_check, Some(false));
    assert!(settings.insecure && settings.use_fips_endpoint && settings.use_dualstack_endpoint);
    assert!(settings.skip_credentials_validation && settings.skip_requesting_account_id);
    assert_eq!(settings.sts_region.as_deref(), Some("us-east-1"));
}

#[test]
fn accounts_are_kept_even_when_empty_and_user_agents_are_not() {
    let config = Object::new()
        .with("allowed_account_ids", vec!["", "123456789012"])
        .with("forbidden_account_ids", vec!["210987654321"])
        .with("user_agent", vec![Value::Null, "".into(), "product/1.0 (comment)".into()]);
    let settings = settings(&config);
    assert_eq!(settings.allowed_account_ids, ["", "123456789012"]);
    assert_eq!(settings.forbidden_account_ids, ["210987654321"]);
    assert_eq!(settings.user_agent, ["product/1.0 (comment)"]);
}

#[test]
fn roles_keep_their_order_and_their_parameters() {
    let tags = BTreeMap::from([("team".to_owned(), "build".into()), ("none".to_owned(), Value::Null)]);
    let first = Object::new()
        .with("role_arn", "arn:aws:iam::123456789012:role/first")
        .with("duration", "1h30m")
        .with("external_id", "id")
        .with("policy", "{}")
        .with("policy_arns", vec!["arn:aws:iam::aws:policy/ReadOnlyAccess"])
        .with("session_name", "session")
        .with("source_identity", "me")
        .with("tags", Value::Map(tags))
        .with("transitive_tag_keys", vec!["team"]);
    let second = Object::new().with("role_arn", "arn:aws:iam::123456789012:role/second");
    let config = Object::new().with("assume_role", vec![first, second]);

    let [first, second] = settings(&config).assume_role.try_into().expect("two roles");
    assert_eq!(first.role_arn, "arn:aws:iam::123456789012:role/first");
    assert_eq!(first.duration, Some(Duration::from_secs(5_400)));
    assert_eq!((first.external_id.as_ref().map(|id| id.expose()), first.policy.as_deref()), (Some("id"), Some("{}")));
    assert_eq!(first.policy_arns, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]);
    assert_eq!((first.session_name.as_deref(), first.source_identity.as_deref()), (Some("session"), Some("me")));
    assert_eq!(first.tags, BTreeMap::from([("team".to_owned(), "build".to_owned())]));
    assert_eq!(first.transitive_tag_keys, ["team"]);
    let mut bare = AssumeRole::default();
    bare.role_arn = "arn:aws:iam::123456789012:role/second".to_owned();
    assert_eq!(second, bare);
}

#[test]
fn a_role_block_without_a_role_is_none() {
    let config = Object::new().with("assume_role", vec![Object::new().with("session_name", "session")]);
    assert_eq!(settings(&config).assume_role, []);
}

#[test]
fn a_web_identity_block_is_none_where_nothing_is_set_in_it() {
    let of = |block: Object| {
        settings(&Object::new().with("assume_role_with_web_identity", vec![block])).assume_role_with_web_identity
    };
    assert!(of(Object::new().with("role_arn", Value::Null).with("duration", Value::Null)).is_none());
    let role = of(Object::new()
        .with("role_arn", "arn:aws:iam::123456789012:role/ci")
        .with("web_identity_token", "hunter2")
        .with("web_identity_token_file", ""))
    .expect("a role");
    assert_eq!(role.role_arn.as_deref(), Some("arn:aws:iam::123456789012:role/ci"));
    assert_eq!((exposed(&role.web_identity_token), role.web_identity_token_file), (Some("hunter2"), None));
    let role = of(Object::new().with("web_identity_token_file", "token").with("duration", "15m")).expect("a role");
    assert_eq!(role.web_identity_token_file, Some(PathBuf::from("token")));
    assert_eq!((role.role_arn, role.duration), (None, Some(Duration::from_secs(900))));
}

#[test]
fn what_no_token_depends_on_may_be_unknown() {
    let unknown =
        |config: &Object| needed(config.clone()).unknown_paths().iter().map(ToString::to_string).collect::<Vec<_>>();
    let endpoint = |service: &str| Object::new().with(service, Value::Unknown);
    for (config, expected) in [
        (Object::new().with("s3_use_path_style", Value::Unknown), None),
        (Object::new().with("s3_us_east_1_regional_endpoint", Value::Unknown), None),
        (Object::new().with("default_tags", Value::Unknown), None),
        (Object::new().with("ignore_tags", Value::Unknown), None),
        (Object::new().with("tag_policy_compliance", Value::Unknown), None),
        (Object::new().with("user_agent", vec![Value::Unknown]), None),
        (Object::new().with("endpoints", vec![endpoint("s3")]), None),
        (Object::new().with("endpoints", vec![endpoint("ecr")]), Some("endpoints[0].ecr")),
        (Object::new().with("endpoints", vec![endpoint("s3"), endpoint("sts")]), Some("endpoints[1].sts")),
        (Object::new().with("endpoints", vec![endpoint("sso")]), Some("endpoints[0].sso")),
        (Object::new().with("endpoints", vec![Value::Unknown]), Some("endpoints[0]")),
        (Object::new().with("endpoints", Value::Unknown), Some("endpoints")),
        (Object::new().with("max_retries", Value::Unknown), Some("max_retries")),
        (Object::new().with("assume_role", Value::Unknown), Some("assume_role")),
    ] {
        assert_eq!(unknown(&config), Vec::from_iter(expected), "{config:?}");
    }
}
