//! Tests with `docker login`, which does not need a Docker daemon.

use serde_json::Value as Json;

use test_support::programs::Programs;

use crate::{Test, client::Client, output::Output, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("docker_logs_in_as_documented_by_aws", logs_in).needs(&["aws", "curl", "docker"]),
    Test::new("docker_logs_in_at_the_returned_proxy_endpoint", logs_in_at_the_proxy_endpoint)
        .needs(&["curl", "docker"]),
    Test::new("a_wrong_password_is_rejected_for_docker", wrong_password).needs(&["curl", "docker"]),
    Test::new("an_expired_token_is_rejected_for_docker", expired_token).needs(&["curl", "docker"]),
    Test::new("a_token_of_another_region_is_rejected_for_docker", token_of_another_region).needs(&["curl", "docker"]),
];

/// The path of the Docker `config.json`, which holds the logins.
pub(crate) const LOGINS: &str = "docker/config.json";

/// Returns a Docker client that cannot reach a Docker daemon.
pub(crate) fn docker(stage: &Stage<'_>, arguments: &[&str]) -> Client {
    let nowhere = format!("unix://{}", stage.path("no-daemon").display());
    let client = stage.client("docker").args(arguments);
    client.env("DOCKER_CONFIG", stage.path("docker")).env("DOCKER_HOST", nowhere)
}

pub(crate) fn login(stage: &Stage<'_>, host: &str, password: &str) -> Output {
    docker(stage, &["login", "--username", "AWS", "--password-stdin", host]).input(password).run()
}

/// `aws ecr get-login-password | docker login --username AWS --password-stdin HOST`
fn logs_in(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, .. } = Token::fetch(&stage, "eu-west-1");
    let password = stage.aws(&["ecr", "get-login-password"]).run().succeeds().stdout;
    let output = login(&stage, &host, &password).succeeds();
    assert!(output.stdout.contains("Login Succeeded"), "{output}");
    let configuration: Json = serde_json::from_slice(&stage.read(LOGINS)).expect("JSON");
    assert!(configuration["auths"][&host]["auth"].is_string(), "{configuration}");
}

/// Logs in at the whole URL of the endpoint, including the scheme.
fn logs_in_at_the_proxy_endpoint(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    login(&stage, &format!("http://{host}"), &password).succeeds();
    let configuration: Json = serde_json::from_slice(&stage.read(LOGINS)).expect("JSON");
    assert!(configuration["auths"][&host]["auth"].is_string(), "{configuration}");
    let requests = stage.sandbox.requests();
    assert_eq!(requests.last().map(String::as_str), Some("registry GET /v2/ eu-west-1 200"), "{requests:?}");
}

fn wrong_password(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, .. } = Token::fetch(&stage, "eu-west-1");
    login(&stage, &host, "eyJ").fails(&["401 Unauthorized"]);
    assert!(!stage.path(LOGINS).exists(), "docker must not keep a login");
}

fn expired_token(programs: &Programs) {
    let stage = Stage::new(programs, &["--token-lifetime", "0s"]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    login(&stage, &host, &password).fails(&["403 Forbidden"]);
}

fn token_of_another_region(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let (ireland, london) = (Token::fetch(&stage, "eu-west-1"), Token::fetch(&stage, "eu-west-2"));
    login(&stage, &london.host, &ireland.password).fails(&["403 Forbidden"]);
    login(&stage, &london.host, &london.password).succeeds();
}
