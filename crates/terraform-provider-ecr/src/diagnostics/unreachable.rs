//! Calls without a response.

use aws_base::{Failure, Operation};

use super::{
    operation::{attempts, called, own_endpoint},
    summary::Summary,
};

/// Returns the headline, and the reason with the advice.
pub(super) fn text(operation: &Operation, failure: Failure, reason: &str) -> (Summary, String) {
    let check;
    let fips = without_fips(operation.action, operation.endpoint.as_deref());
    let (summary, advice) = match failure {
        // Other programs go on without FIPS if the name is not known. A person must make this decision.
        Failure::Dns if let Some(way_out) = fips => {
            check = format!(
                "That is the FIPS endpoint of the Region, as `use_fips_endpoint`, AWS_USE_FIPS_ENDPOINT or the profile wants \
                 it, and it has no address. {way_out}"
            );
            (Summary::NoFipsEndpoint, check.as_str())
        }
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
        Failure::Proxy => {
            let fips = fips.map(|way_out| format!(" That host is a FIPS endpoint, which may not exist. {way_out}"));
            check = format!(
                "Is it the right proxy, with the right user name and password, in `https_proxy` and `http_proxy` or \
                 HTTPS_PROXY and HTTP_PROXY? Should `no_proxy` or NO_PROXY name that host?{}",
                fips.unwrap_or_default()
            );
            (Summary::NoWayThroughProxy, check.as_str())
        }
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
            let first = own_endpoint(operation).map(|endpoint| format!("{endpoint}, and ")).unwrap_or_default();
            check = format!(
                "There was a connection, and it broke or carried no answer. Check {first}what is on the way: a firewall, a \
                 proxy or a load balancer may have cut it."
            );
            (Summary::NoAnswer, check.as_str())
        }
    };
    (summary, format!("{} got no answer: {reason}.{}\n\n{advice}", called(operation), attempts(operation)))
}

/// Returns the remedy for a FIPS endpoint that may not exist. Most services other than ECR and STS do not have one:
/// <https://docs.aws.amazon.com/general/latest/gr/ecr-public.html>.
fn without_fips(action: &str, endpoint: Option<&str>) -> Option<String> {
    let endpoint = endpoint.filter(|endpoint| endpoint.contains("-fips."))?;
    let host = endpoint.split('/').nth(2)?.replacen("-fips.", ".", 1);
    let (service, setting) = match action.split_once(':')?.0 {
        "ecr-public" => ("ECR Public", format!("`endpoints {{ ecrpublic = \"https://{host}\" }}`")),
        "sso" => ("SSO", format!("`endpoints {{ sso = \"https://{host}\" }}`")),
        "sso-oidc" => ("SSO", format!("AWS_ENDPOINT_URL_SSO_OIDC=https://{host}")),
        _ => {
            let some = "AWS has FIPS endpoints in some Regions only. Ask in one of those, or do without.";
            return Some(some.to_owned());
        }
    };
    Some(format!("Set {setting} to ask {service} alone without FIPS, or turn FIPS off."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_without_fips_is_asked_at_an_endpoint_that_is_named() {
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
