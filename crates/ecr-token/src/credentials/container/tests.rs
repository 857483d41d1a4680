use ecr_sandbox::{Effect, Fault, Options, Sandbox};

use super::*;
use crate::{http_client::http_client, proxy::Proxies, settings::Settings, shared_files::SharedFiles, trust::Trust};

const PATH: &str = "/v1/credentials";

/// An agent that gives this answer so many times, and credentials after that.
async fn agent(times: u64, status: u16, body: &str) -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).await.expect("a sandbox");
    sandbox.fault(Fault::of(PATH, Effect::answer(status, "application/json", body)).times(times));
    sandbox
}

fn url(agent: &Sandbox) -> String {
    format!("{}{PATH}", agent.url())
}

async fn credentials(variables: &[(&str, &str)]) -> Result<Credentials, Error> {
    let env = Env::from_slice(variables);
    let settings = Settings { shared_config_files: vec!["/nonexistent".into()], ..Settings::default() };
    let files = SharedFiles::load(&settings, &env).expect("loaded");
    let trust = Trust::find(&settings, &env, &files).expect("found");
    let container = Container::of(&env).expect("a container");
    container.credentials("the container", &env, &http_client(Proxies::default(), trust)).await
}

/// What is said of a source that was chosen and gave nothing.
async fn reason(variables: &[(&str, &str)]) -> String {
    match credentials(variables).await {
        Err(Error::Credentials { from, reason }) => format!("{from}: {reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_full_uri_goes_before_the_relative_one_and_the_file_before_the_token() {
    let agent = agent(0, 200, "").await;
    let url = url(&agent);
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "of-a-file").expect("written");
    let path = file.path().to_str().expect("UTF-8");
    let both = [(FULL, url.as_str()), (RELATIVE, "/nobody"), (TOKEN, "of-a-variable")];
    let found = credentials(&both).await.expect("credentials");
    let arn = "arn:aws:sts::123456789012:assumed-role/container/task";
    assert_eq!(agent.arn_of(found.access_key_id()).as_deref(), Some(arn));
    let secrets = agent.secrets();
    let is_whole = [Some(found.secret_access_key()), found.session_token()]
        .into_iter()
        .all(|secret| secret.is_some_and(|secret| secrets.iter().any(|known| known == secret)));
    assert!(is_whole, "the secrets are those of the agent");
    credentials(&[both.as_slice(), &[(TOKEN_FILE, path)]].concat()).await.expect("credentials");
    credentials(&[(FULL, &url), (TOKEN, ""), (TOKEN_FILE, "")]).await.expect("credentials");
    let calls = agent.calls();
    let asked: Vec<_> = calls.iter().map(|call| call.header("authorization")).collect();
    assert_eq!(asked, [Some("of-a-variable"), Some("of-a-file"), None]);
}

#[test]
fn a_path_is_one_of_the_agent_of_ecs() {
    let url = |variables: &[_]| Container::of(&Env::from_slice(variables)).map(|container| container.url);
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, ""), (FULL, "")]), None);
}

#[tokio::test]
async fn an_agent_that_fails_is_asked_again() {
    let agent = agent(1, 500, "").await;
    credentials(&[(FULL, &url(&agent))]).await.expect("credentials");
    assert_eq!(agent.call_count(), 2);
}

#[tokio::test]
async fn what_an_agent_says_is_repeated_and_the_rest_is_not() {
    let refused = r#"{"code":"AccessDenied","message":"no role for this pod"}"#;
    for ((status, body), words) in [
        ((403, refused), "it answered with HTTP 403: no role for this pod"),
        ((404, "hunter2"), "it answered with HTTP 404"),
        ((200, "<html>hunter2</html>"), "it answered without credentials"),
        ((200, refused), "it answered without credentials: no role for this pod"),
    ] {
        let agent = agent(1, status, body).await;
        let told = reason(&[(FULL, &url(&agent))]).await;
        assert_eq!(told, format!("the container (by {}): {words}", agent.address()));
        assert_eq!(agent.call_count(), 1);
    }
}

#[tokio::test]
async fn without_tls_only_what_is_near_is_asked() {
    for (name, value, words) in [
        (FULL, "http://192.0.2.1/x", "without TLS"),
        (FULL, "http://nowhere.invalid/x", "no address"),
        (FULL, "127.0.0.1/x", "no scheme"),
        (RELATIVE, "1.example/x", "no address"),
        (RELATIVE, "1/x", "without TLS"),
    ] {
        match credentials(&[(name, value)]).await {
            Err(Error::Endpoint { origin, problem, .. }) => {
                assert_eq!(origin, Origin::Variable(name));
                assert!(problem.contains(words), "{value}: {problem}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_blamed_on_its_source_and_not_shown() {
    for (name, value, words) in
        [(TOKEN, "hunter2\nhunter2", "character"), (TOKEN_FILE, "/nonexistent", "/nonexistent cannot be read")]
    {
        match credentials(&[(FULL, "http://127.0.0.1:1"), (name, value)]).await {
            Err(Error::InvalidSetting { origin, problem }) => {
                assert_eq!(origin, Origin::Variable(name));
                assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
            }
            other => panic!("{other:?}"),
        }
    }
}
