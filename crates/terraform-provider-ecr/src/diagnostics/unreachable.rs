//! What it may be when AWS says nothing.

use ecr_token::{Asked, Failure};

use super::{Summary, attempts, called};

pub(super) fn text(asked: &Asked, failure: Failure, reason: &str) -> (Summary, String) {
    let (summary, advice) = match failure {
        // Others go on without FIPS where the name is not known: that is for a person to decide.
        Failure::Dns if asked.endpoint.as_deref().is_some_and(|endpoint| endpoint.contains("-fips.")) => (
            Summary::NoFipsEndpoint,
            "That is the FIPS endpoint of the Region, as `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile wants \
             it, and it has no address: AWS has FIPS endpoints in some Regions only. Ask in one of those, or do without.",
        ),
        Failure::Dns => (
            Summary::UnknownHost,
            "The host has no address: is the Region spelled right, and is there a network with name resolution?",
        ),
        Failure::Refused => {
            (Summary::ConnectionRefused, "Nothing listens there: is the endpoint right, and is the service running?")
        }
        Failure::Proxy => (
            Summary::NoWayThroughProxy,
            "That is what the proxy says, or the way to it. Is it right, with its user name and password, in `https_proxy` \
             and `http_proxy` or HTTPS_PROXY and HTTP_PROXY? Should `no_proxy` or NO_PROXY name that host?",
        ),
        Failure::Timeout => {
            (Summary::NoAnswerInTime, "Is there a way to that host from here, past firewalls and proxies?")
        }
        Failure::Tls => (
            Summary::NoSecureConnection,
            "The other side could not prove that it is that host: is there a proxy in between whose certificate is not \
             trusted here (then name its authority with `custom_ca_bundle` or AWS_CA_BUNDLE), or a server that does not \
             speak TLS?",
        ),
        _ => (Summary::NoAnswer, "Is there a way to that host from here, past firewalls and proxies?"),
    };
    (summary, format!("{} got no answer: {reason}.{}\n\n{advice}", called(asked), attempts(asked)))
}
