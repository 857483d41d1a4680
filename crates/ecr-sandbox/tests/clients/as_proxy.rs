//! Clients that are configured only with a proxy and a CA certificate. They send requests to AWS's own host names.

use test_support::{image, programs::Programs};

use crate::{Test, client::Client, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("the_aws_cli_calls_hosts_of_aws_through_the_proxy", calls_hosts_of_aws).needs(&["aws"]),
    Test::new("curl_logs_in_only_at_the_registry_of_its_token_through_the_proxy", logs_in_at_own_host)
        .needs(&["aws", "curl"]),
    Test::new("curl_logs_in_at_an_open_account_through_the_proxy", logs_in_at_open_account).needs(&["aws", "curl"]),
    Test::new("the_proxy_rejects_other_hosts_for_curl", rejects_other_hosts).needs(&["curl"]),
    Test::new("curl_rejects_the_proxy_without_the_ca_certificate", rejects_unknown_certificate).needs(&["curl"]),
    Test::new("skopeo_pushes_to_a_host_of_ecr_through_the_proxy", pushes).needs(&["aws", "skopeo", "docker-registry"]),
    Test::new("the_amazon_credential_helper_gets_a_password_through_the_proxy", helper_gets_a_password)
        .needs(&["curl", "docker-credential-ecr-login"]),
];

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// Returns a client with the proxy, the CA certificate and the access key, and without an endpoint.
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

fn calls_hosts_of_aws(programs: &Programs) {
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

/// Sends a request to a registry, and returns the status and the body of the response.
fn get(stage: &Stage<'_>, host: &str, password: &str) -> (String, String) {
    let options = ["--disable", "--silent", "--show-error", "--max-time", "50", "--cacert", "ca.pem"];
    let client = client(stage, "curl").args(&options).args(&["--user", &format!("AWS:{password}")]);
    let output = client.args(&["--write-out", "\n%{http_code}", &format!("https://{host}/v2/")]).run().succeeds();
    let (body, status) = output.stdout.rsplit_once('\n').expect("a line after the body");
    (status.to_owned(), body.to_owned())
}

fn logs_in_at_own_host(programs: &Programs) {
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

fn logs_in_at_open_account(programs: &Programs) {
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

fn rejects_other_hosts(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let arguments = ["--disable", "--silent", "--show-error", "--cacert", "ca.pem", "https://registry.terraform.io/"];
    client(&stage, "curl").args(&arguments).run().fails(&["403"]);
    assert_eq!(stage.sandbox.requests(), ["proxy CONNECT registry.terraform.io:443 - 403"]);
}

fn rejects_unknown_certificate(programs: &Programs) {
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

/// The credential helper accepts only AWS's own hosts: <https://github.com/awslabs/amazon-ecr-credential-helper>
fn helper_gets_a_password(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let helper = client(&stage, "docker-credential-ecr-login").args(&["get"]);
    let answer = helper.input(HOST).run().succeeds().json();
    assert_eq!(answer["Username"], "AWS");
    let password = answer["Secret"].as_str().expect("a password");
    assert_eq!(get(&stage, HOST, password), ("200".to_owned(), "{}".to_owned()));
}
