//! Tests with curl, for details that container clients do not show.

use test_support::{image::digest, programs::Programs};

use crate::{Test, client::Client, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("curl_logs_in_with_only_the_password", logs_in).needs(&["curl"]),
    Test::new("an_expired_token_of_curl_gets_the_error_of_ecr", expired_token).needs(&["curl"]),
    Test::new("a_token_of_another_region_is_rejected_for_curl", token_of_another_region).needs(&["curl"]),
    Test::new("curl_reuses_a_connection", reuses_a_connection).needs(&["curl"]),
    Test::new("curl_uploads_in_chunks_to_the_returned_location", uploads_in_chunks).needs(&["curl", "docker-registry"]),
    Test::new("curl_reads_headers_and_ranges_of_its_uploads", reads_heads_and_parts)
        .needs(&["curl", "docker-registry"]),
];

/// Returns curl with the password. curl prints only the response and errors, and ignores the user's own configuration file.
fn curl(stage: &Stage<'_>, password: &str) -> Client {
    stage
        .client("curl")
        .args(&["--disable", "--silent", "--show-error", "--max-time", "50"])
        .args(&["--user", &format!("AWS:{password}")])
}

/// Logs in at a host, and returns the status and the body of the response.
fn get(stage: &Stage<'_>, host: &str, password: &str) -> (String, String) {
    let client = curl(stage, password).args(&["--write-out", "\n%{http_code}", &format!("http://{host}/v2/")]);
    let output = client.run().succeeds();
    let (body, status) = output.stdout.rsplit_once('\n').expect("a line after the body");
    (status.to_owned(), body.to_owned())
}

fn logs_in(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    assert_eq!(get(&stage, &host, &password), ("200".to_owned(), "{}".to_owned()));
    assert_eq!(get(&stage, &host, "eyJ"), ("401".to_owned(), "Not Authorized\n".to_owned()));
}

fn expired_token(programs: &Programs) {
    let stage = Stage::new(programs, &["--token-lifetime", "0s"]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    let (status, body) = get(&stage, &host, &password);
    assert_eq!(status, "403");
    assert!(body.contains("Your authorization token has expired. Reauthenticate and try again."), "{body}");
}

fn token_of_another_region(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let (ireland, london) = (Token::fetch(&stage, "eu-west-1"), Token::fetch(&stage, "eu-west-2"));
    let (status, body) = get(&stage, &london.host, &ireland.password);
    assert_eq!(status, "403");
    assert!(body.contains("in Region eu-west-2") && body.contains("the token is for Region eu-west-1"), "{body}");
}

fn reuses_a_connection(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let Token { host, password } = Token::fetch(&stage, "eu-west-1");
    let url = format!("http://{host}/v2/");
    let output = curl(&stage, &password).args(&["--write-out", "%{num_connects} ", &url, &url]).run().succeeds();
    assert_eq!(output.stdout, "{}1 {}0 ");
}

/// Starts an upload, sends the content to the `Location` in the response, and returns the digest.
fn upload(stage: &Stage<'_>, token: &Token, content: &[u8], options: &[&str]) -> String {
    let Token { host, password } = token;
    let begin = ["--request", "POST", "--output", "begun", "--write-out", "%header{location}"];
    let output = curl(stage, password).args(&begin).args(&[&format!("http://{host}/v2/app/blobs/uploads/")]).run();
    let location = output.succeeds().stdout;
    assert!(
        location.starts_with(&format!("http://{host}/v2/app/blobs/uploads/")),
        "the location is not at the gate: {location}"
    );
    stage.file("content", content);
    let digest = digest(content);
    let to = format!("{location}&digest={digest}");
    let put = ["--upload-file", "content", "--write-out", "%{http_code} %header{location}", &to];
    let output = curl(stage, password).args(options).args(&put).run().succeeds();
    assert_eq!(output.stdout, format!("201 http://{host}/v2/app/blobs/{digest}"), "{output}");
    digest
}

/// The upload uses chunked encoding, without a `Content-Length`.
fn uploads_in_chunks(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let token = Token::fetch(&stage, "eu-west-1");
    let content: Vec<_> = (0..1_000_000_u32).flat_map(u32::to_be_bytes).collect();
    let digest = upload(&stage, &token, &content, &["--header", "Transfer-Encoding: chunked"]);
    let url = format!("http://{}/v2/app/blobs/{digest}", token.host);
    curl(&stage, &token.password).args(&["--output", "downloaded", &url]).run().succeeds();
    assert!(stage.read("downloaded") == content, "the download differs from the upload");
}

fn reads_heads_and_parts(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let token = Token::fetch(&stage, "eu-west-1");
    let digest = upload(&stage, &token, b"0123456789", &[]);
    let url = format!("http://{}/v2/app/blobs/{digest}", token.host);
    let ask = |options: &[&str]| curl(&stage, &token.password).args(options).args(&[&url]).run().succeeds().stdout;
    let head = ask(&["--head"]).to_lowercase();
    assert!(head.starts_with("http/1.1 200 ok\r\n") && head.contains("content-length: 10\r\n"), "{head}");
    assert!(head.contains(&format!("docker-content-digest: {digest}\r\n")), "{head}");
    assert_eq!(ask(&["--range", "2-4", "--write-out", " %{http_code}"]), "234 206");
}
