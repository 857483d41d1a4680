//! Defines the block `endpoints`. The block accepts a URL for each service of hashicorp/aws. Only four of these services are called to get
//! a token.

use std::collections::BTreeMap;

use aws_base::{EndpointUrl, Service, Settings, Shown};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, string},
    model,
    model::{each, set_blocks},
};

use crate::diagnostics::Summary;

/// The names of the services. The file begins with comments and a blank line. Each further line has one service: a name, any other names,
/// and possibly a mark that begins with `#`.
const FILE: &str = include_str!("endpoint-names.txt");

/// The services that return a token, or the credentials for a token. Each of these services has only one name.
const USED: [&str; 4] = ["ecr", "ecrpublic", "sso", "sts"];

model! {
    #[derive(Debug)]
    pub(super) struct Endpoints {
        endpoints: Setting<Vec<Urls>> = set_blocks(),
    }
    rules = [one_name, one_block];
}

model! {
    /// Custom endpoints. A service without a URL here uses its own variable (such as `AWS_ENDPOINT_URL_ECR`), then
    /// `AWS_ENDPOINT_URL`, then the profile's `services` section, then the profile's `endpoint_url`. Write one block. If
    /// there are several blocks, the provider uses the first URL of each service, and prints a warning.
    #[derive(Debug)]
    struct Urls {
        /// The endpoint of Amazon ECR.
        ecr: Option<EndpointUrl> = string().parse(|text: &str| url("ecr", text)).zero_as_unset(),
        /// The endpoint of Amazon ECR Public.
        ecrpublic: Option<EndpointUrl> = string().parse(|text: &str| url("ecrpublic", text)).zero_as_unset(),
        /// The endpoint of IAM Identity Center, for the credentials of an SSO profile.
        sso: Option<EndpointUrl> = string().parse(|text: &str| url("sso", text)).zero_as_unset(),
        /// The endpoint of AWS STS, for roles and for the account of the credentials.
        sts: Option<EndpointUrl> = string().parse(|text: &str| url("sts", text)).zero_as_unset(),
        /// Accepted without effect.
        others: BTreeMap<String, String> = each(others(), string().zero_as_unset().without_effect()),
    }
}

fn services() -> &'static str {
    FILE.split_once("\n\n").map_or("", |(_, services)| services)
}

/// Returns the names of services in one or more lines of the file.
fn names(services: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    services.split_ascii_whitespace().filter(|word| !word.starts_with('#'))
}

fn others() -> impl Iterator<Item = &'static str> + Clone {
    names(services()).filter(|name| !USED.contains(name))
}

fn url(service: &str, text: &str) -> Result<EndpointUrl, Problem> {
    EndpointUrl::parse(text).map_err(|invalid| {
        let url = Shown::endpoint(text);
        let detail = format!(
            "In `endpoints`, `{service}` is {url:?}, which cannot be used: {invalid}.\n\nWrite a URL such as https://host or \
             http://127.0.0.1:5000."
        );
        Problem::new(Summary::InvalidEndpoint, detail).hides_value(url.hides_value())
    })
}

fn one_name(Endpoints { endpoints }: &Endpoints) -> Vec<Diagnostic> {
    let blocks = endpoints.value().map(Vec::as_slice).unwrap_or_default();
    let mut warnings = Vec::new();
    for names in services().lines().map(names) {
        if blocks.iter().all(|urls| names.clone().filter(|name| urls.others.contains_key(*name)).count() < 2) {
            continue;
        }
        let quoted: Vec<_> = names.map(|name| format!("\"endpoints.{name}\"")).collect();
        let detail = format!(
            "Only one of the following attributes should be set: {}. They are names of one service. The first one in this \
             order is used.\n\nA later release of hashicorp/aws will reject this.",
            quoted.join(", ")
        );
        warnings.push(endpoints.warning(Problem::new(Summary::InvalidCombination, detail)));
    }
    warnings
}

/// Returns a warning if there are several blocks. Blocks with unknown values cause no warning, because such blocks may become equal, and
/// Terraform merges equal blocks of a set.
fn one_block(Endpoints { endpoints }: &Endpoints) -> Option<Diagnostic> {
    let count = endpoints.value()?.len();
    if count < 2 || endpoints.has_unknown() {
        return None;
    }
    let detail = format!(
        "Attribute \"endpoints\" should have at most 1 element, got {count}. If two blocks name a service, either of them may \
         be used. Write one block.\n\nA later release of hashicorp/aws will reject this."
    );
    Some(endpoints.warning(Problem::new(Summary::InvalidAttributeValue, detail)))
}

impl Endpoints {
    /// Sets the URLs of the services. If several blocks have a URL for a service, the first URL is used.
    pub(super) fn set(self, settings: &mut Settings) {
        for Urls { ecr, ecrpublic, sso, sts, .. } in self.endpoints.into_value().unwrap_or_default() {
            let urls = [(Service::Ecr, ecr), (Service::EcrPublic, ecrpublic), (Service::Sso, sso), (Service::Sts, sts)];
            for (service, url) in urls.into_iter().filter_map(|(service, url)| Some((service, url?))) {
                settings.endpoints.entry(service).or_insert(url);
            }
        }
    }
}
