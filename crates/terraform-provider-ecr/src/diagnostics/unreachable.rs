//! Calls that got no answer.

use ecr_token::{Asked, Failure};

use super::{Summary, attempts, called, own_endpoint};

/// The headline, and the reason with what to do.
pub(super) fn text(asked: &Asked, failure: Failure, reason: &str) -> (Summary, String) {
    let check;
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
        Failure::NoRoute => (
            Summary::NoAnswer,
            "No network leads to that host from here. Check the network of this machine, and whether it has IPv6 where the \
             host has nothing else.",
        ),
        Failure::Proxy => (
            Summary::NoWayThroughProxy,
            "Is it the right proxy, with the right user name and password, in `https_proxy` and `http_proxy` or HTTPS_PROXY \
             and HTTP_PROXY? Should `no_proxy` or NO_PROXY name that host?",
        ),
        Failure::Timeout => (
            Summary::NoAnswerInTime,
            "A firewall or a security group that drops packets looks like this, a name server out of reach as well: is there a \
             way to that host from here?",
        ),
        Failure::UnknownIssuer => (
            Summary::NoSecureConnection,
            "A proxy or a firewall that reads along shows a certificate of its own in place of AWS's: if it is to do so, \
             name its authority with `custom_ca_bundle` or AWS_CA_BUNDLE.",
        ),
        Failure::CertificateExpired => (
            Summary::NoSecureConnection,
            "Is the clock of this machine right? Otherwise that host needs a new certificate.",
        ),
        Failure::CertificateOfAnotherHost => (
            Summary::NoSecureConnection,
            "Is the endpoint written as in the certificate, or does something else answer in place of that host?",
        ),
        Failure::NoTls => (
            Summary::NoSecureConnection,
            "If it is to be asked without TLS, such as something on this machine that stands in for AWS, write its endpoint \
             with http://.",
        ),
        Failure::TlsTooWeak => (
            Summary::NoSecureConnection,
            "This provider's TLS library takes TLS 1.2 and 1.3 with AES-GCM or ChaCha20-Poly1305, and RSA keys of 2,048 bits \
             or more. Enable these on that host, or on the proxy or firewall that answers in its place. The guide to \
             troubleshooting lists the cipher suites.",
        ),
        Failure::Tls => (
            Summary::NoSecureConnection,
            "The other side could not prove that it is that host, or does not speak TLS as this provider does: is there a \
             proxy or a firewall in between?",
        ),
        _ => {
            let first = own_endpoint(asked).map(|endpoint| format!("{endpoint}, and ")).unwrap_or_default();
            check = format!(
                "There was a connection, and it broke or carried no answer. Check {first}what is on the way: a firewall, a \
                 proxy or a load balancer may have cut it."
            );
            (Summary::NoAnswer, check.as_str())
        }
    };
    (summary, format!("{} got no answer: {reason}.{}\n\n{advice}", called(asked), attempts(asked)))
}
