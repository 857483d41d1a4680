//! Which requests go through a proxy.
//!
//! The rules are those of Go's
//! [httpproxy](https://pkg.go.dev/golang.org/x/net/http/httpproxy), which hashicorp/aws follows; what it passes over in
//! silence, such as a proxy whose URL makes no sense, is an error here.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use http::Uri;
use ipnet::IpNet;
use reqwest::Url;

use crate::{
    credentials::AGENTS,
    environment::Environment,
    error::{Error, Origin},
    secret::Secret,
    settings::Settings,
};

/// Where EC2 hands out credentials: what is asked there, and of the agents of containers, is for nobody else to see.
const METADATA: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))];

/// The proxies of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Vec<Exception>,
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
        http.also_for_https(&https)
    }

    /// The proxy for a request to `uri`.
    pub(crate) fn of(&self, uri: &Uri) -> Option<&Proxy> {
        let (proxy, usual) = match uri.scheme_str() {
            Some("https") => (self.https.as_ref()?, 443),
            _ => (self.http.as_ref()?, 80),
        };
        // As the request will read it: 127.1 is an address, and so is the same one in the form of IPv6.
        let url = Url::parse(&uri.to_string()).ok()?;
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
        let address: Option<IpAddr> = host.parse().ok().map(|address: IpAddr| address.to_canonical());
        let near = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        let port = uri.port_u16().unwrap_or(usual);
        let excepted = near
            || address.is_some_and(|address| METADATA.contains(&address) || AGENTS.contains(&address))
            || self.exceptions.iter().any(|exception| exception.covers(host, address, port));
        (!excepted).then_some(proxy)
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
        let mut parsed = parsed.map_err(|_| "it is not a URL with a host and a port from 1 to 65535")?;
        if !matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err("its scheme is none of http, https, socks5 and socks5h");
        }
        if parsed.scheme() == "socks5" {
            // As Go has it: the proxy looks up names, who may know more of them.
            parsed.set_scheme("socks5h").map_err(|()| "its scheme is none that can be used")?;
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
    Variable(Proxy),
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
        let parse = |url: &str, origin| {
            let invalid = |problem: &str| Error::InvalidSetting { origin, problem: format!("as a proxy, {problem}") };
            Proxy::parse(url).map_err(invalid)
        };
        if let Some(url) = argument {
            let url = url.expose();
            let proxy = (!url.is_empty()).then(|| parse(url, Origin::Argument(name))).transpose()?;
            return Ok(Self::Argument(proxy));
        }
        match env.first(&variables)? {
            Some((url, origin)) => parse(&url, origin).map(Self::Variable),
            None => Ok(Self::Nothing),
        }
    }

    fn also_for_https(&self, https: &Self) -> Option<Proxy> {
        match (self, https) {
            (Self::Argument(proxy), Self::Nothing) => proxy.clone(),
            _ => None,
        }
    }

    fn proxy(self) -> Option<Proxy> {
        match self {
            Self::Argument(proxy) => proxy,
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
        let (host, port) = host_and_port(&entry);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(Self::Address(address.to_canonical(), port));
        }
        let suffix = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        match suffix.strip_prefix('.') {
            Some("") => None,
            Some(_) => Some(Self::Domain { suffix: suffix.to_owned(), itself: false, port }),
            None if suffix.is_empty() => None,
            None => Some(Self::Domain { suffix: format!(".{suffix}"), itself: true, port }),
        }
    }

    fn covers(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        let on_port = |wanted: &Port| wanted.is_none_or(|wanted| wanted == port);
        match self {
            Self::Everything => true,
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Address(excepted, wanted) => address == Some(*excepted) && on_port(wanted),
            Self::Domain { suffix, itself, port: wanted } => {
                (host.ends_with(suffix) || *itself && host == &suffix[1..]) && on_port(wanted)
            }
        }
    }
}

/// `host:port` and `[address]:port`; a bare IPv6 address has no port.
fn host_and_port(entry: &str) -> (&str, Port) {
    let split = entry.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let (host, port) = match split.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host, Some(port)),
        None => (entry, None),
    };
    (host.trim_start_matches('[').trim_end_matches(']'), port)
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
            "http://[::ffff:169.254.169.254]",
            "http://[fd00:0ec2::0254]",
        ] {
            assert!(proxies.of(&url.parse().expect("a URL")).is_none(), "{url}");
        }
        assert!(proxies.of(&Uri::from_static("http://169.254.1.1")).is_some());
    }

    #[test]
    fn a_bad_proxy_is_blamed_on_where_it_comes_from_and_not_repeated() {
        for (url, word) in [
            ("http://me:hunter2@", "URL"),
            ("http://me:hunter2@host:99999", "URL"),
            ("http://me:hunter2@host:port", "URL"),
            ("ftp://me:hunter2@host", "scheme"),
        ] {
            let argument = proxies(Some(url), &[]).expect_err("no proxy");
            let variable = proxies(None, &[("https_proxy", url)]).expect_err("no proxy");
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
    fn passwords_are_not_shown() {
        let proxy = Proxy::parse("me:hunter2@proxy:3128").expect("a proxy");
        assert_eq!((proxy.to_string().as_str(), proxy.url().password()), ("http://proxy:3128", Some("hunter2")));
        assert_eq!(format!("{proxy:?}"), "Proxy(http://proxy:3128)");
    }
}
