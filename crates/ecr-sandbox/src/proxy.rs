//! The sandbox as a proxy: AWS's hosts, all of which it stands in for, and nobody else's.

use std::net::IpAddr;

use http::{StatusCode, Uri};

use crate::{
    action::CONNECT,
    call::Call,
    connection::Outcome,
    host::Host,
    record::Request,
    refusal::status_of,
    reply::{Reply, json, text},
    sandbox::State,
};

/// What the hosts of AWS's APIs and of ECR's registries end with, in all partitions, and what those of registries end with there
/// (<https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json>).
const DOMAINS: [(&str, &str); 17] = [
    ("amazonaws.com", "amazonaws.com"),
    ("amazonaws.com.cn", "amazonaws.com.cn"),
    ("amazonaws.eu", "amazonaws.eu"),
    ("amazonwebservices.com.cn", "amazonaws.com.cn"),
    ("amazonwebservices.eu", "amazonaws.eu"),
    ("api.aws", "amazonaws.com"),
    ("api.aws.hci.ic.gov", "csp.hci.ic.gov"),
    ("api.aws.ic.gov", "c2s.ic.gov"),
    ("api.aws.scloud", "sc2s.sgov.gov"),
    ("api.cloud-aws.adc-e.uk", "cloud.adc-e.uk"),
    ("c2s.ic.gov", "c2s.ic.gov"),
    ("cloud.adc-e.uk", "cloud.adc-e.uk"),
    ("csp.hci.ic.gov", "csp.hci.ic.gov"),
    ("ecr-public.aws.com", "amazonaws.com"),
    ("ecr.aws", "amazonaws.com"),
    ("on.aws", "amazonaws.com"),
    ("sc2s.sgov.gov", "sc2s.sgov.gov"),
];

/// The names that are for tests: <https://www.rfc-editor.org/rfc/rfc6761#section-6.2>
const TESTS: &str = "test";

/// Opens a tunnel, whose other end is this sandbox, or refuses to.
pub(crate) async fn connect(state: &State, request: &Call) -> Outcome {
    let to = if request.tunnel.is_none() { target(&request.uri) } else { None };
    let action = to.as_ref().map_or_else(|| CONNECT.to_owned(), |(host, port)| format!("{CONNECT} {host}:{port}"));
    let befalls = state.faults.next(CONNECT);
    befalls.wait().await;
    let refusal = |status, code: &str, message: &str| json(status_of(status), &serde_json::json!({code: message}));
    let throttled = || text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n");
    let outcome = match (befalls.instead.clone(), to) {
        (Some(effect), _) => effect.outcome(refusal, throttled),
        (None, None) => Outcome::Reply(text(
            StatusCode::BAD_REQUEST,
            "ecr-sandbox: CONNECT takes HOST:PORT, and no tunnel leads through another\n",
        )),
        (None, Some((host, port))) if is_known(&host) => Outcome::Tunnel(format!("{host}:{port}")),
        (None, Some((host, _))) => Outcome::Reply(not_aws(&host)),
    };
    let outcome = befalls.cut(outcome);
    let service = "proxy".to_owned();
    state.record.add(Request { service, action, status: outcome.status(), ..Request::default() });
    outcome
}

/// Host, as [`normal`] has it, and port. A user name would be a secret, and says nothing to anybody.
fn target(uri: &Uri) -> Option<(String, u16)> {
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let port = authority.port_u16().filter(|_| uri.scheme().is_none())?;
    Some((normal(authority.host()), port))
}

/// The host in small letters, without a port and a dot at its end: hosts that differ in nothing else are the same.
pub(crate) fn normal(host: &str) -> String {
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    };
    without_port.trim_end_matches('.').to_ascii_lowercase()
}

/// The answer to whoever asks the proxy to connect to somebody else's host.
fn not_aws(host: &str) -> Reply {
    let problem = format!("ecr-sandbox: it connects to AWS's hosts alone, and not to {host}\n");
    text(StatusCode::FORBIDDEN, problem)
}

/// Whether a request that names this host, in absolute form, is answered: AWS's, and addresses of this machine, for which nobody
/// else can be meant.
pub(crate) fn answers_for(host: &Host) -> bool {
    let is_local = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_unspecified() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unspecified(),
    };
    host.address().map_or_else(|| is_known(&host.to_string()), is_local)
}

fn is_known(host: &str) -> bool {
    domain(host).is_some() || is_below(host, TESTS)
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.') && !rest.starts_with('.'))
}

/// What the hosts of registries end with in the partition of a host.
fn domain(host: &str) -> Option<&'static str> {
    DOMAINS.iter().find(|(end, _)| is_below(host, end)).map(|(_, domain)| *domain)
}

/// What ECR's registries end with in the partition of this host, if it is one that ECR's API has in that Region.
pub(crate) fn domain_of(host: &str, region: &str) -> Option<&'static str> {
    let host = normal(host);
    let is_api = host.split('.').any(|label| ["ecr", "ecr-fips"].contains(&label));
    domain(&host).filter(|_| is_api && host.split('.').any(|label| label == region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_hosts_and_those_for_tests_are_known() {
        for host in [
            "api.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            "public.ecr.aws",
            "ecr.eu-west-1.api.aws",
            "api.ecr.us-iso-east-1.c2s.ic.gov",
            "ecr.test",
        ] {
            assert!(is_known(host), "{host}");
        }
        for host in ["", ".test", "registry.terraform.io", "notamazonaws.com", "amazonaws.com.example", "127.0.0.1"] {
            assert!(!is_known(host), "{host}");
        }
    }

    #[test]
    fn a_target_is_a_host_and_a_port() {
        let target = |text: &str| target(&text.parse().expect("a URI"));
        assert_eq!(
            target("API.ECR.eu-west-1.amazonaws.com.:443"),
            Some(("api.ecr.eu-west-1.amazonaws.com".to_owned(), 443))
        );
        for text in ["me:hunter2@sts.amazonaws.com:443", "http://amazonaws.com/", "amazonaws.com", "test:99999"] {
            assert_eq!(target(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_of_this_machine_are_answered_for() {
        let answers_for = |host: &str| answers_for(&host.parse().expect("a host"));
        for host in ["0.0.0.0", "[::]", "169.254.169.254", "STS.amazonaws.com", "sts.amazonaws.com.", "ecr.test"] {
            assert!(answers_for(host), "{host}");
        }
        for host in ["example.com", "amazonaws.com.evil.example", "192.0.2.1", "10.0.0.1"] {
            assert!(!answers_for(host), "{host}");
        }
    }

    #[test]
    fn registries_are_in_the_partition_of_the_api() {
        assert_eq!(domain_of("api.ecr.eu-west-1.amazonaws.com", "eu-west-1"), Some("amazonaws.com"));
        assert_eq!(domain_of("api.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"), Some("amazonaws.com.cn"));
        assert_eq!(domain_of("api.ecr-fips.us-east-1.amazonaws.com", "us-east-1"), Some("amazonaws.com"));
        assert_eq!(domain_of("ecr-fips.us-east-1.api.aws", "us-east-1"), Some("amazonaws.com"));
        assert_eq!(domain_of("ECR.cn-north-1.api.amazonwebservices.com.cn.", "cn-north-1"), Some("amazonaws.com.cn"));
        assert_eq!(domain_of("vpce-1.api.ecr.eu-west-1.vpce.amazonaws.com", "eu-west-1"), Some("amazonaws.com"));
        for host in ["api.ecr.eu-west-2.amazonaws.com", "ecr.test", "api.ecr.eu-west-1.example.com"] {
            assert_eq!(domain_of(host, "eu-west-1"), None, "{host}");
        }
    }
}
