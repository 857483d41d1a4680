//! Writes a request in one line, such as `sts AssumeRole deploy (900s, ExternalId=x) by AKIDENV in eu-north-1 at sts`.
//!
//! Omits the Region if it is [`REGION`], and the server if it is `<aws>`.

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::{ApiCall, Sandbox};

use crate::row::REGION;

/// A call, and the data that is needed to describe it.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// The call.
    pub call: &'a ApiCall,
    /// The sandbox that received the call.
    pub sandbox: &'a Sandbox,
    /// The placeholder, such as `<aws>`, for the server address that received the call.
    pub port: &'a str,
    /// A part of the header `User-Agent`. If a request has this part, the line of the request ends with `as …`.
    pub agent: Option<&'static str>,
}

impl Recorded<'_> {
    /// Returns the line that describes the call. Returns `None` for a request that only prepares another request, such as the
    /// start of a session with the instance metadata service.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        let ApiCall { method, uri, .. } = self.call;
        if method == "CONNECT" {
            return Some(self.tunnel());
        }
        let line = match (self.action(), uri.path()) {
            (Some(action), _) => self.of_api(&action),
            (None, "/latest/meta-data/iam/security-credentials/instance") => "metadata credentials".to_owned(),
            (None, path) if path.starts_with("/latest/") => return None,
            (None, "/v1/credentials") => format!("container credentials with {:?}", self.header("authorization")),
            (None, "/federation/credentials") => {
                let [role, account] = ["role_name", "account_id"].map(|name| self.call.query(name).unwrap_or_default());
                format!("sso credentials {role} of {account} with {}", self.header("x-amz-sso_bearer_token"))
            }
            (None, path) => format!("{method} {path}"),
        };
        Some(line + &self.place())
    }

    fn header(&self, name: &str) -> &str {
        self.call.header(name).unwrap_or_default()
    }

    /// Returns the action, such as `GetAuthorizationToken`. Returns `None` for a request that is not an API call.
    fn action(&self) -> Option<String> {
        let target = self.header("x-amz-target").split('.').nth(1);
        target.map(ToOwned::to_owned).or_else(|| self.call.field("Action"))
    }

    /// Returns the log line of an API call, without the name of the server.
    fn of_api(&self, action: &str) -> String {
        let scope = self.scope();
        let mut line = scope.as_ref().map_or_else(|| action.to_owned(), |scope| format!("{} {action}", scope.service));
        if let Some(role) = self.call.field("RoleArn") {
            // Only the last part of the role's ARN is shown.
            let name = role.rsplit('/').next().unwrap_or_default();
            line += &format!(" {name}{}", self.parameters());
        }
        line += &match scope {
            Some(Scope { key, region: REGION, .. }) => format!(" by {}", self.signer(key)),
            Some(Scope { key, region, .. }) => format!(" by {} in {region}", self.signer(key)),
            None => " unsigned".to_owned(),
        };
        let agent = self.agent.filter(|part| self.header("user-agent").contains(part));
        line + &agent.map(|part| format!(" as {part}")).unwrap_or_default()
    }

    /// Returns a text that describes the signer: the access key id, and the session token if there is one. For a session that the
    /// sandbox started, returns `ASIA` and the name of the role in upper case.
    fn signer(&self, key: &str) -> String {
        let arn = self.sandbox.arn_of(key).unwrap_or_default();
        if let Some(role) = arn.split(":assumed-role/").nth(1).and_then(|path| path.split('/').next()) {
            let role = role.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.split('_').next()).unwrap_or(role);
            return format!("ASIA{}", role.to_uppercase());
        }
        match self.header("x-amz-security-token") {
            "" => key.to_owned(),
            token => format!("{key} with {token}"),
        }
    }

    /// Returns a text that names the server of the request, such as ` at sts`. For a request to a proxy, the text also names the
    /// proxy, such as ` through proxy to ecr.test as user:password`.
    fn place(&self) -> String {
        let port = self.port;
        let user = credentials(self.header("proxy-authorization"));
        match (&self.call.tunnel, self.call.uri.host()) {
            (Some(_), _) => format!(" at the end of {port}"),
            (None, Some(host)) => format!(" through {port} to {host}{user}"),
            (None, None) if port == "aws" => String::new(),
            (None, None) => format!(" at {port}"),
        }
    }

    fn tunnel(&self) -> String {
        let to = self.call.uri.to_string();
        // Omits the port of a server of this row, because the port differs in each run.
        let shown = to.split_once("0.0.0.0:").map_or(to.as_str(), |_| "0.0.0.0");
        format!("{}: CONNECT {shown}{}", self.port, credentials(self.header("proxy-authorization")))
    }

    fn scope(&self) -> Option<Scope<'_>> {
        let credential = self.header("authorization").split_once("Credential=")?.1.split(',').next()?;
        let mut parts = credential.split('/');
        let (key, region, service) = (parts.next()?, parts.nth(1)?, parts.next()?);
        Some(Scope { key, region, service })
    }

    /// Returns a text with the parameters of a request that assumes a role. Leaves out a generated session name.
    fn parameters(&self) -> String {
        let mut shown = Vec::new();
        for (name, value) in self.call.fields() {
            match name.as_str() {
                "Action" | "Version" | "RoleArn" => {}
                "RoleSessionName" if is_generated(&value) => {}
                "RoleSessionName" => shown.push(format!("session={value}")),
                "DurationSeconds" => shown.push(format!("{value}s")),
                "WebIdentityToken" => shown.push(value),
                other => shown.push(format!("{}={value}", other.replace(".member.", "."))),
            }
        }
        shown.sort(); // SDKs send parameters in different orders
        if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) }
    }
}

/// The credential scope of a signature: the service and the Region, together with the access key id.
#[derive(Debug)]
struct Scope<'a> {
    key: &'a str,
    region: &'a str,
    service: &'a str,
}

/// Returns ` as user:password` for the value of a header with basic authentication, and an empty text for other values.
fn credentials(header: &str) -> String {
    let decoded = header.strip_prefix("Basic ").and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
    decoded.map(|bytes| format!(" as {}", String::from_utf8_lossy(&bytes))).unwrap_or_default()
}

/// Whether a provider generated this session name.
fn is_generated(name: &str) -> bool {
    name.starts_with("terraform-provider-ecr") || name.chars().filter(char::is_ascii_digit).count() >= 10
}
