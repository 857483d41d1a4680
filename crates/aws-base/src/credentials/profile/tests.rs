//! Shared files as people write them.

use super::*;
use crate::{environment::Environment, secret::Secret, settings::Settings};

fn plan(text: &str, profile: &str) -> Result<Plan, Error> {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("config");
    std::fs::write(&config, text).expect("written");
    let settings = Settings {
        shared_config_files: vec![config],
        shared_credentials_files: vec!["/nonexistent/credentials".into()],
        ..Settings::default()
    };
    let env = Environment::from_variables(&[("AWS_DEFAULT_PROFILE", profile)]);
    Plan::find(&SharedFiles::load(&settings, &env).expect("loaded"))
}

/// `base of profile, then role of profile, …`
fn way(text: &str, profile: &str) -> String {
    let Plan { profile, base, roles } = plan(text, profile).expect("a plan");
    let base = match base {
        Lookup::Found(Base::Container) => "container".to_owned(),
        Lookup::Found(Base::Environment) => "environment".to_owned(),
        Lookup::Found(Base::Instance) => "instance".to_owned(),
        Lookup::Found(Base::Keys(keys)) => keys.access_key_id().to_owned(),
        Lookup::Found(Base::Login(session)) => format!("login {session}"),
        Lookup::Found(Base::Process(command)) => format!("process {command}"),
        Lookup::Found(Base::Sso(sso)) => format!("sso {} {} {}", sso.start_url, sso.region, sso.role_name),
        Lookup::Found(Base::WebIdentity(identity)) => format!("token for {}", identity.role.arn),
        Lookup::Nothing(reason) => format!("nothing: {reason}"),
    };
    let roles: String = roles.iter().map(|(role, of)| format!(", then {} of {of}", role.arn)).collect();
    format!("{base} of {profile}{roles}")
}

fn problem(text: &str) -> String {
    match plan(text, "p") {
        Err(Error::InvalidSetting { origin, problem }) => format!("{origin}: {problem}"),
        other => panic!("{other:?}"),
    }
}

const KEYS: &str = "[profile keys]\naws_access_key_id = AKID\naws_secret_access_key = sekrit\n";

#[test]
fn every_kind_of_source_is_found() {
    for (lines, expected) in [
        ("aws_access_key_id = A\naws_secret_access_key = s", "A of p"),
        ("role_arn = arn:p\nsource_profile = keys", "AKID of keys, then arn:p of p"),
        ("role_arn = arn:p\ncredential_source = EcsContainer", "container of p, then arn:p of p"),
        ("role_arn = arn:p\ncredential_source = environment", "environment of p, then arn:p of p"),
        ("role_arn = arn:p\ncredential_source = Ec2InstanceMetadata", "instance of p, then arn:p of p"),
        ("role_arn = arn:p\nweb_identity_token_file = /t", "token for arn:p of p"),
        ("credential_process = get --me", "process get --me of p"),
        ("role_arn = arn:p\ncredential_process = get", "process get of p, then arn:p of p"),
        ("login_session = arn:s", "login arn:s of p"),
        ("sso_start_url = https://x\nsso_region = r\nsso_account_id = 1\nsso_role_name = n", "sso https://x r n of p"),
        ("sso_session = s\nsso_account_id = 1\nsso_role_name = n", "sso https://s rs n of p"),
        ("region = x", "nothing: the profile \"p\" has no credentials of p"),
        ("role_arn = arn:p", "nothing: the profile \"p\" has no credentials of p, then arn:p of p"),
    ] {
        let sessions = "[sso-session s]\nsso_start_url = https://s\nsso_region = rs\n";
        assert_eq!(way(&format!("{KEYS}{sessions}[profile p]\n{lines}\n"), "p"), expected, "{lines}");
    }
    assert!(way("", "p").starts_with("nothing: there is no profile \"p\" in "));
}

#[test]
fn chains_are_followed_from_their_end() {
    let chain = format!(
        "{KEYS}[profile one]\nrole_arn = arn:1\nsource_profile = keys\n\
         [profile two]\nrole_arn = arn:2\nsource_profile = one\n"
    );
    assert_eq!(way(&chain, "two"), "AKID of keys, then arn:1 of one, then arn:2 of two");
}

#[test]
fn a_chain_has_an_end() {
    let chain = |length: usize| {
        let profile = |at: usize| format!("[profile p{at}]\nrole_arn = arn:{at}\nsource_profile = p{}\n", at + 1);
        let last = format!("[profile p{length}]\naws_access_key_id = A\naws_secret_access_key = s\n");
        (1..length).map(profile).collect::<String>().replace("[profile p1]", "[profile p]") + &last
    };
    assert_eq!(plan(&chain(100), "p").expect("a plan").roles.len(), 99);
    for length in [101, 5000] {
        let expected = "the profile \"p\": its chain of `source_profile` has more than 100 profiles, and begins with \"p\", \
                        \"p2\", \"p3\": shorten the chain";
        assert_eq!(problem(&chain(length)), expected);
    }
}

#[test]
fn a_profile_may_be_its_own_source() {
    let own = "[profile p]\naws_access_key_id = A\naws_secret_access_key = s\nrole_arn = arn:p\n";
    assert_eq!(way(own, "p"), "A of p, then arn:p of p");
    assert_eq!(way(&format!("{own}source_profile = p\n"), "p"), "A of p, then arn:p of p");
    let sso = "[profile s]\nrole_arn = arn:s\nsource_profile = s\nsso_start_url = https://x\nsso_region = r\n\
               sso_account_id = 1\nsso_role_name = n\n";
    assert_eq!(way(sso, "s"), "sso https://x r n of s, then arn:s of s");
    let role_with_keys = format!("{own}[profile q]\nrole_arn = arn:q\nsource_profile = p\n");
    assert_eq!(way(&role_with_keys, "q"), "A of p, then arn:p of p, then arn:q of q");
}

#[test]
fn a_source_with_keys_gives_those_whatever_it_names() {
    let text = format!(
        "{KEYS}[profile b]\naws_access_key_id = B\naws_secret_access_key = s\nrole_arn = arn:b\nsource_profile = keys\n\
         [profile a]\nrole_arn = arn:a\nsource_profile = b\n"
    );
    assert_eq!(way(&text, "a"), "B of b, then arn:b of b, then arn:a of a");
}

#[test]
fn keys_of_a_profile_do_not_count_where_it_names_a_source() {
    let text = format!(
        "{KEYS}[profile p]\naws_access_key_id = A\naws_secret_access_key = s\nrole_arn = arn:p\nsource_profile = keys\n"
    );
    assert_eq!(way(&text, "p"), "AKID of keys, then arn:p of p");
}

#[test]
fn what_a_role_needs_is_taken_from_its_profile() {
    let text = format!(
        "{KEYS}[profile p]\nrole_arn = arn:p\nsource_profile = keys\nexternal_id = x\nrole_session_name = n\n\
         duration_seconds = 1800\n"
    );
    let (role, of) = plan(&text, "p").expect("a plan").roles.remove(0);
    assert_eq!((role.arn.as_str(), of.as_str(), role.duration), ("arn:p", "p", Some(Duration::from_secs(1800))));
    let external_id = role.external_id.as_ref().map(Secret::expose);
    assert_eq!((external_id, role.session_name.as_deref()), (Some("x"), Some("n")));
}

#[test]
fn what_leads_nowhere_is_an_error_of_its_profile() {
    for (lines, words) in [
        ("role_arn = arn:p\nsource_profile = none", "profile \"p\": its `source_profile` \"none\" is in none of"),
        ("role_arn = arn:p\nsource_profile = empty", "its `source_profile` \"empty\" has no credentials"),
        ("role_arn = arn:p\nsource_profile = p", "\"p\": its chain of `source_profile` leads back to it"),
        ("role_arn = arn:p\nsource_profile = back", "\"p\": its chain of `source_profile` leads back to it"),
        ("source_profile = keys", "`source_profile` and no `role_arn`"),
        ("credential_source = Environment", "`credential_source` and no `role_arn`"),
        ("role_arn = arn:p\ncredential_source = Moon", "\"Moon\""),
        (
            "role_arn = a\nsource_profile = keys\ncredential_process = x",
            "more than one credential source: `source_profile` and `credential_process`",
        ),
        ("role_arn = arn:p\nsource_profile = keys\nmfa_serial = arn:mfa", "MFA"),
        ("role_arn = arn:p\nsource_profile = keys\nduration_seconds = 1h", "\"1h\""),
        ("sso_session = none\nsso_account_id = 1\nsso_role_name = n", "[sso-session none] is in none of"),
        ("sso_session = s\nsso_account_id = 1\nsso_role_name = n", "[sso-session s] has no `sso_start_url`"),
        (
            "sso_session = t\nsso_account_id = 1\nsso_role_name = n\nsso_region = here",
            "`sso_region` is \"here\", and that of the section [sso-session t] is \"there\"",
        ),
        ("sso_start_url = https://x\nsso_region = r\nsso_role_name = n", "it has no `sso_account_id`"),
    ] {
        let others = "[sso-session s]\n[sso-session t]\nsso_start_url = x\nsso_region = there\n[profile empty]\nregion = x\n[profile back]\nrole_arn = arn:b\nsource_profile = p\n";
        let problem = problem(&format!("{KEYS}{others}[profile p]\n{lines}\n"));
        assert!(problem.contains(words), "{lines}: {problem}");
    }
}

#[test]
fn keys_of_two_files_are_not_mixed() {
    let directory = tempfile::tempdir().expect("a directory");
    let [config, credentials] = ["config", "credentials"].map(|name| directory.path().join(name));
    let settings = Settings {
        shared_config_files: vec![config.clone()],
        shared_credentials_files: vec![credentials.clone()],
        ..Settings::default()
    };
    let base = |in_config: &str, in_credentials: &str| {
        std::fs::write(&config, format!("[default]\n{in_config}")).expect("written");
        std::fs::write(&credentials, format!("[default]\n{in_credentials}")).expect("written");
        match Plan::find(&SharedFiles::load(&settings, &Environment::from_variables(&[])).expect("loaded"))?.base {
            Lookup::Found(Base::Keys(keys)) => {
                Ok(Some((keys.access_key_id().to_owned(), keys.session_token().map(ToOwned::to_owned))))
            }
            _ => Ok::<_, Error>(None),
        }
    };
    let id = |id| format!("aws_access_key_id = {id}\n");
    let pair = |key| id(key) + "aws_secret_access_key = sekrit\n";
    let found = base(&(pair("CONFIG") + "aws_session_token = t\n"), &pair("CREDENTIALS"));
    assert_eq!(found.expect("keys"), Some(("CREDENTIALS".to_owned(), None)), "and not the other's session");
    assert_eq!(base(&pair("CONFIG"), "").expect("keys"), Some(("CONFIG".to_owned(), None)));
    assert!(matches!(base(&pair("CONFIG"), &id("CREDENTIALS")), Err(Error::InvalidSetting { .. })));
    assert!(matches!(base(&id("CONFIG"), "aws_secret_access_key = s\n"), Err(Error::InvalidSetting { .. })));
    assert!(matches!(base(&id("CONFIG"), "region = x\n"), Err(Error::InvalidSetting { .. })));
    let empty = "aws_access_key_id =\naws_secret_access_key =\n";
    assert_eq!(base(&pair("CONFIG"), empty).expect("no keys"), None, "as in AWS's SDK for Go");
}
