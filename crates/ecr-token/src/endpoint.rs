//! Endpoint URLs that people configure.

use std::net::Ipv6Addr;

use http::Uri;
use reqwest::Url;

use crate::{
    environment::Environment,
    error::{Error, Origin},
    port::{port_number, split_port},
    shared_files::SharedFiles,
    shown::{HIDDEN, shown},
    switch::switched_on,
};

/// Says what is wrong with an endpoint URL, before anything is sent to it.
///
/// # Errors
/// A sentence without its period, such as `it has no scheme: write http:// or https:// before it`. It repeats no part of the URL
/// that may be secret.
pub fn check_endpoint(url: &str) -> Result<(), String> {
    check_url(url)?;
    // After the host, too: a password with a slash in it ends the host there.
    if holds_at(url) { Err(USER_NAME.to_owned()) } else { Ok(()) }
}

const USER_NAME: &str = "it holds a user name, which requests would not carry";

/// The same for a URL with a path of its own, in which an `@` may stand.
///
/// # Errors
/// See [`check_endpoint`].
pub(crate) fn check_url(url: &str) -> Result<(), String> {
    let (scheme, rest) = with_scheme(url).ok_or("it has no scheme: write http:// or https:// before it")?;
    if !is_http(scheme) {
        return Err(format!("its scheme is {:?}, and only http and https can be spoken", shown(scheme)));
    }
    if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) {
        return Err("it has no host".to_owned());
    }
    let uri = match url.parse::<Uri>() {
        Ok(uri) => uri,
        Err(_) if holds_at(rest.split(['/', '?', '#']).next().unwrap_or_default()) => return Err(USER_NAME.to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    let authority = uri.authority().ok_or("it has no host")?;
    // `Authority` lets any text pass for a port and then says that there is none.
    let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let bad_port = !after_host.is_empty() && after_host.strip_prefix(':').and_then(port_number).is_none();
    // A password with a slash in it ends the authority: what looks like a port is its first part.
    if holds_at(authority.as_str()) || bad_port && holds_at(rest) {
        return Err(USER_NAME.to_owned());
    }
    if bad_port {
        let port = after_host.trim_start_matches(':');
        let port = if is_port(port.trim_start_matches(['+', '-'])) { port } else { HIDDEN };
        return Err(format!("its port {port:?} is not a number between 1 and 65535, in digits alone"));
    }
    // What requests are sent with is stricter, with numbers that are no address above all.
    Url::parse(url).map(drop).map_err(|error| error.to_string())
}

/// The scheme of a URL, and what follows it.
fn with_scheme(url: &str) -> Option<(&str, &str)> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    url.split_once("://").filter(|(scheme, _)| scheme.bytes().all(letter))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Whether there is an `@`, which ends a user name and a password: plain, encoded, or as its look-alikes of Unicode.
pub(crate) fn holds_at(text: &str) -> bool {
    text.contains(['@', '\u{fe6b}', '\u{ff20}']) || text.contains("%40") || text.contains("%2540")
}

/// An endpoint URL as it may be shown: a scheme, a host, a port and a path. `(hidden)` stands for each part that is not plainly
/// that, from there to the end. A user name, a password and a query are hidden, however they are written.
pub fn shown_endpoint(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if is_http(scheme) => (format!("{scheme}://"), rest),
        Some(_) => return HIDDEN.to_owned(),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // Without a scheme, it may be anything. No key has a point in it, and the tokens that have some have large letters.
    let is_known = !scheme.is_empty()
        || authority.contains(['.', ':', '[']) && !authority.bytes().any(|byte| byte.is_ascii_uppercase())
        || authority == "localhost";
    if holds_at(url) || !is_known || !is_authority(authority) {
        return scheme + HIDDEN;
    }
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, query) = rest.split_at(end);
    let is_path = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
    match (is_path && !(scheme.is_empty() && path.len() > 1), query) {
        (true, "") => format!("{scheme}{authority}{path}"),
        (true, _) => format!("{scheme}{authority}{path}?{HIDDEN}"),
        (false, _) => format!("{scheme}{authority}/{HIDDEN}"),
    }
}

/// Whether this is plainly a host, with a port or without: a name, or an address of IPv4 or in brackets of IPv6. A number after the
/// colon is a port, also one that is too high.
fn is_authority(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_letter);
    let is_v6 = || host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    // A name that is complete ends in a dot.
    let name = host.strip_suffix('.').unwrap_or(host);
    (name.split('.').all(is_label) || is_v6().is_some()) && port.is_none_or(is_port)
}

/// Whether this is plainly meant as the number of a port: a password may stand in its place.
fn is_port(text: &str) -> bool {
    text.trim_start_matches('0').len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The URL with its port as clients write it, without zeros in front: what is signed must be what is sent.
fn with_plain_port(url: String) -> String {
    let Ok(uri) = url.parse::<Uri>() else { return url };
    let (Some(scheme), Some(authority), Some(port)) = (uri.scheme_str(), uri.authority(), uri.port_u16()) else {
        return url;
    };
    if !authority.as_str().strip_prefix(authority.host()).is_some_and(|after| after.starts_with(":0")) {
        return url;
    }
    let path = if url.ends_with('/') { uri.path() } else { uri.path().trim_end_matches('/') };
    format!("{scheme}://{}:{port}{path}", authority.host())
}

/// An endpoint that somebody configured.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) origin: Origin,
}

/// The variable with the endpoint of every service.
pub(crate) const ALL_SERVICES: &str = "AWS_ENDPOINT_URL";

/// The endpoint of a service: of the settings, else of its own variables, else of all services', else of the profile.
/// Checked before anything is asked: what the SDK says of a bad URL names neither the URL nor its origin.
pub(crate) fn configured(
    argument: &Option<String>,
    own: &[&'static str],
    service: &str,
    env: &Environment,
    files: &SharedFiles,
) -> Result<Option<Endpoint>, Error> {
    let ignored = switched_on(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", files, "ignore_configured_endpoint_urls")?;
    let ignored = ignored.is_some();
    let of_profile = || {
        let url = files.endpoint(service)?;
        Ok::<_, Error>(url.map(|url| (url.to_owned(), Origin::Profile(files.profile.clone()))))
    };
    // As in hashicorp/aws, which reads the variables of STS by itself.
    let own = own.iter().copied().filter(|_| !ignored || service == "sts");
    let found = match argument {
        Some(url) => Some((url.clone(), Origin::Argument("endpoints"))),
        None => {
            let variables: Vec<_> = own.chain((!ignored).then_some(ALL_SERVICES)).collect();
            match env.first(&variables)? {
                None if !ignored => of_profile()?,
                found => found,
            }
        }
    };
    let Some((url, origin)) = found else { return Ok(None) };
    let no_query = if url.contains(['?', '#']) {
        Err("it has a query, which requests would not carry".to_owned())
    } else {
        Ok(())
    };
    match check_endpoint(&url).and(no_query) {
        Ok(()) => Ok(Some(Endpoint { url: with_plain_port(url), origin })),
        Err(problem) => Err(Error::Endpoint { origin, url: shown_endpoint(&url), problem }),
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn usable_urls_pass() {
        for url in
            ["http://127.0.0.1:5000", "https://api.ecr.eu-west-1.amazonaws.com", "http://[::1]:80/path", "HTTPS://x"]
        {
            assert_eq!(check_endpoint(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn what_is_plainly_an_endpoint_is_shown() {
        for url in [
            "http://host",
            "HTTPS://host.corp:99999/p",
            "http://[::1]:05000/a.b/~c",
            "http://127.0.0.1:5000",
            "127.0.0.1:5599",
            "[::1]:80",
            "api.ecr.eu-west-1.amazonaws.com",
            "localhost",
            "",
        ] {
            assert_eq!(shown_endpoint(url), if url.is_empty() { HIDDEN } else { url });
        }
        assert_eq!(shown_endpoint("http://host/p?token=hunter2"), "http://host/p?(hidden)");
        assert_eq!(shown_endpoint("http://host#hunter2"), "http://host?(hidden)");
        assert_eq!(shown_endpoint("http://host/;token=hunter2"), "http://host/(hidden)");
        assert_eq!(shown_endpoint("host.corp/hunter2"), "host.corp/(hidden)");
    }

    #[test]
    fn passwords_are_not_shown_however_they_are_written() {
        for url in [
            "http://user:hunter2@host:1/p",
            "http://user:hunter2%40host",
            "http://user%3Ahunter2%40host",
            "http://user:hunter2%2540host",
            "http://user:hunter2\u{ff20}host",
            "http://user:hunter2\u{fe6b}host",
            "http://user:hunter2",
            "http://user:hunter2/",
            "http://user:hunter2\\@host",
            "http://user:hun/ter2@host",
            "http://user:12/hunter2@host",
            "http://user:12/hunter2%40host",
            "http://user:12?hunter2@host",
            "http://user:12#hunter2@host",
            "http://user:hun@ter2@host",
            "http://user:hunter2@host@host",
            "http://user:p@hunter2",
            "http://user:p@hunter2:80",
            "http://user:hunter2;@host",
            "http://user hunter2",
            "http://user:\thunter2@host",
            "http://user:hunter2\n",
            "http://user:123456",
            "http://hunter:correct",
            "http://user:hunter2@host?hunter2",
            "hunter2://host",
            "user:hunter2://x@host",
            "user:hun@ter2@host",
            "user:hunter2@host",
            "user:hunter2",
            "//user:hunter2@host",
            "http:/user:hunter2@host",
            "http:user:hunter2@host",
            "http//user:hunter2@host",
            "ftp://user:hunter2@host",
            "hunter2",
            "hunter2/hunter2",
            "eyJhunter2.eyJ.x",
        ] {
            let (shown, problem) = (shown_endpoint(url), check_endpoint(url).expect_err(url));
            assert!(matches!(&*shown, "(hidden)" | "http://(hidden)"), "{url}: {shown}");
            assert!(
                !problem.contains("hunter2") && !problem.contains("123456") && !problem.contains("correct"),
                "{url}: {problem}"
            );
        }
    }

    #[test]
    fn others_are_told_what_is_wrong() {
        for (url, word) in [
            ("127.0.0.1:5599", "scheme"),
            ("", "scheme"),
            ("ftp://host", "scheme"),
            ("http://", "host"),
            ("http://:80", "host"),
            ("http://127.0.0.1:99999", "port"),
            ("http://127.0.0.1:0", "port"),
            ("http://127.0.0.1:http", "port"),
            ("http://[::1]:x", "port"),
            ("http://[::1]:", "port"),
            ("http://127.0.0.1:+5000", "port"),
            ("http://127.0.0.1:-1", "port"),
            ("http://127.0.0.1:00", "port"),
            ("http://user:hunter2@host", "user name"),
            ("http://user:hunter2/x@host", "user name"),
            ("http://user:12/hunter2@host", "user name"),
            ("http://user:hunter2%40host", "user name"),
            ("user:hunter2@http://host", "scheme"),
            ("http://a b", "uri"),
            ("http://127.0.0.256:5000", "IPv4"),
        ] {
            let problem = check_endpoint(url).expect_err(url);
            assert!(problem.contains(word) && !problem.contains("hunter2"), "{url}: {problem}");
        }
    }

    async fn found(ecr: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<Endpoint>, Origin> {
        let settings = Settings {
            shared_config_files: vec!["/nonexistent/config".into()],
            shared_credentials_files: vec!["/nonexistent/credentials".into()],
            ..Settings::default()
        };
        let env = Environment::given(variables);
        let files = SharedFiles::load(&settings, &env).expect("loaded");
        match configured(&ecr.map(ToOwned::to_owned), &["AWS_ENDPOINT_URL_ECR"], "ecr", &env, &files) {
            Ok(endpoint) => Ok(endpoint),
            Err(Error::Endpoint { origin, url, .. }) => {
                assert!(!url.contains("hunter2"), "{url}");
                Err(origin)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn the_nearest_endpoint_is_taken_and_empty_ones_are_not() {
        let (own, all) = (("AWS_ENDPOINT_URL_ECR", "http://own"), ("AWS_ENDPOINT_URL", "http://all"));
        let of = |origin, url: &str| Ok(Some(Endpoint { url: url.to_owned(), origin }));
        let argument = Origin::Argument("endpoints");
        assert_eq!(found(Some("http://argument"), &[own, all]).await, of(argument, "http://argument"));
        assert_eq!(found(None, &[own, all]).await, of(Origin::Variable(own.0), own.1));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", ""), all]).await, of(Origin::Variable(all.0), all.1));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", "")]).await, Ok(None));
        assert_eq!(found(None, &[own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).await, Ok(None));
    }

    #[tokio::test]
    async fn zeros_before_a_port_are_left_out() {
        for (url, plain) in [
            ("http://host:05", "http://host:5"),
            ("https://[::05]:00443/", "https://[::05]:443/"),
            ("http://host:080/a/05/", "http://host:80/a/05/"),
            ("http://host:50/a", "http://host:50/a"),
        ] {
            let found = found(Some(url), &[]).await.expect("usable");
            assert_eq!(found.map(|endpoint| endpoint.url).as_deref(), Some(plain));
        }
    }

    #[tokio::test]
    async fn a_bad_endpoint_is_blamed_on_where_it_comes_from() {
        assert_eq!(found(Some("127.0.0.1:1"), &[]).await, Err(Origin::Argument("endpoints")));
        assert_eq!(found(Some("http://user:hunter2@host"), &[]).await, Err(Origin::Argument("endpoints")));
        let variable = [("AWS_ENDPOINT_URL_ECR", "127.0.0.1:1")];
        assert_eq!(found(None, &variable).await, Err(Origin::Variable("AWS_ENDPOINT_URL_ECR")));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL", "x")]).await, Err(Origin::Variable("AWS_ENDPOINT_URL")));
    }
}
