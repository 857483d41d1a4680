//! The command line: its flags, and the lines that the program prints.

use std::{fs, path::PathBuf, time::Duration};

use clap::Parser;
use ecr_sandbox::{Host, InvalidHost, Key, Options, Sandbox, is_account};
use http::Uri;
use serde_json::json;

use crate::{failure::Failure, listen::Listen, unrepeated::Unrepeated};

const EXAMPLES: &str = r#"Examples:
  Start it, and use it with Terraform in another terminal:
    ecr-sandbox
    export AWS_ENDPOINT_URL=http://127.0.0.1:4650 AWS_REGION=eu-west-1
    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
    terraform apply

  Push and pull images, with a registry that runs on port 5000:
    ecr-sandbox --registry http://127.0.0.1:5000

  Stand in for AWS's own host names, as a proxy:
    ecr-sandbox --ca-file /tmp/ca.pem
    export HTTPS_PROXY=http://127.0.0.1:4650 AWS_CA_BUNDLE=/tmp/ca.pem SSL_CERT_FILE=/tmp/ca.pem
    aws ecr get-login-password --region eu-west-1

  List requests, and make the next two fail:
    ecr-sandbox --admin
    curl http://127.0.0.1:4650/_sandbox/requests
    curl -H 'Content-Type: application/json' -d '{"action": "GetAuthorizationToken", "count": 2, "effect": "reset"}' \
      http://127.0.0.1:4650/_sandbox/faults

Guide: docs/guides/testing-offline.md, in the sources"#;

/// A local stand-in for Amazon ECR, ECR Public and AWS STS. Container clients can log in with its tokens. It sends nothing to AWS.
#[derive(Clone, Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub(crate) struct CommandLine {
    /// Listen on this address; a port alone is on 127.0.0.1, and port 0 is any free port
    #[arg(long, value_name = "[ADDRESS:]PORT", default_value = "127.0.0.1:4650")]
    listen: Listen,
    /// Accept this made-up access key instead of AWS's example; can be given several times
    #[arg(long = "access-key", value_name = "ID:SECRET[:ACCOUNT]", value_parser = Unrepeated(key))]
    keys: Vec<Key>,
    /// Let tokens expire after this time, such as 90s, 15m or 12h
    #[arg(long, value_name = "DURATION", default_value = "12h", value_parser = duration)]
    token_lifetime: Duration,
    /// Let clients with a token push to and pull from this OCI registry, such as http://127.0.0.1:5000
    #[arg(long, value_name = "URL", value_parser = Unrepeated(registry))]
    registry: Option<Uri>,
    /// Return this URL as proxyEndpoint, with {account}, {region} and {port} replaced [default: a port for each registry]
    #[arg(long, value_name = "URL", value_parser = proxy_endpoint)]
    proxy_endpoint: Option<String>,
    /// Also accept requests with this host in `Host`, in addition to this machine and --proxy-endpoint; can be repeated
    #[arg(long = "host", value_name = "NAME", value_parser = Unrepeated(host))]
    hosts: Vec<Host>,
    /// Accept every token of the Region in the registries of this account; can be given several times
    #[arg(long = "open-account", value_name = "ACCOUNT", value_parser = account)]
    open_accounts: Vec<String>,
    /// Write the CA certificate of the sandbox to this file, for clients with the sandbox as HTTPS_PROXY
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Serve /_sandbox/requests and /_sandbox/faults
    #[arg(long)]
    admin: bool,
    /// Print the address and the key as JSON
    #[arg(long)]
    json: bool,
}

impl CommandLine {
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.listen = self.listen.address();
        if !self.keys.is_empty() {
            options.keys = self.keys.clone();
        }
        options.token_lifetime = self.token_lifetime;
        options.registry = self.registry.clone();
        options.proxy_endpoint = self.proxy_endpoint.clone();
        options.open_accounts = self.open_accounts.clone();
        options.hosts = self.hosts.clone();
        options.admin = self.admin;
        // The program never reads the kept calls.
        options.keep_calls = false;
        options
    }

    /// Returns a warning about a setting that is valid but dangerous.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        let warning = "everybody who can reach this machine can use the sandbox, and the registry behind it";
        self.listen.is_open().then_some(warning)
    }

    /// Writes the CA certificate to the file of `--ca-file`.
    pub(crate) fn write_ca(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        let Some(path) = &self.ca_file else { return Ok(()) };
        fs::write(path, sandbox.ca_certificate()).map_err(|source| Failure::CaFile { path: path.clone(), source })
    }

    /// Returns the line to print when the sandbox is ready. The line does not repeat the keys of `--access-key`.
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
        return Err("the ID or the secret is missing: write ID:SECRET, or ID:SECRET:ACCOUNT".to_owned());
    }
    match parts.next() {
        None => Ok(Key::new(id, secret)),
        Some(text) => account(text).map(|account| Key::new(id, secret).of_account(account)),
    }
}

fn host(text: &str) -> Result<Host, String> {
    text.parse().map_err(|error: InvalidHost| error.to_string())
}

fn account(text: &str) -> Result<String, String> {
    if is_account(text) {
        return Ok(text.to_owned());
    }
    Err("not an account ID: write 12 digits, such as 123456789012".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "not a duration: write a whole number and s, m or h, such as 90s, 15m or 12h".to_owned();
    let number = text.strip_suffix(['s', 'm', 'h']).ok_or_else(wrong)?;
    let unit = match text.as_bytes().last() {
        Some(b'h') => 3600,
        Some(b'm') => 60,
        _ => 1,
    };
    let seconds = number.parse::<u32>().map_err(|_| wrong())?;
    Ok(Duration::from_secs(u64::from(seconds) * unit))
}

/// Parses the URL of a registry. Accepts any URI, because [`Sandbox::start`] rejects URIs that are not valid for a registry.
fn registry(text: &str) -> Result<Uri, String> {
    text.parse().map_err(|error| format!("not a URL ({error}): write a URL such as http://127.0.0.1:5000"))
}

/// Checks that the text is a URL after its placeholders are replaced. Returns the text unchanged.
fn proxy_endpoint(text: &str) -> Result<String, String> {
    let placeholders = [("{account}", "123456789012"), ("{region}", "eu-west-1"), ("{port}", "4650")];
    let filled = placeholders.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    if filled.contains(['{', '}']) {
        return Err("an unknown placeholder: write only {account}, {region} and {port} in braces".to_owned());
    }
    let wrong = "not a URL: write a URL such as http://{account}.dkr.ecr.{region}.localhost:{port}";
    let url: Uri = filled.parse().map_err(|_| wrong.to_owned())?;
    let is_url = matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some_and(|host| !host.is_empty());
    if is_url { Ok(text.to_owned()) } else { Err(wrong.to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn flags_are_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_flag_is_in_the_guide() {
        let guide = include_str!("../../../docs/guides/testing-offline.md");
        let command = CommandLine::command();
        let flags: Vec<_> = command.get_arguments().filter_map(|argument| argument.get_long()).collect();
        assert!(flags.len() >= 7, "{flags:?}");
        for flag in flags {
            assert!(guide.contains(&format!("| `--{flag}")), "{flag}");
        }
    }

    #[test]
    fn the_examples_are_valid() {
        let lines: Vec<_> = EXAMPLES.lines().map(str::trim).filter(|line| line.starts_with("ecr-sandbox")).collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        for line in lines {
            CommandLine::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
        let fault = EXAMPLES.split_once(" -d '").and_then(|(_, rest)| rest.split_once('\'')).expect("a fault").0;
        serde_json::from_str::<ecr_sandbox::Fault>(fault).expect("a fault");
        let Key { id, secret, .. } = Key::default();
        assert!(EXAMPLES.contains(&id) && EXAMPLES.contains(&secret), "the examples contain the default key");
    }

    #[test]
    fn a_key_has_an_id_a_secret_and_an_optional_account() {
        assert_eq!(key("AKIA:se/cret"), Ok(Key::new("AKIA", "se/cret")));
        assert_eq!(key("AKIA:secret:111122223333"), Ok(Key::new("AKIA", "secret").of_account("111122223333")));
        for wrong in ["", "AKIA", "AKIA:", ":secret", "AKIA:secret:1", "AKIA:secret:"] {
            assert!(key(wrong).is_err_and(|problem| problem.contains("write ")), "{wrong}");
        }
    }

    #[test]
    fn rejects_a_duration_without_a_unit() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("15m", 900), ("12h", 43_200)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
        for wrong in ["", "12", "h", "-1s", "1.5h", "12 h", "99999999999s", "１s", "1H", "1d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rejects_an_invalid_proxy_endpoint() {
        for right in
            ["https://{account}.dkr.ecr.{region}.localhost:{port}", "http://127.0.0.1:{port}", "http://registry.test"]
        {
            assert_eq!(proxy_endpoint(right), Ok(right.to_owned()));
        }
        for (wrong, text) in [
            ("", "not a URL"),
            ("localhost:5000", "not a URL"),
            ("ftp://localhost", "not a URL"),
            ("http://", "not a URL"),
            ("https://{acount}.localhost", "an unknown placeholder"),
            ("https://{account.localhost", "an unknown placeholder"),
        ] {
            assert!(proxy_endpoint(wrong).is_err_and(|problem| problem.contains(text)), "{wrong}");
        }
    }
}
