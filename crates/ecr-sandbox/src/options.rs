//! The options of a sandbox.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::Uri;

use crate::{host::Host, key::Key};

/// The lifetime of ECR's tokens: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The options of a [`Sandbox`](crate::Sandbox).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The address to listen on. Port 0 is any free port. The default is port 0 of 127.0.0.1.
    pub listen: SocketAddr,
    /// The access keys that the sandbox knows. The default is one key, [`Key::default`].
    pub keys: Vec<Key>,
    /// The lifetime of tokens. The default is ECR's 12 hours.
    pub token_lifetime: Duration,
    /// The URL of the OCI registry to which the sandbox forwards requests with a valid token. Without a registry, clients can
    /// only log in.
    pub registry: Option<Uri>,
    /// The `proxyEndpoint` in the response of `GetAuthorizationToken`. The placeholders `{account}`, `{region}` and `{port}`
    /// are replaced. `{port}` is the port of [`Self::listen`]. By default, each registry (one for each account and Region)
    /// has its own port. If a client uses the sandbox as a proxy to AWS's host, the default is AWS's endpoint.
    pub proxy_endpoint: Option<String>,
    /// The ids of accounts whose registries accept every token of the same Region. In AWS, repository policies can give such
    /// access. By default, a registry accepts only tokens that were requested for its account.
    pub open_accounts: Vec<String>,
    /// More hosts that the sandbox stands in for. The host of a request must be in this list, be loopback, or be the host of
    /// [`Self::listen`] or [`Self::proxy_endpoint`]. If clients use the sandbox as a proxy, AWS's hosts do not have to be in this
    /// list.
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
