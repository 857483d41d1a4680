//! Clients that are configured with a proxy and a certificate alone, and send requests to AWS by its own names.

use test_support::{image, programs::Programs};

use crate::{Test, client::Client, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("behind_a_proxy_the_aws_cli_asks_awss_own_hosts", asks_awss_own_hosts).needs(&["aws"]),
    Test::new("behind_a_proxy_curl_is_let_in_by_ecrs_own_host_and_region", is_let_in).needs(&["aws", "curl"]),
    Test::new("behind_a_proxy_curl_is_let_in_by_an_account_that_lets_everybody_in", is_let_in_by_others)
        .needs(&["aws", "curl"]),
    Test::new("behind_a_proxy_curl_gets_nowhere_else", gets_nowhere_else).needs(&["curl"]),
    Test::new("behind_a_proxy_curl_trusts_nobody_without_the_certificate", trusts_nobody).needs(&["curl"]),
    Test::new("behind_a_proxy_skopeo_pushes_to_ecrs_own_host", pushes).needs(&["aws", "skopeo", "docker-registry"]),
    Test::new("behind_a_proxy_amazons_credential_helper_gets_a_password", helps)
        .needs(&["curl", "docker-credential-ecr-login"]),
];

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// Knows the key, and no endpoint.
fn client(stage: &Stage<'_>, name: &str) -> Client {
    let (id, secret) = stage.sandbox.key();
    stage
        .client(name)
        .env("HTTPS_PROXY", stage.sandbox.url())
        .env("AWS_CA_BUNDLE", "ca.pem")
        .env("SSL_CERT_FILE", "ca.pem")
        .env("AWS_ACCESS_KEY_ID", id)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

fn token(stage: &Stage<'_>, region: &str) -> Token {
    let arguments = ["ecr", "get-authorization-token", "--region", region, "--output", "json"];
    Token::read(&client(stage, "aws").args(&arguments).run().succeeds().json(), "https://")
}

fn asks_awss_own_hosts(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    assert_eq!(token(&stage, "eu-west-1").host, HOST);
    assert_eq!(token(&stage, "cn-north-1").host, "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
    let arguments = ["ecr-public", "get-login-password", "--region", "us-east-1"];
    client(&stage, "aws").args(&arguments).run().succeeds();
    let expected = [
        "proxy CONNECT api.ecr.eu-west-1.amazonaws.com:443 - 200",
        "ecr GetAuthorizationToken eu-west-1 200",
        "proxy CONNECT api.ecr.cn-north-1.amazonaws.com.cn:443 - 200",
        "ecr GetAuthorizationToken cn-north-1 200",
        "proxy CONNECT api.ecr-public.us-east-1.amazonaws.com:443 - 200",
        "ecr-public GetAuthorizationToken us-east-1 200",
    ];
    assert_eq!(stage.sandbox.requests(), expected);
}

/// Asks a registry, and answers the status and the body.
fn get(stage: &Stage<'_>, host: &str, password: &str) -> (String, String) {
    let options = ["--disable", "--silent", "--show-error", "--max-time", "50", "--cacert", "ca.pem"];
    let client = client(stage, "curl").args(&options).args(&["--user", &format!("AWS:{password}")]);
    let output = client.args(&["--write-out", "\n%{http_code}", &format!("https://{host}/v2/")]).run().succeeds();
    let (body, status) = output.stdout.rsplit_once('\n').expect("a line after the body");
    (status.to_owned(), body.to_owned())
}

fn is_let_in(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, password } = token(&stage, "eu-west-1");
    assert_eq!(get(&stage, &host, &password), ("200".to_owned(), "{}".to_owned()));
    for (other, expected, part) in [
        ("123456789012.dkr.ecr.eu-west-2.amazonaws.com", "403", "in Region eu-west-2"),
        ("111122223333.dkr-ecr.eu-west-1.on.aws", "403", "of account 111122223333"),
        ("public.ecr.aws", "400", "Your Authorization Token is invalid."),
    ] {
        let (status, body) = get(&stage, other, &password);
        assert!(status == expected && body.contains(part), "{other}: {status} {body}");
    }
}

fn is_let_in_by_others(programs: &Programs) {
    let stage = Stage::new(programs, &["--open-account", "111122223333"]);
    let Token { password, .. } = token(&stage, "eu-west-1");
    for (host, status) in [
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "200"),
        ("111122223333.dkr.ecr.eu-west-2.amazonaws.com", "403"),
        ("444455556666.dkr.ecr.eu-west-1.amazonaws.com", "403"),
    ] {
        assert_eq!(get(&stage, host, &password).0, status, "{host}");
    }
}

fn gets_nowhere_else(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let arguments = ["--disable", "--silent", "--show-error", "--cacert", "ca.pem", "https://registry.terraform.io/"];
    client(&stage, "curl").args(&arguments).run().fails(&["403"]);
    assert_eq!(stage.sandbox.requests(), ["proxy CONNECT registry.terraform.io:443 - 403"]);
}

fn trusts_nobody(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let url = format!("https://{HOST}/v2/");
    let client = stage.client("curl").env("HTTPS_PROXY", stage.sandbox.url());
    client.args(&["--disable", "--silent", "--show-error", &url]).run().fails(&["certificate"]);
}

fn pushes(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let Token { host, password } = token(&stage, "eu-west-1");
    let skopeo = |arguments: &[&str]| client(&stage, "skopeo").args(&["--insecure-policy"]).args(arguments);
    let login = ["login", "--authfile", "logins.json", "--username", "AWS", "--password-stdin", &host];
    skopeo(&login).input(&password).run().succeeds();
    let (digest, app) = (image::write(&stage.path("image"), 1024), format!("docker://{host}/app:1"));
    let copy = |from: &str, to: &str| {
        skopeo(&["copy", "--preserve-digests", "--authfile", "logins.json", from, to]).run().succeeds();
    };
    copy("oci:image", &app);
    copy(&app, "oci:pulled");
    assert_eq!(image::read(&stage.path("pulled")), digest);
}

/// <https://github.com/awslabs/amazon-ecr-credential-helper>: it takes no host but AWS's own.
fn helps(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let helper = client(&stage, "docker-credential-ecr-login").args(&["get"]);
    let answer = helper.input(HOST).run().succeeds().json();
    assert_eq!(answer["Username"], "AWS");
    let password = answer["Secret"].as_str().expect("a password");
    assert_eq!(get(&stage, HOST, password), ("200".to_owned(), "{}".to_owned()));
}
