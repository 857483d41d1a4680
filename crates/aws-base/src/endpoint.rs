//! Configured endpoints.

use crate::{
    endpoint_url::{EndpointUrl, InvalidEndpointUrl},
    error::Error,
    origin::Origin,
    service::Service,
    shown::Shown,
    sources::{Places, Sources},
};

/// A configured endpoint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Endpoint {
    pub(crate) url: EndpointUrl,
    pub(crate) origin: Origin,
}

/// The name of the environment variable that sets the endpoint of all services.
pub(crate) const ALL_SERVICES: &str = "AWS_ENDPOINT_URL";

const IGNORE: Places = Places {
    argument: "",
    variables: &["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    key: "ignore_configured_endpoint_urls",
};

impl Endpoint {
    /// Returns the configured endpoint of a service. The endpoint comes from the settings, the variables for this service, the
    /// variable for all services, or the profile, in this order.
    ///
    /// # Errors
    /// Returns an error if the URL is not valid as an endpoint. The error shows the URL and its origin. An error of the SDK would
    /// show neither.
    pub(crate) fn find(sources: &Sources, service: Service) -> Result<Option<Self>, Error> {
        let found = match sources.settings.endpoints.get(&service) {
            Some(url) => Some(Self { url: url.clone(), origin: Origin::Argument("endpoints") }),
            None => Self::without_argument(sources, service)?,
        };
        match found {
            Some(Self { url, origin }) if url.has_query() => {
                Err(Error::Endpoint { origin, url: url.shown(), problem: InvalidEndpointUrl::Query })
            }
            found => Ok(found),
        }
    }

    fn without_argument(sources: &Sources, service: Service) -> Result<Option<Self>, Error> {
        let is_ignored = sources.switch(&IGNORE, false)?.is_some();
        // The variables for STS are never ignored, because hashicorp/aws reads these variables without the SDK.
        let own = if is_ignored && service != Service::Sts { &[] } else { service.variables() };
        let all = if is_ignored { None } else { Some(ALL_SERVICES) };
        let variables: Vec<_> = own.iter().copied().chain(all).collect();
        let found = match sources.environment.first(&variables)? {
            None if !is_ignored => {
                let url = sources.files.endpoint(service.key())?;
                url.map(|url| (url.to_owned(), sources.files.origin()))
            }
            found => found,
        };
        found.map(|(url, origin)| Self::parse(&url, &origin)).transpose()
    }

    /// Parses the URL of an endpoint. Errors show `origin` as the origin of the URL.
    ///
    /// # Errors
    /// Returns [`Error::Endpoint`] if the URL is not valid.
    pub(crate) fn parse(url: &str, origin: &Origin) -> Result<Self, Error> {
        let origin = origin.clone();
        match EndpointUrl::parse(url) {
            Ok(url) => Ok(Self { url, origin }),
            Err(problem) => Err(Error::Endpoint { origin, url: Shown::endpoint(url), problem }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{environment::Environment, settings::Settings};

    fn found(ecr: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<Endpoint>, Origin> {
        let ecr = ecr.map(|url| (Service::Ecr, EndpointUrl::parse(url).expect("a URL")));
        let settings = Settings {
            shared_config_files: vec!["/nonexistent/config".into()],
            shared_credentials_files: vec!["/nonexistent/credentials".into()],
            endpoints: ecr.into_iter().collect(),
            ..Settings::default()
        };
        let sources = Sources::load(&settings, &Environment::from_variables(variables)).expect("loaded");
        Endpoint::find(&sources, Service::Ecr).map_err(|error| match error {
            Error::Endpoint { origin, url, .. } => {
                assert!(!url.as_str().contains("hunter2"), "{url}");
                origin
            }
            other => panic!("{other}"),
        })
    }

    #[test]
    fn the_most_specific_endpoint_that_is_not_empty_wins() {
        let (own, all) = (("AWS_ENDPOINT_URL_ECR", "http://own"), ("AWS_ENDPOINT_URL", "http://all"));
        let of = |origin, url: &str| Ok(Some(Endpoint { url: EndpointUrl::parse(url).expect("a URL"), origin }));
        let argument = Origin::Argument("endpoints");
        assert_eq!(found(Some("http://argument"), &[own, all]), of(argument, "http://argument"));
        assert_eq!(found(None, &[own, all]), of(Origin::Variable(own.0), own.1));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", ""), all]), of(Origin::Variable(all.0), all.1));
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL_ECR", "")]), Ok(None));
        assert_eq!(found(None, &[own, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]), Ok(None));
    }

    #[test]
    fn an_error_names_the_source_of_an_invalid_endpoint() {
        assert_eq!(found(Some("http://host?a"), &[]), Err(Origin::Argument("endpoints")));
        let variable = |url| [("AWS_ENDPOINT_URL_ECR", url)];
        for url in ["127.0.0.1:1", "http://user:hunter2@host"] {
            assert_eq!(found(None, &variable(url)), Err(Origin::Variable("AWS_ENDPOINT_URL_ECR")));
        }
        assert_eq!(found(None, &[("AWS_ENDPOINT_URL", "x")]), Err(Origin::Variable("AWS_ENDPOINT_URL")));
    }
}
