//! Chooses the proxy for each request.
//!
//! The rules are the same as in Go's [httpproxy](https://pkg.go.dev/golang.org/x/net/http/httpproxy), which hashicorp/aws uses.
//! There are four differences:
//!
//! - If the URL of a proxy is not valid, requests through this proxy fail. Go sends such a request without a proxy, or to a proxy
//!   with a meaningless name.
//! - Requests to any name or address of this machine do not use a proxy. Go recognizes only `localhost` in lowercase and the
//!   loopback addresses.
//! - Requests to EC2's metadata service and to the agents of ECS and EKS do not use a proxy.
//! - In `NO_PROXY`, an address may be in brackets, and a port may have leading zeros.

use std::net::IpAddr;

use http::Uri;
use ipnet::IpNet;
use reqwest::Url;

use crate::{
    environment::Environment,
    error::Error,
    near::Host,
    origin::Origin,
    port::{port_number, split_port},
    problem::SettingProblem,
    proxy_url::{InvalidProxyUrl, ProxyUrl},
    secret::Secret,
    settings::{ProxySetting, Settings},
};

/// The proxies of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Choice,
    https: Choice,
    exceptions: Vec<Exception>,
}

/// The proxy for the requests of one scheme. `None` means that no proxy is configured. An error means that the configured proxy
/// cannot be used.
type Choice = Option<Result<ProxyUrl, InvalidProxy>>;

/// An environment variable with a proxy URL that is not valid. Only requests through this proxy fail.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{origin} is not valid as a proxy: {problem}")]
pub(crate) struct InvalidProxy {
    origin: Origin,
    problem: InvalidProxyUrl,
}

impl From<InvalidProxy> for Error {
    fn from(InvalidProxy { origin, problem }: InvalidProxy) -> Self {
        SettingProblem::Proxy { problem }.at(origin)
    }
}

/// An entry in the list of hosts that are called without a proxy.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Exception {
    Everything,
    Network(IpNet),
    Address(IpAddr, Port),
    /// The subdomains of a domain, and the domain itself if `itself` is set.
    Domain {
        suffix: String,
        itself: bool,
        port: Port,
    },
}

/// A port. `None` matches every port.
type Port = Option<u16>;

impl Proxies {
    /// Reads the proxies from the settings, else from the environment.
    ///
    /// # Errors
    /// Returns an error if a variable is not UTF-8.
    pub(crate) fn find(settings: &Settings, environment: &Environment) -> Result<Self, Error> {
        let http = match settings.http_proxy {
            Some(_) => None,
            None => of_variables(environment, &["HTTP_PROXY", "http_proxy"])?,
        };
        let https = https_of_variables(settings, environment)?;
        let for_https = settings.https_proxy.as_ref().or_else(|| http_for_https(settings, &https));
        let exceptions = match settings.no_proxy.clone().filter(|list| !list.is_empty()) {
            Some(list) => Some(list),
            None => environment.first(&["NO_PROXY", "no_proxy"])?.map(|(list, _)| list),
        };
        Ok(Self {
            http: chosen(settings.http_proxy.as_ref(), http),
            https: chosen(for_https, https),
            exceptions: exceptions.unwrap_or_default().split(',').filter_map(Exception::parse).collect(),
        })
    }

    /// Returns the proxy from the argument `http_proxy`, if this proxy is also used for `https`. hashicorp/aws still supports
    /// this use.
    pub(crate) fn http_for_https(settings: &Settings, environment: &Environment) -> Option<ProxyUrl> {
        let https = https_of_variables(settings, environment).ok()?;
        match http_for_https(settings, &https).filter(|_| settings.https_proxy.is_none())? {
            ProxySetting::Proxy(url) => Some(url.clone()),
            ProxySetting::Direct => None,
        }
    }

    /// Checks the proxy for requests to ECR, before any request is sent. `endpoint` is the configured endpoint, or `None` for
    /// AWS's own endpoint.
    ///
    /// # Errors
    /// Returns an error if the proxy is not valid. If `endpoint` is `None`, the host is not known yet, and could be an
    /// exception. In this case, returns `Ok` unless the list of exceptions is empty.
    pub(crate) fn check(&self, endpoint: Option<&str>) -> Result<(), Error> {
        let uri = match endpoint {
            Some(url) => url.parse().ok(),
            None => self.exceptions.is_empty().then(|| Uri::from_static("https://api.ecr.amazonaws.com")),
        };
        uri.map_or(Ok(()), |uri| self.for_uri(&uri).map(drop).map_err(Error::from))
    }

    /// Returns the proxy for a request to `uri`.
    ///
    /// # Errors
    /// Returns an error if the request needs a proxy, and the URL of the proxy is not valid.
    pub(crate) fn for_uri(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, InvalidProxy> {
        let (choice, usual) = match uri.scheme_str() {
            Some("https") => (&self.https, 443),
            _ => (&self.http, 80),
        };
        let choice = choice.as_ref().filter(|_| !self.is_bypassed(uri, usual));
        choice.map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    /// Returns the passwords of the proxies, each in two forms: percent-encoded, as in the URL, and decoded.
    pub(crate) fn passwords(&self) -> impl Iterator<Item = Secret> {
        let proxies = [&self.http, &self.https].into_iter().filter_map(|choice| choice.as_ref()?.as_ref().ok());
        proxies.flat_map(ProxyUrl::passwords)
    }

    fn is_bypassed(&self, uri: &Uri, usual: u16) -> bool {
        let Some(host) = Host::parse(uri) else { return true };
        let port = uri.port_u16().unwrap_or(usual);
        host.is_this_machine()
            || host.is_metadata()
            || self.exceptions.iter().any(|exception| exception.matches_host(&host.name, host.address, port))
    }
}

/// Returns the proxy from the first of these variables that is set.
fn of_variables(environment: &Environment, names: &[&'static str]) -> Result<Choice, Error> {
    let found = environment.first(names)?;
    Ok(found.map(|(url, origin)| ProxyUrl::parse(&url).map_err(|problem| InvalidProxy { origin, problem })))
}

fn https_of_variables(settings: &Settings, environment: &Environment) -> Result<Choice, Error> {
    match settings.https_proxy {
        Some(_) => Ok(None),
        None => of_variables(environment, &["HTTPS_PROXY", "https_proxy"]),
    }
}

fn http_for_https<'a>(settings: &'a Settings, https: &Choice) -> Option<&'a ProxySetting> {
    settings.http_proxy.as_ref().filter(|_| https.is_none())
}

fn chosen(argument: Option<&ProxySetting>, variable: Choice) -> Choice {
    match argument {
        Some(ProxySetting::Direct) => None,
        Some(ProxySetting::Proxy(url)) => Some(Ok(url.clone())),
        None => variable,
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        let entry = entry.trim().to_ascii_lowercase();
        if entry == "*" {
            return Some(Self::Everything);
        }
        if let Ok(network) = entry.parse() {
            return Some(Self::Network(network));
        }
        let (host, port) = split_port(&entry);
        let port = match port {
            None | Some("") => None,
            Some(port) => Some(port_number(port)?),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(Self::Address(address.to_canonical(), port));
        }
        let suffix = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let itself = !suffix.starts_with('.');
        let suffix = ascii(suffix.strip_prefix('.').unwrap_or(suffix))?;
        Some(Self::Domain { suffix: format!(".{suffix}"), itself, port })
    }

    fn matches_host(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        let on_port = |wanted: &Port| wanted.is_none_or(|wanted| wanted == port);
        match self {
            Self::Everything => true,
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Address(excepted, wanted) => address == Some(*excepted) && on_port(wanted),
            Self::Domain { suffix, itself, port: wanted } => {
                let is_in = || host.ends_with(suffix) || *itself && host == &suffix[1..];
                // An address has no domain. For example, `.2.3` does not match `10.1.2.3`.
                address.is_none() && is_in() && on_port(wanted)
            }
        }
    }
}

/// Returns a domain in the form that requests use. Characters other than ASCII are converted by
/// [IDNA](https://www.rfc-editor.org/rfc/rfc5891). Returns `None` if the domain is empty or cannot be converted.
fn ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned()).filter(|domain| !domain.is_empty());
    }
    Url::parse(&format!("http://{domain}")).ok()?.host_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(argument: Option<&str>, variables: &[(&str, &str)]) -> Proxies {
        let http_proxy = argument.map(|url| ProxySetting::Proxy(ProxyUrl::parse(url).expect("a URL")));
        let settings = Settings { http_proxy, ..Settings::default() };
        Proxies::find(&settings, &Environment::from_variables(variables)).expect("proxies")
    }

    #[test]
    fn an_invalid_proxy_fails_only_requests_that_use_it() {
        let env = [("HTTPS_PROXY", "ftp://proxy"), ("HTTP_PROXY", "http://proxy"), ("NO_PROXY", "my.corp")];
        let proxies = proxies(None, &env);
        for (url, is_error) in [
            ("https://aws.test", true),
            ("https://my.corp", false),
            ("https://localhost", false),
            ("http://aws.test", false),
        ] {
            assert_eq!(proxies.check(Some(url)).is_err(), is_error, "{url}");
        }
        assert!(proxies.check(None).is_ok(), "the host may be an exception");
    }

    #[test]
    fn no_proxy_is_interpreted_as_in_go() {
        let is_bypassed = |list: &str, url: &str| {
            let found = proxies(Some("http://proxy"), &[("NO_PROXY", list)]);
            found.for_uri(&url.parse().expect("a URL")).expect("valid").is_none()
        };
        for (list, url, expected) in [
            ("my.corp:", "http://my.corp:81", true),
            ("my.corp:http", "http://my.corp", false),
            ("..my.corp", "http://a.my.corp", false),
            (".2.3,2.3,*.2.3", "http://10.1.2.3", false),
            ("m\u{fc}nchen.corp", "http://a.xn--mnchen-3ya.corp", true),
            (".m\u{fc}nchen.corp", "http://xn--mnchen-3ya.corp", false),
            ("[fd00::1]:443,fd00::2", "http://[fd00::1]", false),
            ("[fd00::1]:80", "http://[FD00:0::1]", true),
            (":80,*.,.", "http://my.corp", false),
        ] {
            assert_eq!(is_bypassed(list, url), expected, "{list} {url}");
        }
    }
}
