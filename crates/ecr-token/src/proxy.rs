//! Which requests go through a proxy.
//!
//! The rules are those of Go's
//! [httpproxy](https://pkg.go.dev/golang.org/x/net/http/httpproxy), which hashicorp/aws follows. A request whose proxy has a URL
//! that is not valid is an error here. Go sends it without a proxy, or looks for a proxy of an absurd name. Go knows this machine
//! by `localhost` and the addresses of loopback alone.

use std::{fmt, net::IpAddr};

use http::Uri;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::{
    endpoint::holds_at,
    environment::Environment,
    error::{Error, Origin},
    near::Host,
    port::{port_number, split_port},
    secret::Secret,
    settings::Settings,
};

/// The proxies of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Choice,
    https: Choice,
    exceptions: Vec<Exception>,
}

/// The proxy of a scheme, if there is to be one.
type Choice = Option<Result<Proxy, InvalidProxy>>;

/// A variable whose proxy cannot be used. An error of the requests that it is for, and of no other.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{origin} is not valid as a proxy: {problem}")]
pub(crate) struct InvalidProxy {
    origin: Origin,
    problem: &'static str,
}

impl From<InvalidProxy> for Error {
    fn from(InvalidProxy { origin, problem }: InvalidProxy) -> Self {
        Self::InvalidSetting { origin, problem: format!("as a proxy, {problem}") }
    }
}

/// A proxy; shown without user name and password.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(crate) struct Proxy(Url);

/// What no proxy is used for.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Exception {
    Everything,
    Network(IpNet),
    Address(IpAddr, Port),
    /// The domains that end so, and the one named so if `itself`.
    Domain {
        suffix: String,
        itself: bool,
        port: Port,
    },
}

/// Any where it is `None`.
type Port = Option<u16>;

impl Proxies {
    /// Those of the settings, else of the environment.
    pub(crate) fn find(settings: &Settings, env: &Environment) -> Result<Self, Error> {
        let (http, https) = Found::both(settings, env)?;
        let https = http.also_for_https(&https).or_else(|| https.proxy());
        let exceptions = settings.no_proxy.clone().filter(|list| !list.is_empty());
        let exceptions = match exceptions {
            Some(list) => Some(list),
            None => env.first(&["NO_PROXY", "no_proxy"])?.map(|(list, _)| list),
        };
        Ok(Self {
            http: http.proxy(),
            https,
            exceptions: exceptions.unwrap_or_default().split(',').filter_map(Exception::parse).collect(),
        })
    }

    /// The proxy of the argument for `http`, where it is used for `https` as well: for as long as hashicorp/aws has it so.
    pub(crate) fn http_for_https(settings: &Settings, env: &Environment) -> Option<Proxy> {
        let (http, https) = Found::both(settings, env).ok()?;
        http.also_for_https(&https)?.ok()
    }

    /// Checks the proxy of ECR, at a configured endpoint or at AWS's own, before anything is asked.
    ///
    /// # Errors
    /// It is not valid. `Ok` where the host is not known yet and some host is an exception.
    pub(crate) fn check(&self, endpoint: Option<&str>) -> Result<(), Error> {
        let uri = match endpoint {
            Some(url) => url.parse().ok(),
            None => self.exceptions.is_empty().then(|| Uri::from_static("https://api.ecr.amazonaws.com")),
        };
        uri.map_or(Ok(()), |uri| self.of(&uri).map(drop).map_err(Error::from))
    }

    /// The proxy for a request to `uri`.
    ///
    /// # Errors
    /// There is to be one, and its URL is not valid.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<&Proxy>, InvalidProxy> {
        let (choice, usual) = match uri.scheme_str() {
            Some("https") => (&self.https, 443),
            _ => (&self.http, 80),
        };
        let choice = choice.as_ref().filter(|_| !self.is_excepted(uri, usual));
        choice.map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    /// The passwords of the proxies, as they are written and as they are sent.
    pub(crate) fn passwords(&self) -> Vec<Secret> {
        let proxies = [&self.http, &self.https].into_iter().filter_map(|choice| choice.as_ref()?.as_ref().ok());
        let written = proxies.filter_map(|proxy| proxy.0.password());
        let sent = |password: &str| percent_decode_str(password).decode_utf8().ok().map(|sent| Secret::from(&*sent));
        written.flat_map(|password| [Some(password.into()), sent(password)]).flatten().collect()
    }

    fn is_excepted(&self, uri: &Uri, usual: u16) -> bool {
        let Some(host) = Host::of(uri) else { return true };
        let port = uri.port_u16().unwrap_or(usual);
        host.is_this_machine()
            || host.is_metadata()
            || self.exceptions.iter().any(|exception| exception.covers(&host.name, host.address, port))
    }
}

/// Says what is wrong with the URL of a proxy; of the URL itself nothing, since a password may stand in it.
///
/// # Errors
/// A fragment such as `it has no host`.
pub fn check_proxy(url: &str) -> Result<(), &'static str> {
    Proxy::parse(url).map(drop)
}

impl Proxy {
    fn parse(url: &str) -> Result<Self, &'static str> {
        let has_host = |url: &Url| url.host_str().is_some_and(|host| !host.is_empty());
        // `proxy:3128` is a URL too, of the scheme `proxy`; `//` tells.
        let parsed = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
        // WHATWG's ports are those of `port_number`, and 0.
        let parsed = parsed.ok().filter(|url| url.port() != Some(0));
        let mut parsed = parsed.ok_or("it is not a URL with a host and a port from 1 to 65535")?;
        if !matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err("its scheme is none of http, https, socks5 and socks5h");
        }
        if parsed.scheme() == "socks5" {
            // As Go has it: the proxy looks up names, who may know more of them.
            parsed.set_scheme("socks5h").map_err(|()| "its scheme is none that can be used")?;
        }
        // A password with a slash in it ends the host, and what is before the slash would be asked as a proxy, and shown.
        if [Some(parsed.path()), parsed.query(), parsed.fragment()].into_iter().flatten().any(holds_at) {
            return Err("its user name or its password holds a character that is to be percent-encoded");
        }
        if has_host(&parsed) { Ok(Self(parsed)) } else { Err("it has no host") }
    }

    /// The URL with everything that is in it.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port_or_known_default().iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[derive(Clone, Debug)]
enum Found {
    /// `None` where the argument is empty: there is to be no proxy.
    Argument(Option<Proxy>),
    Variable(Result<Proxy, InvalidProxy>),
    Nothing,
}

impl Found {
    /// For `http` and for `https`.
    fn both(settings: &Settings, env: &Environment) -> Result<(Self, Self), Error> {
        let http = Self::of(&settings.http_proxy, "http_proxy", ["HTTP_PROXY", "http_proxy"], env)?;
        Ok((http, Self::of(&settings.https_proxy, "https_proxy", ["HTTPS_PROXY", "https_proxy"], env)?))
    }

    fn of(
        argument: &Option<Secret>,
        name: &'static str,
        variables: [&'static str; 2],
        env: &Environment,
    ) -> Result<Self, Error> {
        let parse = |url: &str, origin| Proxy::parse(url).map_err(|problem| InvalidProxy { origin, problem });
        if let Some(url) = argument {
            let url = url.expose();
            let proxy = (!url.is_empty()).then(|| parse(url, Origin::Argument(name))).transpose()?;
            return Ok(Self::Argument(proxy));
        }
        match env.first(&variables)? {
            Some((url, origin)) => Ok(Self::Variable(parse(&url, origin))),
            None => Ok(Self::Nothing),
        }
    }

    fn also_for_https(&self, https: &Self) -> Choice {
        match (self, https) {
            (Self::Argument(proxy), Self::Nothing) => proxy.clone().map(Ok),
            _ => None,
        }
    }

    fn proxy(self) -> Choice {
        match self {
            Self::Argument(proxy) => proxy.map(Ok),
            Self::Variable(proxy) => Some(proxy),
            Self::Nothing => None,
        }
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

    fn covers(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        let on_port = |wanted: &Port| wanted.is_none_or(|wanted| wanted == port);
        match self {
            Self::Everything => true,
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Address(excepted, wanted) => address == Some(*excepted) && on_port(wanted),
            Self::Domain { suffix, itself, port: wanted } => {
                let is_in = || host.ends_with(suffix) || *itself && host == &suffix[1..];
                // No part of an address is a domain.
                address.is_none() && is_in() && on_port(wanted)
            }
        }
    }
}

/// A domain in the form in which hosts are asked: with letters of other alphabets in that of
/// [IDNA](https://www.rfc-editor.org/rfc/rfc5891). `None` without any.
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

    fn proxies(argument: Option<&str>, env: &[(&str, &str)]) -> Result<Proxies, Error> {
        let settings = Settings { http_proxy: argument.map(Into::into), ..Settings::default() };
        Proxies::find(&settings, &Environment::given(env))
    }

    #[test]
    fn this_machine_and_its_metadata_are_never_behind_a_proxy() {
        let proxies = proxies(Some("http://proxy:1"), &[]).expect("proxies");
        for url in [
            "http://169.254.169.254",
            "http://127.1",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
            "http://[::]",
            "http://localhost.",
            "http://ecr.localhost",
            "http://[::ffff:169.254.169.254]",
            "http://[fd00:0ec2::0254]",
        ] {
            assert_eq!(proxies.of(&url.parse().expect("a URL")), Ok(None), "{url}");
        }
        assert!(matches!(proxies.of(&Uri::from_static("http://169.254.1.1")), Ok(Some(_))));
    }

    #[test]
    fn a_bad_proxy_is_blamed_on_where_it_comes_from_and_not_repeated() {
        for (url, word) in [
            ("http://me:hunter2@", "URL"),
            ("http://me:hunter2@host:99999", "URL"),
            ("http://me:hunter2@host:port", "URL"),
            ("http://me:hunter2@host:0", "URL"),
            ("http://me:hunter2@host:+80", "URL"),
            ("ftp://me:hunter2@host", "scheme"),
            ("http://me:hunter2%40host", "URL"),
            ("http://me:12/hunter2@host", "percent-encoded"),
            ("http://me:12?hunter2@host", "percent-encoded"),
            ("me:12#hunter2%40host", "percent-encoded"),
        ] {
            let argument = proxies(Some(url), &[]).expect_err("no proxy");
            let variable =
                proxies(None, &[("https_proxy", url)]).expect("no argument").check(None).expect_err("no proxy");
            for (error, origin) in
                [(argument, Origin::Argument("http_proxy")), (variable, Origin::Variable("https_proxy"))]
            {
                let Error::InvalidSetting { origin: blamed, problem } = error else { panic!("{error:?}") };
                assert_eq!(blamed, origin);
                assert!(problem.contains(word) && !problem.contains("hunter2"), "{url}: {problem}");
            }
        }
    }

    #[test]
    fn a_bad_proxy_is_an_error_of_requests_that_it_is_for() {
        let env = [("HTTPS_PROXY", "ftp://proxy"), ("HTTP_PROXY", "http://proxy"), ("NO_PROXY", "my.corp")];
        let proxies = proxies(None, &env).expect("no argument");
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
    fn exceptions_are_those_of_go() {
        let is_excepted = |list: &str, url: &str| {
            let found = proxies(Some("http://proxy"), &[("NO_PROXY", list)]).expect("proxies");
            found.of(&url.parse().expect("a URL")).expect("valid").is_none()
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
            assert_eq!(is_excepted(list, url), expected, "{list} {url}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let proxy = Proxy::parse("me:hunter2@proxy:3128").expect("a proxy");
        assert_eq!((proxy.to_string().as_str(), proxy.url().password()), ("http://proxy:3128", Some("hunter2")));
        assert_eq!(format!("{proxy:?}"), "Proxy(http://proxy:3128)");
    }
}
