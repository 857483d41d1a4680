//! The options that a sandbox is started with.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::Uri;

use crate::{host::Host, key::Key};

/// The lifetime of ECR's tokens: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The options that a [`Sandbox`](crate::Sandbox) is started with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The address to listen on. Port 0 is any free port. The default is port 0 of 127.0.0.1.
    pub listen: SocketAddr,
    /// The access keys that the sandbox knows. The default is one pair, [`Key::default`].
    pub keys: Vec<Key>,
    /// The lifetime of tokens. The default is ECR's 12 hours.
    pub token_lifetime: Duration,
    /// The OCI registry that gets requests with a valid token. Without a registry, clients can log in and nothing else.
    pub registry: Option<Uri>,
    /// The `proxyEndpoint` to return. `{account}`, `{region}` and `{port}` are replaced, `{port}` by the port of [`Self::listen`].
    /// By default, each account's registry in each Region has a port of its own. A client that sends requests to AWS's host with
    /// the sandbox as its proxy gets AWS's endpoint.
    pub proxy_endpoint: Option<String>,
    /// Accounts whose registries accept every token of their Region, as the policies of repositories can. By default, a registry accepts
    /// only tokens requested for its account.
    pub open_accounts: Vec<String>,
    /// More hosts that the sandbox stands in for. A request must name one of them, loopback, or the host of [`Self::listen`] or
    /// [`Self::proxy_endpoint`]. AWS's hosts must be in this list, unless clients use the sandbox as a proxy.
    pub hosts: Vec<Host>,
    /// Whether `/_sandbox/` is served. Anybody who can connect can then read requests and add faults. Off by default.
    pub admin: bool,
    /// Whether whole requests, with the secrets in them, are kept for [`Sandbox::calls`](crate::Sandbox::calls). On by default.
    pub keep_calls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            keys: vec![Key::default()],
            token_lifetime: TOKEN_LIFETIME,
            registry: None,
            proxy_endpoint: None,
            open_accounts: Vec::new(),
            hosts: Vec::new(),
            admin: false,
            keep_calls: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_expire_after_12_hours_by_default() {
        assert_eq!(Options::default().token_lifetime.as_secs(), 43_200);
    }

    #[test]
    fn debug_hides_secrets() {
        let keys = vec![Key::new("AKIA", "hunter2").of_session("hunter3")];
        let shown = format!("{:?}", Options { keys, ..Options::default() });
        assert!(shown.contains("AKIA") && !shown.contains("hunter"), "{shown}");
    }
}
