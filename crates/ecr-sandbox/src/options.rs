//! The options that a sandbox is started with.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::Uri;

use crate::{host::Host, key::Key};

/// How long ECR's tokens live: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The options that a [`Sandbox`](crate::Sandbox) is started with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The address to listen on. Port 0 is any free port. The default is port 0 of 127.0.0.1.
    pub listen: SocketAddr,
    /// The access keys that it knows. The default is one pair, [`Key::default`].
    pub keys: Vec<Key>,
    /// How long tokens are good for. The default is ECR's 12 hours.
    pub token_lifetime: Duration,
    /// An OCI registry, to which requests with a good token are passed on. Without one, clients can log in and nothing else.
    pub registry: Option<Uri>,
    /// The `proxyEndpoint` to return. `{account}`, `{region}` and `{port}` are replaced, the last by the port of [`Self::listen`]. By
    /// default each account's registry in each Region has a port of its own. A client that asks AWS's host, with the sandbox as its proxy,
    /// gets AWS's.
    pub proxy_endpoint: Option<String>,
    /// Accounts whose registries accept every token of their Region, as the policies of repositories can. By default, a registry accepts
    /// only tokens requested for its account.
    pub open_accounts: Vec<String>,
    /// More hosts that the sandbox stands in for. A request must name one of them, loopback, the host of [`Self::listen`] or of
    /// [`Self::proxy_endpoint`]. AWS's hosts need the sandbox as a proxy, or stand here.
    pub hosts: Vec<Host>,
    /// Whether `/_sandbox/` is served, where anybody who can connect reads requests and makes faults. Off by default.
    pub admin: bool,
    /// Whether whole requests are kept, with the secrets in them, for [`Sandbox::calls`](crate::Sandbox::calls). On by
    /// default.
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
    fn tokens_live_as_long_as_those_of_ecr() {
        assert_eq!(Options::default().token_lifetime.as_secs(), 43_200);
    }

    #[test]
    fn debug_shows_no_secret() {
        let keys = vec![Key::new("AKIA", "hunter2").of_session("hunter3")];
        let shown = format!("{:?}", Options { keys, ..Options::default() });
        assert!(shown.contains("AKIA") && !shown.contains("hunter"), "{shown}");
    }
}
