//! The block `endpoints`: a URL for each service that hashicorp/aws has, four of which are asked for a token.

use ecr_token::{Endpoints, check_endpoint};
use terraform_plugin::{Attribute, Block, Diagnostic, Diagnostics, Object};

use super::settings::text;
use crate::diagnostics::{self, Summary};

/// A service a line: its name, then other names for it. From hashicorp/aws 6, of which a new version may have more.
const NAMES: &str = include_str!("endpoint-names.txt");

/// The services that a token is asked from, or the credentials for it.
pub(crate) const USED: [&str; 4] = ["ecr", "ecrpublic", "sso", "sts"];

/// The schema of the block.
pub(crate) fn block() -> Block {
    let attributes = NAMES.split_whitespace().map(|name| {
        let description = match name {
            "ecr" => "The URL to ask instead of Amazon ECR's.",
            "ecrpublic" => "The URL to ask instead of Amazon ECR Public's.",
            "sso" => "The URL to ask instead of IAM Identity Center's, for the credentials of an SSO profile.",
            "sts" => "The URL to ask instead of AWS STS's, for roles and for whose credentials they are.",
            _ => "Accepted without effect.",
        };
        Attribute::string(name).optional().description(description)
    });
    Block::new(
        "URLs to ask instead of AWS's own. Where there is none for a service, its own variable counts (such as \
         `AWS_ENDPOINT_URL_ECR`), then `AWS_ENDPOINT_URL`, then the profile's `services` section, then its `endpoint_url`. \
         Write one block: of several, the first URL of a service counts, with a warning.",
    )
    .attributes(attributes)
}

/// The URLs that count: of several blocks, the first that has one.
pub(crate) fn endpoints(config: &Object) -> Endpoints {
    let url = |service| config.blocks("endpoints").find_map(|block| text(block, service));
    let mut endpoints = Endpoints::default();
    [endpoints.ecr, endpoints.ecr_public, endpoints.sso, endpoints.sts] = USED.map(url);
    endpoints
}

/// Finds URLs that cannot be asked, and warns where a person may expect more than the first to count.
///
/// An element of a set cannot be pointed at: the path is that of the set.
pub(crate) fn validate(config: &Object) -> Diagnostics {
    let blocks: Vec<_> = config.blocks("endpoints").collect();
    let mut diagnostics = Diagnostics::new();
    for (block, service) in blocks.iter().flat_map(|block| USED.map(|service| (block, service))) {
        if let Some(url) = text(block, service)
            && let Err(problem) = check_endpoint(&url)
        {
            diagnostics.push(diagnostics::endpoint(service, &url, &problem));
        }
    }
    for names in NAMES.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()) {
        let several = |block: &&Object| names.iter().filter(|name| text(block, name).is_some()).count() > 1;
        if blocks.iter().any(several) {
            diagnostics.push(several_names(&names));
        }
    }
    // Blocks that differ in nothing but what is unknown may turn out to be one.
    if blocks.len() > 1 && blocks.iter().all(|block| block.unknown_paths().is_empty()) {
        diagnostics.push(several_blocks(blocks.len()));
    }
    diagnostics
}

fn several_names(names: &[&str]) -> Diagnostic {
    let quoted: Vec<_> = names.iter().map(|name| format!("\"endpoints.{name}\"")).collect();
    Diagnostic::warning(
        Summary::InvalidCombination,
        format!(
            "Only one of the following attributes should be set: {}. They are names of one service, and the first in this \
             order counts.\n\nA later release of hashicorp/aws will refuse this.",
            quoted.join(", ")
        ),
    )
    .at("endpoints")
}

fn several_blocks(count: usize) -> Diagnostic {
    Diagnostic::warning(
        Summary::InvalidAttributeValue,
        format!(
            "Attribute \"endpoints\" should have at most 1 element, got {count}. Where two blocks name a service, it is \
             not said which of them counts: write one block.\n\nA later release of hashicorp/aws will refuse this."
        ),
    )
    .at("endpoints")
}

#[cfg(test)]
mod tests {
    use terraform_plugin::{Severity, Value};

    use super::*;

    fn with(blocks: Vec<Object>) -> Object {
        Object::new().with("endpoints", blocks)
    }

    fn said(config: &Object) -> Vec<(Severity, String, String)> {
        let path = |diagnostic: &Diagnostic| diagnostic.path().map(ToString::to_string).unwrap_or_default();
        let parts =
            |diagnostic: &Diagnostic| (diagnostic.severity(), diagnostic.summary().to_owned(), path(diagnostic));
        validate(config).iter().map(parts).collect()
    }

    #[test]
    fn every_name_of_the_reference_is_there_once() {
        let mut names: Vec<_> = NAMES.split_whitespace().collect();
        assert_eq!((NAMES.lines().count(), names.len()), (261, 309));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 309);
        assert!(USED.iter().all(|used| NAMES.lines().any(|line| line == *used)), "and has no other name");
    }

    #[test]
    fn a_url_that_cannot_be_asked_is_an_error_where_it_would_be_asked() {
        for service in USED {
            let config = with(vec![Object::new().with(service, "127.0.0.1:5599")]);
            assert_eq!(
                said(&config),
                [(Severity::Error, "Invalid Endpoint URL".to_owned(), "endpoints".to_owned())],
                "{service}"
            );
        }
        assert_eq!(said(&with(vec![Object::new().with("s3", "127.0.0.1:5599")])), []);
    }

    #[test]
    fn several_names_of_one_service_are_warned_of() {
        let block = Object::new().with("amp", "http://a").with("prometheus", "http://b").with("sfn", "http://c");
        let config = with(vec![block]);
        let warning = (Severity::Warning, "Invalid Attribute Combination".to_owned(), "endpoints".to_owned());
        assert_eq!(said(&config), [warning]);
        let detail = validate(&config).iter().map(|diagnostic| diagnostic.detail().to_owned()).collect::<String>();
        assert!(
            detail.contains(r#""endpoints.amp", "endpoints.prometheus", "endpoints.prometheusservice""#),
            "{detail}"
        );
        for other in [Value::Unknown, Value::Null, "".into()] {
            assert_eq!(said(&with(vec![Object::new().with("amp", "http://a").with("prometheus", other)])), []);
        }
    }

    #[test]
    fn several_blocks_are_warned_of_and_the_first_url_counts() {
        let [first, second] = ["http://a", "http://b"].map(|url| Object::new().with("ecr", url));
        let config = with(vec![Object::new().with("ecr", "").with("sts", "http://c"), first, second]);
        let warning = (Severity::Warning, "Invalid Attribute Value".to_owned(), "endpoints".to_owned());
        assert_eq!(said(&config), [warning]);
        let endpoints = endpoints(&config);
        let urls = (endpoints.ecr.as_deref(), endpoints.sso.as_deref(), endpoints.sts.as_deref());
        assert_eq!(urls, (Some("http://a"), None, Some("http://c")));
    }

    #[test]
    fn nothing_is_said_of_what_is_unknown() {
        let unknown = |service: &str| Object::new().with(service, Value::Unknown);
        for config in [
            Object::new().with("endpoints", Value::Unknown),
            Object::new().with("endpoints", vec![Value::Unknown, Value::Unknown]),
            with(vec![unknown("ecr"), unknown("sts")]),
            with(vec![unknown("ecr"), Object::new().with("ecr", "http://a")]),
        ] {
            assert_eq!(said(&config), [], "{config:?}");
        }
    }
}
