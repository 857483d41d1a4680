//! The sandbox as a proxy: AWS's hosts, all of which it stands in for, and nobody else's.

use http::StatusCode;

use crate::{
    call::Call,
    connection::Outcome,
    record::Request,
    refusal::status_of,
    reply::{json, text},
    sandbox::State,
};

/// By which faults know requests for a tunnel.
const CONNECT: &str = "CONNECT";

/// What the hosts of AWS's APIs and of ECR's registries end with, in all partitions
/// (<https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json>), and the names that are for
/// tests (<https://www.rfc-editor.org/rfc/rfc6761#section-6.2>).
const DOMAINS: [&str; 17] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "api.aws",
    "api.aws.ic.gov",
    "api.aws.hci.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "c2s.ic.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "ecr.aws",
    "on.aws",
    "sc2s.sgov.gov",
    "test",
];

/// Opens a tunnel, whose other end is this sandbox, or refuses to.
pub(crate) async fn connect(state: &State, request: &Call) -> Outcome {
    let to = request.uri.to_string();
    let befalls = state.faults.next(CONNECT);
    befalls.wait().await;
    let refusal = |status, code: &str, message: &str| json(status_of(status), &serde_json::json!({code: message}));
    let throttled = || text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n");
    let outcome = match befalls.instead.clone() {
        Some(effect) => effect.outcome(refusal, throttled),
        None if request.uri.host().is_some_and(is_known) => Outcome::Tunnel(to.clone()),
        None => Outcome::Reply(text(
            StatusCode::FORBIDDEN,
            format!("ecr-sandbox: it stands in for AWS's hosts, and {to} is none\n"),
        )),
    };
    let outcome = befalls.cut(outcome);
    let (service, action) = ("proxy".to_owned(), format!("{CONNECT} {to}"));
    state.record.add(Request { service, action, status: outcome.status(), ..Request::default() });
    outcome
}

fn is_known(host: &str) -> bool {
    let mut rests = DOMAINS.iter().filter_map(|domain| host.strip_suffix(domain));
    rests.any(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What ECR's registries end with in the partition of this host, if it is one that ECR's API has.
pub(crate) fn domain_of<'a>(host: &'a str, region: &str) -> Option<&'a str> {
    if !is_known(host) {
        return None;
    }
    let rest = ["api.ecr.", "api.ecr-fips."].iter().find_map(|start| host.strip_prefix(start))?;
    rest.strip_prefix(region)?.strip_prefix('.')
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
        for host in ["", "registry.terraform.io", "notamazonaws.com", "amazonaws.com.example", "127.0.0.1"] {
            assert!(!is_known(host), "{host}");
        }
    }

    #[test]
    fn registries_are_in_the_partition_of_the_api() {
        assert_eq!(domain_of("api.ecr.eu-west-1.amazonaws.com", "eu-west-1"), Some("amazonaws.com"));
        assert_eq!(domain_of("api.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"), Some("amazonaws.com.cn"));
        assert_eq!(domain_of("api.ecr-fips.us-east-1.amazonaws.com", "us-east-1"), Some("amazonaws.com"));
        for host in ["api.ecr.eu-west-2.amazonaws.com", "ecr.test", "api.ecr.eu-west-1.example.com"] {
            assert_eq!(domain_of(host, "eu-west-1"), None, "{host}");
        }
    }
}
