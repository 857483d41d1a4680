//! What requests say about who makes them.

use aws_sdk_ecr::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut},
    error::BoxError,
};
use http::HeaderValue;

use crate::{environment::Environment, error::Error, settings::Settings};

const HEADER: &str = "user-agent";

/// Adds to what the SDK says: the settings' products, then what `TF_APPEND_USER_AGENT` holds.
///
/// At the last moment: the header is not part of what is signed.
#[derive(Clone, Debug)]
pub(crate) struct UserAgent(String);

impl UserAgent {
    pub(crate) fn find(settings: &Settings, env: &Environment) -> Result<Self, Error> {
        let appended = env.text("TF_APPEND_USER_AGENT")?;
        let products: Vec<_> = settings.user_agent.iter().chain(&appended).map(|text| clean(text)).collect();
        Ok(Self(products.join(" ").trim().to_owned()))
    }
}

/// Without what a header cannot hold, and what could begin another header.
fn clean(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').collect()
}

impl Intercept for UserAgent {
    fn name(&self) -> &'static str {
        "UserAgent"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let headers = context.request_mut().headers_mut();
        let all = match headers.get(HEADER) {
            Some(sdk) => format!("{sdk} {}", self.0),
            None => self.0.clone(),
        };
        headers.insert(HEADER, HeaderValue::from_str(&all)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_joined_and_cannot_break_out() {
        let settings =
            Settings { user_agent: vec!["one/1".into(), "two/2 (x)\r\nHost: evil".into()], ..Settings::default() };
        let env = Environment::given(&[("TF_APPEND_USER_AGENT", "ci/3 ä")]);
        assert_eq!(UserAgent::find(&settings, &env).expect("a user agent").0, "one/1 two/2 (x)Host: evil ci/3");
        assert_eq!(UserAgent::find(&Settings::default(), &Environment::given(&[])).expect("a user agent").0, "");
    }
}
