//! A token for clients of registries. curl requests the token, because the AWS CLI needs a second of processor time to start.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value as Json, json};

use crate::stage::Stage;

/// The ARN of the role that sessions assume, in the sandbox's default account.
const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

/// The host of a registry, and the password for this registry.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) host: String,
    pub(crate) password: String,
}

impl Token {
    /// # Panics
    /// If the host of the registry is not on loopback. If the host is missing, clients would use a registry on the Internet.
    pub(crate) fn fetch(stage: &Stage<'_>, region: &str) -> Self {
        let (id, secret) = stage.sandbox.key();
        Self::of_key(stage, region, [id, secret, ""])
    }

    /// Returns the token of a session with these policy statements.
    pub(crate) fn of_policy(stage: &Stage<'_>, region: &str, statements: &Json) -> Self {
        let session = session(stage, statements);
        Self::of_key(stage, region, session.each_ref().map(String::as_str))
    }

    /// Requests a token of ECR Public in a session with these policy statements. Returns the password in the token.
    pub(crate) fn public_password(stage: &Stage<'_>, statements: &Json) -> String {
        let session = session(stage, statements);
        let key = session.each_ref().map(String::as_str);
        let answer = call(stage, ("ecr-public", "us-east-1"), "SpencerFrontendService", key);
        password(answer["authorizationData"]["authorizationToken"].as_str().expect("a token"))
    }

    fn of_key(stage: &Stage<'_>, region: &str, key: [&str; 3]) -> Self {
        let answer = call(stage, ("ecr", region), "AmazonEC2ContainerRegistry_V20150921", key);
        let token = Self::read(&answer, "http://");
        let is_loopback = token.host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
        assert!(is_loopback, "{token:?}");
        token
    }

    /// Parses ECR's response. The registry's URL in the response must have this scheme.
    pub(crate) fn read(answer: &Json, scheme: &str) -> Self {
        let entry = &answer["authorizationData"][0];
        let text = |name: &str| entry[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {entry}"));
        let host =
            text("proxyEndpoint").strip_prefix(scheme).unwrap_or_else(|| panic!("{scheme} is missing in {entry}"));
        Self { host: host.to_owned(), password: password(text("authorizationToken")) }
    }
}

fn password(token: &str) -> String {
    let decoded = String::from_utf8(BASE64_STANDARD.decode(token).expect("base64")).expect("text");
    let (user, password) = decoded.split_once(':').expect("a user and a password");
    assert_eq!(user, "AWS");
    password.to_owned()
}

/// Calls `GetAuthorizationToken` with a key, and returns the response. The key consists of an id, a secret, and a session token,
/// which may be empty.
fn call(stage: &Stage<'_>, (service, region): (&str, &str), target: &str, [id, secret, session]: [&str; 3]) -> Json {
    let signed = ["--aws-sigv4", &format!("aws:amz:{region}:{service}"), "--user", &format!("{id}:{secret}")];
    let (target, session) =
        (format!("X-Amz-Target: {target}.GetAuthorizationToken"), format!("X-Amz-Security-Token: {session}"));
    let headers = ["--header", "Content-Type: application/x-amz-json-1.1", "--header", &target];
    let of_session: &[&str] = if session.ends_with(": ") { &[] } else { &["--header", &session] };
    let client = stage.client("curl").args(&["--disable", "--silent", "--show-error", "--fail"]);
    let request = ["--data", "{}", stage.sandbox.url()];
    client.args(&signed).args(&headers).args(of_session).args(&request).run().succeeds().json()
}

/// Starts a session with these policy statements, and returns the key of the session. Uses a web identity, because requests for
/// `AssumeRoleWithWebIdentity` do not have to be signed.
fn session(stage: &Stage<'_>, statements: &Json) -> [String; 3] {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    let fields = [
        "Action=AssumeRoleWithWebIdentity",
        &format!("RoleArn={ROLE}"),
        "RoleSessionName=ci",
        "WebIdentityToken=any",
        &format!("Policy={policy}"),
    ];
    let fields: Vec<_> = fields.iter().flat_map(|field| ["--data-urlencode", field]).collect();
    let client = stage.client("curl").args(&["--disable", "--silent", "--show-error", "--fail"]);
    let answer = client.args(&fields).args(&[stage.sandbox.url()]).run().succeeds().stdout;
    ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|name| {
        let text = answer.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<'));
        text.unwrap_or_else(|| panic!("{name} is missing in {answer}")).0.to_owned()
    })
}
