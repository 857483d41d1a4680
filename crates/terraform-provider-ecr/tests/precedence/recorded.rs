//! What a request to a fake AWS says, in one line.

use axum::http::request::Parts;
use base64::{Engine, prelude::BASE64_STANDARD};

/// A request whose body was read.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) head: Parts,
    /// Of a request to STS or IAM.
    form: Vec<(String, String)>,
}

impl Recorded {
    pub(crate) fn new(head: Parts, body: &str) -> Self {
        let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        Self { head, form: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn query(&self, name: &str) -> &str {
        let mut pairs = self.head.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(other, _)| *other == name).map(|(_, value)| value).unwrap_or_default()
    }

    /// What is asked for, as in `GetAuthorizationToken`; `None` where this is no API call.
    pub(crate) fn action(&self) -> Option<&str> {
        let target = self.header("x-amz-target").split('.').nth(1);
        target.or_else(|| self.parameter("Action"))
    }

    /// The name of the role to assume, without its ARN.
    pub(crate) fn role(&self) -> Option<&str> {
        self.parameter("RoleArn").and_then(|arn| arn.rsplit('/').next())
    }

    /// An API call as in `sts AssumeRole deploy (external id=x) by AKIDENV in us-east-1`.
    pub(crate) fn call(&self, action: &str) -> String {
        let mut line = match self.scope() {
            Some(scope) => format!("{} {action}", scope.service),
            None => action.to_owned(),
        };
        if let Some(role) = self.role() {
            line += &format!(" {role}{}", self.parameters());
        }
        line += &match self.scope() {
            Some(scope) => format!(" by {}{} in {}", scope.key, self.session(), scope.region),
            None => " unsigned".to_owned(),
        };
        line
    }

    /// The session token, where it is none that a fake handed out.
    fn session(&self) -> String {
        match self.header("x-amz-security-token") {
            "" | "hunter2-session" => String::new(),
            token => format!(" with {token}"),
        }
    }

    /// How this came through a proxy, if it did: ` to ecr.test as user:password`.
    pub(crate) fn through_proxy(&self) -> String {
        let host = self.head.uri.host().map(|host| format!(" to {host}")).unwrap_or_default();
        host + &credentials(self.header("proxy-authorization"))
    }

    fn scope(&self) -> Option<Scope<'_>> {
        let credential = self.header("authorization").split_once("Credential=")?.1.split(',').next()?;
        let mut parts = credential.split('/');
        let (key, region, service) = (parts.next()?, parts.nth(1)?, parts.next()?);
        Some(Scope { key, region, service })
    }

    /// What a role is assumed with, but for what SDKs make up themselves.
    fn parameters(&self) -> String {
        let mut shown = Vec::new();
        for (name, value) in &self.form {
            match name.as_str() {
                "Action" | "Version" | "RoleArn" => {}
                "RoleSessionName" if is_generated(value) => {}
                "RoleSessionName" => shown.push(format!("session={value}")),
                "DurationSeconds" => shown.push(format!("{value}s")),
                "WebIdentityToken" => shown.push(value.clone()),
                other => shown.push(format!("{}={value}", other.replace(".member.", "."))),
            }
        }
        shown.sort(); // SDKs have orders of their own
        if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) }
    }
}

/// What a request is signed for, and by which access key.
#[derive(Debug)]
struct Scope<'a> {
    key: &'a str,
    region: &'a str,
    service: &'a str,
}

/// ` as user:password`, from the value of a header for basic authentication.
pub(crate) fn credentials(header: &str) -> String {
    let decoded = header.strip_prefix("Basic ").and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
    decoded.map(|bytes| format!(" as {}", String::from_utf8_lossy(&bytes))).unwrap_or_default()
}

/// Whether a provider made this name of a session up.
fn is_generated(name: &str) -> bool {
    name.starts_with("terraform-provider-ecr") || name.chars().filter(char::is_ascii_digit).count() >= 10
}

/// Undoes the encoding of form data.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}
