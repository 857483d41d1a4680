//! Tests with skopeo, which pushes and pulls without a daemon.

use test_support::{image, programs::Programs};

use crate::{Test, docker, output::Output, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("skopeo_pulls_what_it_has_pushed", pulls_what_it_has_pushed).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("skopeo_pushes_a_20_mb_layer_in_little_memory", pushes_a_big_layer).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("skopeo_pushes_with_the_login_of_docker", pushes_with_dockers_login).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
        "docker",
    ]),
    Test::new("a_wrong_password_is_rejected_for_skopeo", wrong_password).needs(&["curl", "skopeo"]),
    Test::new("an_expired_token_is_rejected_for_skopeo", expired_token).needs(&["curl", "skopeo"]),
    Test::new("a_token_of_another_region_is_rejected_for_skopeo", token_of_another_region).needs(&["curl", "skopeo"]),
];

/// The file in which skopeo keeps its logins.
const LOGINS: &str = "logins.json";
/// The size of an empty tar archive, in bytes.
const EMPTY: usize = 1024;

/// Runs skopeo in the home directory.
fn skopeo(stage: &Stage<'_>, arguments: &[&str]) -> Output {
    // The signature policy of the machine must not affect the test.
    stage.client("skopeo").args(&["--insecure-policy"]).args(arguments).run()
}

fn login(stage: &Stage<'_>, host: &str, password: &str) -> Output {
    let client = stage.client("skopeo").args(&["login", "--tls-verify=false", "--authfile", LOGINS]);
    client.args(&["--username", "AWS", "--password-stdin", host]).input(password).run()
}

fn push(stage: &Stage<'_>, directory: &str, reference: &str, logins: &str) -> Output {
    let from = format!("oci:{directory}");
    // Without `--preserve-digests`, skopeo compresses layers, which changes their digests.
    let options = ["--preserve-digests", "--dest-tls-verify=false", "--dest-authfile", logins];
    skopeo(stage, &[&["copy"], &options[..], &[&from, reference]].concat())
}

fn pull(stage: &Stage<'_>, reference: &str, directory: &str) -> Output {
    let to = format!("oci:{directory}");
    let options = ["--preserve-digests", "--src-tls-verify=false", "--src-authfile", LOGINS];
    skopeo(stage, &[&["copy"], &options[..], &[reference, &to]].concat())
}

fn inspect(stage: &Stage<'_>, reference: &str, more: &[&str]) -> Output {
    skopeo(stage, &[&["inspect", "--tls-verify=false"], more, &[reference]].concat())
}

fn pulls_what_it_has_pushed(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    let (digest, app) = (image::write(&stage.path("image"), EMPTY), format!("docker://{host}/app:1"));
    inspect(&stage, &app, &[]).fails(&["authentication required"]);
    login(&stage, &host, &password).succeeds();
    push(&stage, "image", &app, LOGINS).succeeds();

    let seen = inspect(&stage, &app, &["--authfile", LOGINS]).succeeds().json();
    assert_eq!((&seen["Digest"], &seen["RepoTags"]), (&digest.as_str().into(), &["1"][..].into()), "{seen}");
    pull(&stage, &app, "pulled").succeeds();
    assert_eq!(image::read(&stage.path("pulled")), digest);
}

/// The gate streams a body to the registry, and does not keep the whole body in memory.
fn pushes_a_big_layer(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    let size = 20 << 20;
    let (digest, app) = (image::write(&stage.path("image"), size), format!("docker://{host}/app:1"));
    login(&stage, &host, &password).succeeds();
    push(&stage, "image", &app, LOGINS).succeeds();
    pull(&stage, &app, "pulled").succeeds();
    assert_eq!(image::read(&stage.path("pulled")), digest);
    let peak = stage.sandbox.peak_memory();
    assert!(peak < size as u64, "{peak} bytes");
}

fn pushes_with_dockers_login(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    docker::login(&stage, &host, &password).succeeds();
    image::write(&stage.path("image"), EMPTY);
    push(&stage, "image", &format!("docker://{host}/app:1"), docker::LOGINS).succeeds();
}

fn wrong_password(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, .. } = Token::fetch(&stage, "eu-west-1");
    login(&stage, &host, "eyJ").fails(&["invalid username/password"]);
    let app = format!("docker://{host}/app:1");
    inspect(&stage, &app, &["--creds", "AWS:eyJ"]).fails(&["authentication required"]);
}

fn expired_token(programs: &Programs) {
    let stage = Stage::new(programs, &["--token-lifetime", "0s"]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    login(&stage, &host, &password).fails(&["403 (Forbidden)"]);
    assert!(!stage.path(LOGINS).exists(), "skopeo must not keep a login");
}

fn token_of_another_region(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let (ireland, london) = (Token::fetch(&stage, "eu-west-1"), Token::fetch(&stage, "eu-west-2"));
    login(&stage, &london.host, &ireland.password).fails(&["403 (Forbidden)"]);
    login(&stage, &london.host, &london.password).succeeds();
}
