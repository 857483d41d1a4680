use std::sync::{Arc, Mutex};

use axum::{Router, extract::Request, http::StatusCode, routing::any};
use tokio::net::TcpListener;

use super::*;
use crate::{http_client::http_client, proxy::Proxies, settings::Settings, shared_files::SharedFiles, trust::Trust};

const CREDENTIALS: &str = r#"{"AccessKeyId":"AKIDCONTAINER","SecretAccessKey":"sekrit","Token":"session"}"#;

/// An agent that gives these answers, the last one for ever, and what it was asked with.
struct Agent {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Agent {
    async fn start(answers: Vec<(u16, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/credentials", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&asked);
        let answer = async move |request: Request| {
            let token = request.headers().get("authorization").and_then(|value| value.to_str().ok());
            let mut seen = seen.lock().expect("not poisoned");
            seen.push(token.unwrap_or("nothing").to_owned());
            let (status, body) = answers[(seen.len() - 1).min(answers.len() - 1)];
            (StatusCode::from_u16(status).expect("a status"), body)
        };
        let router = Router::new().route("/credentials", any(answer));
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
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
    let agent = Agent::start(vec![(200, CREDENTIALS)]).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "of-a-file").expect("written");
    let path = file.path().to_str().expect("UTF-8");
    let both = [(FULL, agent.url.as_str()), (RELATIVE, "/nobody"), (TOKEN, "of-a-variable")];
    let found = credentials(&both).await.expect("credentials");
    assert_eq!((found.access_key_id(), found.session_token()), ("AKIDCONTAINER", Some("session")));
    credentials(&[both.as_slice(), &[(TOKEN_FILE, path)]].concat()).await.expect("credentials");
    credentials(&[(FULL, &agent.url), (TOKEN, ""), (TOKEN_FILE, "")]).await.expect("credentials");
    assert_eq!(agent.asked(), ["of-a-variable", "of-a-file", "nothing"]);
}

#[test]
fn a_path_is_one_of_the_agent_of_ecs() {
    let url = |variables: &[_]| Container::of(&Env::from_slice(variables)).map(|container| container.url);
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, ""), (FULL, "")]), None);
}

#[tokio::test]
async fn an_agent_that_fails_is_asked_again() {
    let agent = Agent::start(vec![(500, ""), (200, CREDENTIALS)]).await;
    credentials(&[(FULL, &agent.url)]).await.expect("credentials");
    assert_eq!(agent.asked().len(), 2);
}

#[tokio::test]
async fn what_an_agent_says_is_repeated_and_the_rest_is_not() {
    let refused = r#"{"code":"AccessDenied","message":"no role for this pod"}"#;
    for (answer, words) in [
        ((403, refused), "it answered with HTTP 403: no role for this pod"),
        ((404, "hunter2"), "it answered with HTTP 404"),
        ((200, "<html>hunter2</html>"), "it answered without credentials"),
        ((200, refused), "it answered without credentials: no role for this pod"),
    ] {
        let agent = Agent::start(vec![answer]).await;
        let host = agent.url.trim_start_matches("http://").trim_end_matches("/credentials");
        assert_eq!(reason(&[(FULL, &agent.url)]).await, format!("the container (by {host}): {words}"));
        assert_eq!(agent.asked().len(), 1);
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
