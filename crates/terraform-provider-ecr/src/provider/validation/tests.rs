use terraform_plugin::{Number, Severity};

use super::*;

fn said(config: &Object) -> Vec<(String, String)> {
    let path = |diagnostic: &Diagnostic| diagnostic.path().map(ToString::to_string).unwrap_or_default();
    let parts = |diagnostic: &Diagnostic| (path(diagnostic), diagnostic.summary().to_owned());
    let diagnostics = validate(config);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity() == Severity::Error), "{diagnostics:?}");
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.summary().len() <= 60), "{diagnostics:?}");
    diagnostics.iter().map(parts).collect()
}

fn float(float: f64) -> Value {
    Number::from_f64(float).expect("a number").into()
}

#[test]
fn bad_arguments_are_blamed_before_any_call() {
    let endpoints = |url: &str| vec![Value::from(Object::new().with("ecr", url).with("sts", Value::Null))];
    for (name, value, path, summary) in [
        ("region", Value::from("narnia-1"), "region", "Invalid AWS Region"),
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
        ("retry_mode", "legacy".into(), "retry_mode", "Invalid value"),
        ("retry_mode", "Standard".into(), "retry_mode", "Invalid value"),
        ("skip_metadata_api_check", "yes".into(), "skip_metadata_api_check", "Invalid value"),
        ("skip_metadata_api_check", "1".into(), "skip_metadata_api_check", "Invalid value"),
        ("tag_policy_compliance", "strict".into(), "tag_policy_compliance", "Invalid value"),
        ("max_retries", (-1).into(), "max_retries", "Invalid value"),
        ("max_retries", float(1.5), "max_retries", "Invalid value"),
        ("max_retries", float(1e300), "max_retries", "Invalid value"),
        ("max_retries", 4_294_967_296.into(), "max_retries", "Invalid value"),
        ("token_bucket_rate_limiter_capacity", (-1).into(), "token_bucket_rate_limiter_capacity", "Invalid value"),
        ("http_proxy", "http://".into(), "", "Invalid HTTP Proxy"),
        (
            "shared_config_files",
            vec!["a".into(), Value::Null].into(),
            "shared_config_files[1]",
            "Null value found in list",
        ),
        (
            "shared_credentials_files",
            vec![Value::Null].into(),
            "shared_credentials_files[0]",
            "Null value found in list",
        ),
        ("allowed_account_ids", vec![Value::Null].into(), "allowed_account_ids", "Null value found in list"),
    ] {
        let said = said(&Object::new().with(name, value));
        assert_eq!(said, [(path.to_owned(), summary.to_owned())], "{name}");
    }
}

#[test]
fn nothing_is_said_of_what_is_unset_or_fine() {
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
    ] {
        assert_eq!(said(&config), [], "{config:?}");
    }
}

#[test]
fn nothing_is_said_of_what_is_unknown() {
    let arguments =
        include_str!("../../../tests/provider-block.txt").lines().filter_map(|line| line.split(": ").next());
    for name in arguments.filter(|path| !path.contains('.')) {
        assert_eq!(said(&Object::new().with(name, Value::Unknown)), [], "{name}");
    }
    for config in [
        Object::new().with("region", "narnia-1").with("skip_region_validation", Value::Unknown),
        Object::new().with("access_key", "AKID").with("secret_key", Value::Unknown),
        Object::new().with("allowed_account_ids", Value::Unknown).with("forbidden_account_ids", vec!["123456789012"]),
        Object::new().with("shared_config_files", vec![Value::Unknown]),
        Object::new().with("allowed_account_ids", vec![Value::Unknown]),
    ] {
        assert_eq!(said(&config), [], "{config:?}");
    }
}

#[test]
fn accounts_are_either_allowed_or_forbidden() {
    let config = Object::new()
        .with("allowed_account_ids", vec!["123456789012"])
        .with("forbidden_account_ids", vec!["210987654321"]);
    let conflict = |path: &str| (path.to_owned(), "Conflicting configuration arguments".to_owned());
    assert_eq!(said(&config), [conflict("allowed_account_ids"), conflict("forbidden_account_ids")]);
}

#[test]
fn a_choice_says_what_there_is_to_choose_from() {
    for (name, words) in [
        ("ec2_metadata_service_endpoint_mode", &["IPv4", "IPv6"][..]),
        ("retry_mode", &["standard", "adaptive"]),
        ("skip_metadata_api_check", &["to be one of '', 'true', or 'false', got 'nonsense'"]),
        ("tag_policy_compliance", &["Must be one of \"error\", \"warning\", or \"disabled\""]),
    ] {
        let diagnostics = validate(&Object::new().with(name, "nonsense"));
        let detail: String = diagnostics.iter().map(Diagnostic::detail).collect();
        assert!(words.iter().all(|word| detail.contains(word)), "{detail}");
    }
}

#[test]
fn a_password_in_the_url_of_the_metadata_service_is_not_shown() {
    let diagnostics = validate(&Object::new().with("ec2_metadata_service_endpoint", "http://user:hunter2@host"));
    assert!(!diagnostics.is_empty() && !format!("{diagnostics:?}").contains("hunter2"), "{diagnostics:?}");
}
