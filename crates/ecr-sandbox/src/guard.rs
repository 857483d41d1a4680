//! Rejects requests for hosts that the sandbox does not stand in for. Below `/_sandbox`, also rejects requests from web pages.

use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{HOST, ORIGIN},
};

use crate::{
    domain,
    host::Host,
    port::Connection,
    reply::{Reply, text},
    state::State,
};

/// The header in which browsers describe the origin of a request. The value `none` means that a person typed the URL.
/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The reason why the host of a request is not clear.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum UnclearHost {
    #[error("the request has no Host header")]
    NoHost,
    #[error("the request has more than one Host header")]
    SeveralHosts,
    #[error("the host of the request is not HOST or HOST:PORT")]
    NotAHost,
    #[error("the host of the request is not the host of its tunnel")]
    NotOfTunnel,
}

/// Returns an error response if the sandbox does not stand in for the request's host. Requests for other hosts come, for
/// example, from a web page whose host name resolves to this machine.
///
/// A client that uses the sandbox as a proxy is allowed to name AWS's hosts, because the client itself has chosen the proxy.
/// CONNECT requests are not checked here, because the proxy checks their target.
pub(crate) fn reject_other_host<T>(state: &State, request: &Request<T>, connection: &Connection) -> Option<Reply> {
    if request.method() == Method::CONNECT {
        return None;
    }
    let host = match target(request) {
        Ok(host) => host,
        Err(unclear) => return Some(not_clear(unclear)),
    };
    if let Some(tunnel) = &connection.tunnel {
        let is_through_it = Host::of_authority(tunnel).is_some_and(|target| target == host);
        return (!is_through_it).then(|| not_clear(UnclearHost::NotOfTunnel));
    }
    if state.hosts.take(&host, connection.address.ip()) {
        return None;
    }
    if request.uri().host().is_some() {
        return (!domain::answers_for(&host)).then(|| text(StatusCode::FORBIDDEN, advice(&host)));
    }
    Some(text(StatusCode::MISDIRECTED_REQUEST, advice(&host)))
}

/// Returns the host of a request. An absolute URL in the request line takes precedence over the `Host` header:
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2>
fn target<T>(request: &Request<T>) -> Result<Host, UnclearHost> {
    let mut headers = request.headers().get_all(HOST).iter();
    let header = headers.next().map(|value| value.to_str().map_err(|_| UnclearHost::NotAHost)).transpose()?;
    if headers.next().is_some() {
        return Err(UnclearHost::SeveralHosts);
    }
    let read = |text| Host::of_authority(text).ok_or(UnclearHost::NotAHost);
    let host = header.map(read).transpose()?;
    let target = request.uri().authority().map(|authority| read(authority.as_str())).transpose()?;
    target.or(host).ok_or(UnclearHost::NoHost)
}

fn advice(host: &Host) -> String {
    format!(
        "ecr-sandbox: the sandbox does not stand in for {host}\nUse localhost, or start the sandbox with --host {host}\n"
    )
}

/// Returns the response to a request whose host is not clear. The response does not repeat the text of the host, because the text
/// can contain a password.
fn not_clear(unclear: UnclearHost) -> Reply {
    let advice = "Send one Host header with localhost or the NAME of --host NAME, and without a user name";
    text(StatusCode::MISDIRECTED_REQUEST, format!("ecr-sandbox: {unclear}\n{advice}\n"))
}

/// Returns an error response if the headers show that a web page caused the request.
pub(crate) fn reject_web_page(headers: &HeaderMap) -> Option<Reply> {
    let problem = "ecr-sandbox: /_sandbox/ does not accept requests of web pages\nUse curl, without an Origin header\n";
    let is_of_page =
        headers.contains_key(ORIGIN) || headers.get_all(SEC_FETCH_SITE).iter().any(|value| value != "none");
    is_of_page.then(|| text(StatusCode::FORBIDDEN, problem))
}
