//! The `User-Agent` header of requests.

use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut},
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::{app_name::AppName, os_shim_internal::Env};
use http::HeaderValue;

use crate::{environment::Environment, error::Error, sources::Sources};

const HEADER: &str = "user-agent";

/// The name of an environment variable whose value the SDK adds to the header. AWS's own services set this variable, for example
/// to `AWS_ECS_FARGATE`.
pub(crate) const EXECUTION_ENV: &str = "AWS_EXECUTION_ENV";

/// Adds products to the SDK's header: first the products of the settings, and then the products of `TF_APPEND_USER_AGENT`.
///
/// The products can be added just before a request is sent, because the header is not signed.
#[derive(Clone, Debug)]
pub struct UserAgent {
    added: String,
    /// The value of [`EXECUTION_ENV`] without its control characters. `None` if the value has no control characters. The SDK
    /// cannot send a request with control characters in a header.
    execution_env: Option<String>,
    app: Option<AppName>,
}

impl UserAgent {
    /// Returns the user agent of the settings and the environment.
    ///
    /// # Errors
    /// Returns an error if a variable, or the application name in the profile, is not UTF-8.
    pub(crate) fn find(sources: &Sources) -> Result<Self, Error> {
        let appended = sources.environment.text("TF_APPEND_USER_AGENT")?;
        let products: Vec<_> =
            sources.settings.user_agent.iter().chain(&appended).map(|text| sanitized(text)).collect();
        let app = sources.text(&["AWS_SDK_UA_APP_ID"], "sdk_ua_app_id")?;
        Ok(Self {
            added: products.join(" ").trim().to_owned(),
            execution_env: invalid_execution_env(&sources.environment).map(|text| sanitized(&text)),
            app: app.and_then(|(name, _)| AppName::new(name).ok()),
        })
    }

    /// Returns the application name for the SDK's header.
    pub(crate) fn app(&self) -> Option<AppName> {
        self.app.clone()
    }
}

/// Returns the value of [`EXECUTION_ENV`], if the SDK cannot send this value in a header.
pub(crate) fn invalid_execution_env(environment: &Environment) -> Option<String> {
    environment.text(EXECUTION_ENV).ok().flatten().filter(|text| HeaderValue::from_str(text).is_err())
}

/// Removes characters that are not valid in a header, or that could begin a new header.
fn sanitized(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').collect()
}

impl Intercept for UserAgent {
    fn name(&self) -> &'static str {
        "UserAgent"
    }

    /// If `execution_env` is set, creates the SDK's user agent with this value. Otherwise, the SDK would create the user agent
    /// from the unchanged environment variable.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(execution_env), Some(api)) = (&self.execution_env, config.load::<ApiMetadata>()) {
            let environment = Env::from_slice(&[(EXECUTION_ENV, execution_env)]);
            let mut agent = AwsUserAgent::new_from_environment(environment, api.clone());
            if let Some(app) = &self.app {
                agent.set_app_name(app.clone());
            }
            config.interceptor_state().store_put(agent);
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.added.is_empty() {
            return Ok(());
        }
        let headers = context.request_mut().headers_mut();
        let all = match headers.get(HEADER) {
            Some(sdk) => format!("{sdk} {}", self.added),
            None => self.added.clone(),
        };
        headers.insert(HEADER, HeaderValue::from_str(&all)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn products_are_joined_and_cannot_inject_a_header() {
        let user_agent = vec!["one/1".into(), "two/2 (x)\r\nHost: evil".into()];
        let added = |user_agent: Vec<String>, variables: &[(&str, &str)]| {
            let settings = Settings { user_agent, ..Settings::default() };
            let sources = Sources::load(&settings, &Environment::from_variables(variables)).expect("no files");
            UserAgent::find(&sources).expect("a user agent").added
        };
        let both = added(user_agent, &[("TF_APPEND_USER_AGENT", "ci/3 ä")]);
        assert_eq!(both, "one/1 two/2 (x)Host: evil ci/3");
        assert_eq!(added(Vec::new(), &[]), "");
    }
}
