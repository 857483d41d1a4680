//! Tests profile rules that the table in `terraform-provider-ecr/tests/table` does not cover.

use super::*;
use crate::{environment::Environment, settings::Settings};

fn plan(text: &str) -> Result<Plan, Error> {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("config");
    std::fs::write(&config, text).expect("written");
    let settings = Settings {
        profile: Some("p".to_owned()),
        shared_config_files: vec![config],
        shared_credentials_files: vec!["/nonexistent/credentials".into()],
        ..Settings::default()
    };
    Plan::find(&SharedFiles::load(&settings, &Environment::from_variables(&[])).expect("loaded"))
}

fn problem(text: &str) -> String {
    match plan(text) {
        Err(Error::InvalidSetting { origin, problem }) => format!("{origin}: {problem}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_source_profile_chain_has_a_maximum_length() {
    let chain = |length: usize| {
        let profile = |at: usize| format!("[profile p{at}]\nrole_arn = arn:{at}\nsource_profile = p{}\n", at + 1);
        let last = format!("[profile p{length}]\naws_access_key_id = A\naws_secret_access_key = s\n");
        (1..length).map(profile).collect::<String>().replace("[profile p1]", "[profile p]") + &last
    };
    assert_eq!(plan(&chain(100)).expect("a plan").roles.len(), 99);
    for length in [101, 5000] {
        let expected = "the profile \"p\": its chain of `source_profile` has more than 100 profiles, and begins with \"p\", \
                        \"p2\", \"p3\". Shorten the chain";
        assert_eq!(problem(&chain(length)), expected);
    }
}

#[test]
fn an_error_names_the_unusable_profile() {
    for (lines, words) in [
        ("role_arn = arn:p\nsource_profile = empty", "its `source_profile` \"empty\" has no credentials"),
        ("role_arn = arn:p\nsource_profile = p", "\"p\": its chain of `source_profile` leads back to it"),
        ("credential_source = Environment", "`credential_source` and no `role_arn`"),
        ("role_arn = arn:p\ncredential_source = Moon", "\"Moon\""),
        ("role_arn = arn:p\nsource_profile = empty\nduration_seconds = 1h", "\"1h\""),
        (
            "sso_session = s\nsso_account_id = 1\nsso_role_name = n",
            "`sso_start_url` is missing in the section [sso-session s]",
        ),
        ("sso_start_url = https://x\nsso_region = r\nsso_role_name = n", "`sso_account_id` is missing"),
    ] {
        let problem = problem(&format!("[sso-session s]\n[profile empty]\nregion = x\n[profile p]\n{lines}\n"));
        assert!(problem.contains(words), "{lines}: {problem}");
    }
}
