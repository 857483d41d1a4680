//! What can be configured.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::Uri;

use crate::host::Host;

/// How long ECR's tokens live: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// What a [`Sandbox`](crate::Sandbox) is started with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where it listens. Port 0 is any that is free, and the default, on 127.0.0.1.
    pub listen: SocketAddr,
    /// The access keys that it knows. The default is one pair, [`Key::default`].
    pub keys: Vec<Key>,
    /// How long tokens are good for. The default is ECR's 12 hours.
    pub token_lifetime: Duration,
    /// An OCI registry, to which requests with a good token are passed on. Without one, clients can log in and nothing else.
    pub registry: Option<Uri>,
    /// What is told as `proxyEndpoint`, in which `{account}`, `{region}` and `{port}` are replaced (the last by the port that
    /// the sandbox listens on). By default each account's registry in each Region has a port of its own, and a client that
    /// asks AWS's host, with the sandbox as its proxy, is told AWS's.
    pub proxy_endpoint: Option<String>,
    /// Accounts whose registries let everybody in who has a token of their Region, as the policies of repositories can. The
    /// others take the tokens that were asked for with them.
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

/// Whether this is the id of an account: 12 digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An access key. Whoever has it is the user `sandbox` of the account.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Key {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
    /// The account, 12 digits.
    pub account: String,
    /// The session token that comes with it, if it is a temporary one.
    pub session_token: Option<String>,
}

impl Key {
    /// A key of the account of [`Key::default`].
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), ..Self::default() }
    }

    /// The same in another account.
    #[must_use]
    pub fn of_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// The same as a temporary key, of which this is the session token.
    #[must_use]
    pub fn of_session(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(token.into());
        self
    }
}

/// The pair that stands in AWS's documentation as an example, in the account 123456789012.
impl Default for Key {
    fn default() -> Self {
        Self {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            account: "123456789012".to_owned(),
            session_token: None,
        }
    }
}

/// Without the secrets: a key may be somebody's own.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("account", &self.account).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let keys = vec![Key::new("AKIA", "hunter2").of_session("hunter3")];
        let shown = format!("{:?}", Options { keys, ..Options::default() });
        assert!(shown.contains("AKIA") && !shown.contains("hunter"), "{shown}");
    }
}
