//! A token for clients of registries. curl asks for it: AWS's command line needs a second of the processor to start.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value as Json;

use crate::stage::Stage;

/// Where to log in, and with what.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) host: String,
    pub(crate) password: String,
}

impl Token {
    /// # Panics
    /// When the host is not on loopback: clients that are given none at all ask one on the Internet.
    pub(crate) fn fetch(stage: &Stage<'_>, region: &str) -> Self {
        let (id, secret) = stage.sandbox.key();
        let signed = ["--aws-sigv4", &format!("aws:amz:{region}:ecr"), "--user", &format!("{id}:{secret}")];
        let target = "X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
        let headers = ["--header", "Content-Type: application/x-amz-json-1.1", "--header", target];
        let request = ["--data", "{}", stage.sandbox.url()];
        let client = stage.client("curl").args(&["--disable", "--silent", "--show-error", "--fail"]);
        let answer = client.args(&signed).args(&headers).args(&request).run().succeeds().json();
        let token = Self::read(&answer, "http://");
        let is_loopback = token.host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
        assert!(is_loopback, "{token:?}");
        token
    }

    /// From ECR's answer, which names a registry with this scheme.
    pub(crate) fn read(answer: &Json, scheme: &str) -> Self {
        let entry = &answer["authorizationData"][0];
        let text = |name: &str| entry[name].as_str().unwrap_or_else(|| panic!("no {name} in {entry}"));
        let host = text("proxyEndpoint").strip_prefix(scheme).unwrap_or_else(|| panic!("no {scheme} in {entry}"));
        let decoded = BASE64_STANDARD.decode(text("authorizationToken")).expect("base64");
        let decoded = String::from_utf8(decoded).expect("text");
        let (user, password) = decoded.split_once(':').expect("a user and a password");
        assert_eq!(user, "AWS");
        Self { host: host.to_owned(), password: password.to_owned() }
    }
}
