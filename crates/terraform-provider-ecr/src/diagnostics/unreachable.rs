//! The errors for calls without a response.

use aws_base::{Failure, Operation};

use super::{
    operation::{attempts, called, own_endpoint},
    summary::Summary,
};

/// Returns the headline and the text of the error. The text has the reason and the advice.
pub(super) fn text(operation: &Operation, failure: Failure, reason: &str) -> (Summary, String) {
    let check;
    let fips = without_fips(operation.action, operation.endpoint.as_deref());
    let (summary, advice) = match failure {
        // If a FIPS host has no address, other programs continue without FIPS. This provider reports an error, so that a person decides.
        Failure::Dns if let Some(way_out) = fips => {
            check = format!(
                "That is the Region's FIPS endpoint, enabled by `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile. It \
                 has no address. {way_out}"
            );
            (Summary::NoFipsEndpoint, check.as_str())
        }
        Failure::Dns => (
            Summary::UnknownHost,
            "The host has no address. Check the spelling of the Region, and the network and name resolution of this machine.",
        ),
        Failure::Refused => (
            Summary::ConnectionRefused,
            "Nothing listens at that address. Check the endpoint, and that the service is running.",
        ),
        Failure::NoRoute => (
            Summary::NoAnswer,
            "This machine has no route to that host. Check its network. If the host has only IPv6 addresses, check that this \
             machine has IPv6.",
        ),
        Failure::Proxy => {
            let fips = fips.map(|way_out| format!(" That host is a FIPS endpoint, which may not exist. {way_out}"));
            check = format!(
                "Check the proxy, its user name and its password in `https_proxy` and `http_proxy`, or in HTTPS_PROXY and \
                 HTTP_PROXY. If that host needs no proxy, add it to `no_proxy` or NO_PROXY.{}",
                fips.unwrap_or_default()
            );
            (Summary::NoWayThroughProxy, check.as_str())
        }
        Failure::Timeout => (
            Summary::NoAnswerInTime,
            "A firewall or a security group may drop the packets, or the name server may be unreachable. Check the network \
             path to that host.",
        ),
        Failure::UnknownIssuer => (
            Summary::NoSecureConnection,
            "A proxy or a firewall that inspects TLS sends its own certificate instead of AWS's. If you trust it, set \
             `custom_ca_bundle` or AWS_CA_BUNDLE to its CA certificate.",
        ),
        Failure::CertificateExpired => (
            Summary::NoSecureConnection,
            "Check the clock of this machine. If the clock is right, that host needs a new certificate.",
        ),
        Failure::CertificateOfAnotherHost => (
            Summary::NoSecureConnection,
            "Write the host of the endpoint as in the certificate, and check whether another server answers in its place.",
        ),
        Failure::NoTls => (
            Summary::NoSecureConnection,
            "If that server uses plain HTTP, such as a stand-in for AWS on this machine, write its endpoint with http://.",
        ),
        Failure::TlsTooWeak => (
            Summary::NoSecureConnection,
            "This provider's TLS library supports TLS 1.2 and 1.3 with AES-GCM or ChaCha20-Poly1305, and RSA keys of 2,048 \
             bits or more. Enable these on that host, or on the proxy or firewall that answers in its place. The \
             troubleshooting guide lists the cipher suites.",
        ),
        Failure::Tls => (
            Summary::NoSecureConnection,
            "The server could not prove that it is that host, or its TLS does not match this provider's. Check for a proxy or \
             a firewall in between.",
        ),
        _ => {
            let first = own_endpoint(operation).map(|endpoint| format!("{endpoint}, and ")).unwrap_or_default();
            check = format!(
                "The connection was made, but it broke or carried no answer. Check {first}the network path: a firewall, a \
                 proxy or a load balancer may have cut the connection."
            );
            (Summary::NoAnswer, check.as_str())
        }
    };
    (summary, format!("{} got no answer: {reason}.{}\n\n{advice}", called(operation), attempts(operation)))
}

/// Returns the advice for a call to a FIPS endpoint, in case this endpoint does not exist. Most services other than ECR and STS have no
/// FIPS endpoints: <https://docs.aws.amazon.com/general/latest/gr/ecr-public.html>.
fn without_fips(action: &str, endpoint: Option<&str>) -> Option<String> {
    let endpoint = endpoint.filter(|endpoint| endpoint.contains("-fips."))?;
    let host = endpoint.split('/').nth(2)?.replacen("-fips.", ".", 1);
    let (service, setting) = match action.split_once(':')?.0 {
        "ecr-public" => ("ECR Public", format!("`endpoints {{ ecrpublic = \"https://{host}\" }}`")),
        "sso" => ("SSO", format!("`endpoints {{ sso = \"https://{host}\" }}`")),
        "sso-oidc" => ("SSO", format!("AWS_ENDPOINT_URL_SSO_OIDC=https://{host}")),
        _ => {
            let some = "AWS has FIPS endpoints in some Regions only. Use one of these Regions, or disable FIPS.";
            return Some(some.to_owned());
        }
    };
    Some(format!("Set {setting} to call {service} without FIPS, or disable FIPS."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_an_endpoint_for_a_service_without_fips() {
        let expected = [
            (
                "ecr-public:GetAuthorizationToken",
                "https://api.ecr-public-fips.us-east-1.amazonaws.com",
                "Set `endpoints { ecrpublic = \"https://api.ecr-public.us-east-1.amazonaws.com\" }`",
            ),
            (
                "sso:GetRoleCredentials",
                "https://portal.sso-fips.cn-north-1.amazonaws.com.cn/federation/credentials",
                "Set `endpoints { sso = \"https://portal.sso.cn-north-1.amazonaws.com.cn\" }`",
            ),
            ("ecr:GetAuthorizationToken", "https://ecr-fips.x.amazonaws.com", "AWS has FIPS endpoints in some Regions"),
        ];
        for (action, endpoint, words) in expected {
            let way_out = |endpoint: &str| without_fips(action, Some(endpoint));
            assert!(way_out(endpoint).is_some_and(|text| text.starts_with(words)), "{:?}", way_out(endpoint));
            assert_eq!(way_out(&endpoint.replace("-fips", "")), None);
        }
    }
}
