//! The command line.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use clap::Parser;
use ecr_sandbox::{Key, Options, Sandbox, is_account};
use http::Uri;
use serde_json::json;

/// A local stand-in for Amazon ECR, ECR Public and AWS STS, whose tokens really log in. It never asks AWS anything.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub(crate) struct CommandLine {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4650")]
    listen: SocketAddr,
    /// A made-up access key to know, in place of AWS's example; can be given several times
    #[arg(long = "access-key", value_name = "ID:SECRET[:ACCOUNT]", value_parser = key)]
    keys: Vec<Key>,
    /// How long tokens are good for: 90s, 15m, 12h
    #[arg(long, value_name = "DURATION", default_value = "12h", value_parser = duration)]
    token_lifetime: Duration,
    /// An OCI registry to put behind the tokens, such as http://127.0.0.1:5000
    #[arg(long, value_name = "URL")]
    registry: Option<Uri>,
    /// What to tell as proxyEndpoint, with {account}, {region} and {port} replaced [default: a port for each registry]
    #[arg(long, value_name = "URL")]
    proxy_endpoint: Option<String>,
    /// An account whose registries let everybody in who has a token of their Region; can be given several times
    #[arg(long = "open-account", value_name = "ACCOUNT", value_parser = account)]
    open_accounts: Vec<String>,
    /// Where to write the certificate of the authority that vouches for its TLS; with it, use the sandbox as HTTPS_PROXY
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Serve /_sandbox/requests and /_sandbox/faults
    #[arg(long)]
    admin: bool,
    /// Print what there is to know as JSON
    #[arg(long)]
    json: bool,
}

impl CommandLine {
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.listen = self.listen;
        if !self.keys.is_empty() {
            options.keys = self.keys.clone();
        }
        options.token_lifetime = self.token_lifetime;
        options.registry = self.registry.clone();
        options.proxy_endpoint = self.proxy_endpoint.clone();
        options.open_accounts = self.open_accounts.clone();
        options.admin = self.admin;
        // Nobody could look at them.
        options.keep_calls = false;
        options
    }

    /// Writes the file that was asked for.
    pub(crate) fn write_ca(&self, sandbox: &Sandbox) -> Result<(), String> {
        let Some(path) = &self.ca_file else { return Ok(()) };
        fs::write(path, sandbox.ca_certificate()).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// The line that says that it is ready. Keys that somebody chose are not repeated.
    pub(crate) fn ready(&self, sandbox: &Sandbox) -> String {
        let (url, example) = (sandbox.url(), sandbox.keys().first().filter(|_| self.keys.is_empty()));
        if self.json {
            let mut line = json!({"url": url});
            if let Some(key) = example {
                line["access_key_id"] = key.id.clone().into();
                line["secret_access_key"] = key.secret.clone().into();
                line["account"] = key.account.clone().into();
            }
            return line.to_string();
        }
        let keys = example.map(|key| format!(" AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={}", key.id, key.secret));
        format!("ecr-sandbox is ready: AWS_ENDPOINT_URL={url}{}", keys.unwrap_or_default())
    }
}

fn key(text: &str) -> Result<Key, String> {
    let mut parts = text.splitn(3, ':');
    let (id, secret) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if id.is_empty() || secret.is_empty() {
        return Err("it is not of the form ID:SECRET or ID:SECRET:ACCOUNT".to_owned());
    }
    match parts.next() {
        None => Ok(Key::new(id, secret)),
        Some(text) => account(text).map(|account| Key::new(id, secret).of_account(account)),
    }
}

fn account(text: &str) -> Result<String, String> {
    if is_account(text) { Ok(text.to_owned()) } else { Err("an account is 12 digits".to_owned()) }
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write it like 90s, 15m or 12h".to_owned();
    let number = text.strip_suffix(['s', 'm', 'h']).ok_or_else(wrong)?;
    let unit = match text.as_bytes().last() {
        Some(b'h') => 3600,
        Some(b'm') => 60,
        _ => 1,
    };
    let seconds = number.parse::<u32>().map_err(|_| wrong())?;
    Ok(Duration::from_secs(u64::from(seconds) * unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_consistent() {
        <CommandLine as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn every_flag_is_in_the_guide() {
        let guide = include_str!("../../../docs/guides/testing-offline.md");
        let command = <CommandLine as clap::CommandFactory>::command();
        let flags: Vec<_> = command.get_arguments().filter_map(|argument| argument.get_long()).collect();
        assert!(flags.len() >= 7, "{flags:?}");
        for flag in flags {
            assert!(guide.contains(&format!("| `--{flag}")), "{flag}");
        }
    }

    #[test]
    fn a_key_has_an_id_a_secret_and_may_have_an_account() {
        assert_eq!(key("AKIA:se/cret"), Ok(Key::new("AKIA", "se/cret")));
        assert_eq!(key("AKIA:secret:111122223333"), Ok(Key::new("AKIA", "secret").of_account("111122223333")));
        for wrong in ["", "AKIA", "AKIA:", ":secret", "AKIA:secret:1", "AKIA:secret:"] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_duration_has_a_unit() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("15m", 900), ("12h", 43_200)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
        for wrong in ["", "12", "h", "-1s", "1.5h", "12 h", "99999999999s", "１s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
