//! Roles, accounts, and the machine's own credentials.

use std::{collections::BTreeMap, time::Duration};

use super::{aws::ACCOUNT, *};
use crate::settings::{AssumeRole, AssumeRoleWithWebIdentity};

fn role(name: &str) -> AssumeRole {
    AssumeRole { role_arn: format!("arn:aws:iam::123456789012:role/{name}"), ..AssumeRole::default() }
}

async fn requests(change: impl FnOnce(&mut Settings), variables: &[(&str, &str)]) -> Result<Vec<String>, Arc<Error>> {
    let aws = sandbox().await;
    let mut settings = settings(&aws.url());
    change(&mut settings);
    client(settings, variables).authorization_token(None).await?;
    Ok(summaries(&aws))
}

#[tokio::test]
async fn roles_are_assumed_one_after_the_other_in_their_own_region() {
    let seen = requests(
        |settings| {
            settings.assume_role = vec![role("one"), role("two")];
            settings.sts_region = Some("us-east-2".into());
        },
        &[],
    );
    assert_eq!(
        seen.await.expect("a token"),
        [
            "AssumeRole of arn:aws:iam::123456789012:role/one by AKIDEXAMPLE in us-east-2/sts",
            "AssumeRole of arn:aws:iam::123456789012:role/two by role one in us-east-2/sts",
            "GetAuthorizationToken by role two in eu-west-1/ecr",
        ]
    );
}

#[tokio::test]
async fn every_argument_of_a_role_reaches_sts() {
    let aws = sandbox().await;
    let mut settings = settings(&aws.url());
    settings.assume_role = vec![AssumeRole {
        duration: Some(Duration::from_secs(3600)),
        external_id: Some("external".into()),
        policy: Some("{}".into()),
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnly".into()],
        session_name: Some("session".into()),
        source_identity: Some("me".into()),
        tags: BTreeMap::from([("Key".into(), "Value".into())]),
        transitive_tag_keys: vec!["Key".into()],
        ..role("one")
    }];
    client(settings, &[]).verify().await.expect("assumed");
    let call = aws.calls().remove(0);
    for (field, value) in [
        ("DurationSeconds", "3600"),
        ("ExternalId", "external"),
        ("Policy", "{}"),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnly"),
        ("RoleSessionName", "session"),
        ("SourceIdentity", "me"),
        ("Tags.member.1.Key", "Key"),
        ("Tags.member.1.Value", "Value"),
        ("TransitiveTagKeys.member.1", "Key"),
    ] {
        assert_eq!(call.field(field).as_deref(), Some(value), "{field}: {:?}", call.body);
    }
}

#[tokio::test]
async fn what_is_not_set_of_a_role_is_not_sent() {
    let aws = sandbox().await;
    let settings = Settings { assume_role: vec![role("one")], ..settings(&aws.url()) };
    client(settings, &[]).verify().await.expect("assumed");
    let call = aws.calls().remove(0);
    assert_eq!(call.field("DurationSeconds").as_deref(), Some("900"));
    assert_eq!(call.field("RoleSessionName").as_deref(), Some("terraform-provider-ecr"));
    let body = String::from_utf8_lossy(&call.body);
    for field in ["ExternalId", "Policy", "PolicyArns", "SourceIdentity", "Tags", "TransitiveTagKeys"] {
        assert!(!body.contains(field), "{field}: {body}");
    }
}

#[tokio::test]
async fn a_web_identity_of_the_settings_goes_before_the_environment_and_a_role_after_it() {
    let identity = AssumeRoleWithWebIdentity {
        role_arn: Some("arn:aws:iam::123456789012:role/web".into()),
        web_identity_token: Some("identity-token".into()),
        ..AssumeRoleWithWebIdentity::default()
    };
    let variables = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "sekrit")];
    let seen = requests(
        |settings| {
            (settings.access_key, settings.secret_key) = (None, None);
            settings.assume_role_with_web_identity = Some(identity);
            settings.assume_role = vec![role("one")];
        },
        &variables,
    );
    assert_eq!(
        seen.await.expect("a token"),
        [
            "AssumeRoleWithWebIdentity of arn:aws:iam::123456789012:role/web by nobody",
            "AssumeRole of arn:aws:iam::123456789012:role/one by role web in eu-west-1/sts",
            "GetAuthorizationToken by role one in eu-west-1/ecr",
        ]
    );
}

#[tokio::test]
async fn a_role_that_is_refused_is_named_with_its_place() {
    let aws = sandbox().await;
    aws.fault(Fault::of("AssumeRole", Effect::refuse(403, "AccessDenied", "not you")));
    let settings = Settings { assume_role: vec![role("one")], ..settings(&aws.url()) };
    let error = client(settings, &[]).verify().await.expect_err("denied");
    let Error::Role { role, origin, source } = &*error else { panic!("{error:?}") };
    assert_eq!((role.as_str(), origin), ("arn:aws:iam::123456789012:role/one", &Origin::Element("assume_role", 0)));
    assert!(matches!(&**source, Error::Refused { asked, .. } if asked.action == "sts:AssumeRole"), "{source:?}");
    assert_eq!(aws.call_count(), 1);
}

#[tokio::test]
async fn an_account_is_asked_for_where_something_depends_on_it() {
    let listed = |allowed: &[&str], forbidden: &[&str]| {
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (allowed, forbidden) = (ids(allowed), ids(forbidden));
        requests(
            move |settings| {
                (settings.allowed_account_ids, settings.forbidden_account_ids) = (allowed, forbidden);
                settings.assume_role = vec![role("one")];
            },
            &[],
        )
    };
    assert_eq!(
        listed(&[ACCOUNT], &[]).await.expect("a token"),
        [
            "AssumeRole of arn:aws:iam::123456789012:role/one by AKIDEXAMPLE in eu-west-1/sts",
            "GetCallerIdentity by role one in eu-west-1/sts",
            "GetAuthorizationToken by role one in eu-west-1/ecr",
        ]
    );
    for refused in [listed(&["1"], &[]).await, listed(&[], &[ACCOUNT]).await] {
        let error = refused.expect_err("refused");
        assert!(matches!(&*error, Error::AccountNotAllowed { account, .. } if account == ACCOUNT), "{error:?}");
    }
}

#[tokio::test]
async fn nobody_is_asked_before_a_token_is_wanted_unless_the_settings_want_it() {
    let aws = sandbox().await;
    client(settings(&aws.url()), &[]).verify().await.expect("fine");
    assert_eq!(aws.call_count(), 0);
    let forbidding = Settings { forbidden_account_ids: vec![ACCOUNT.into()], ..settings(&aws.url()) };
    let error = client(forbidding, &[]).verify().await.expect_err("forbidden");
    assert!(matches!(*error, Error::AccountNotAllowed { .. }), "{error:?}");
}

#[tokio::test]
async fn an_instance_gives_credentials_and_a_region() {
    let aws = sandbox().await;
    let settings = Settings {
        region: None,
        ec2_metadata_service_endpoint: Some(aws.url().into()),
        // Whatever the environment says.
        skip_metadata_api_check: Some(false),
        ..without_keys(&aws.url())
    };
    let variables = [("AWS_EC2_METADATA_DISABLED", "true"), ("HTTP_PROXY", "http://127.0.0.1:1")];
    let of_instance = client(settings.clone(), &variables);
    assert_eq!(of_instance.authorization_token(None).await.expect("a token").region(), "us-east-1");
    of_instance.authorization_token(Some("eu-west-1")).await.expect("a token");
    let expected =
        ["us-east-1", "eu-west-1"].map(|region| format!("GetAuthorizationToken by role instance in {region}/ecr"));
    let summaries: Vec<_> = summaries(&aws).into_iter().filter(|line| line.starts_with("GetAuth")).collect();
    assert_eq!(summaries, expected);

    let skipping = Settings { skip_metadata_api_check: Some(true), ..settings };
    let error = client(skipping, &[]).authorization_token(None).await.expect_err("no source");
    let Error::NoCredentials { tried, .. } = &*error else { panic!("{error:?}") };
    let sources: Vec<_> = tried.iter().map(|tried| tried.from).collect();
    assert_eq!(
        sources,
        ["environment variables", "web identity", "shared files", "container", "EC2 instance metadata"]
    );
    assert!(tried[4].reason.contains("skip_metadata_api_check"), "{}", tried[4].reason);
}

#[tokio::test]
async fn a_login_that_is_missing_is_told_with_the_command_that_logs_in() {
    let aws = sandbox().await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("config");
    let sso = "sso_account_id = 1\nsso_role_name = none-such\n";
    let text = format!(
        "[profile legacy]\nsso_start_url = https://none-such.example\nsso_region = eu-west-1\n{sso}\
         [profile session]\nsso_session = none-such\n{sso}\
         [sso-session none-such]\nsso_start_url = https://none-such.example\nsso_region = eu-west-1\n\
         [profile console]\nlogin_session = arn:aws:iam::1:user/none-such\n"
    );
    std::fs::write(&file, text).expect("written");
    for (profile, expected) in [
        ("legacy", "aws sso login --profile legacy"),
        ("session", "aws sso login --sso-session none-such"),
        ("console", "aws login --profile console"),
    ] {
        let settings = Settings {
            profile: Some(profile.into()),
            shared_config_files: vec![file.clone()],
            ..without_keys(&aws.url())
        };
        let error = client(settings.clone(), &[]).authorization_token(None).await.expect_err("no login");
        assert!(matches!(&*error, Error::Login { command, .. } if command == expected), "{error:?}");
        if profile == "console" {
            let empty = [("AWS_ENDPOINT_URL", "")];
            let error = client(settings, &empty).authorization_token(None).await.expect_err("the SDK would panic");
            assert!(matches!(&*error, Error::InvalidSetting { .. }), "{error:?}");
        }
    }
}
