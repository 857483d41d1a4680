use super::*;
use crate::{http_client::http_client, proxy::Proxies, settings::Settings, shared_files::SharedFiles, trust::Trust};

async fn credentials(variables: &[(&str, &str)]) -> Result<Credentials, Error> {
    let env = Environment::given(variables);
    let settings = Settings { shared_config_files: vec!["/nonexistent".into()], ..Settings::default() };
    let files = SharedFiles::load(&settings, &env).expect("loaded");
    let trust = Trust::find(&settings, &env, &files).expect("found");
    let container = Container::of(&env).expect("variables").expect("a container");
    container.credentials("the container", &http_client(Proxies::default(), trust), &Secrets::default()).await
}

#[test]
fn a_path_is_one_of_the_agent_of_ecs() {
    let url = |variables: &[_]| {
        Container::of(&Environment::given(variables)).expect("variables").map(|container| container.url)
    };
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, "/v2/x"), (FULL, "http://agent")]).as_deref(), Some("http://169.254.170.2/v2/x"));
    assert_eq!(url(&[(RELATIVE, ""), (FULL, "")]), None);
}

#[tokio::test]
async fn without_tls_only_what_is_near_is_asked() {
    for (name, value, words) in [
        (FULL, "http://nowhere.invalid/x", "no address"),
        (FULL, "127.0.0.1/x", "no scheme"),
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
        [(TOKEN, "hunter2\nhunter2", "line break"), (TOKEN_FILE, "/nonexistent", "/nonexistent cannot be read")]
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
