//! Where a request really went.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ecr::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::BoxError,
};

use crate::error::Asked;

/// Remembers where a request went: the SDK's errors do not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenEndpoint(Arc<Mutex<Option<String>>>);

impl SeenEndpoint {
    /// What was asked, once it was.
    pub(crate) fn asked(&self, action: &'static str, region: &str) -> Asked {
        let endpoint = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Asked { action, region: region.to_owned(), endpoint }
    }
}

impl Intercept for SeenEndpoint {
    fn name(&self) -> &'static str {
        "SeenEndpoint"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Without what comes after a question mark, which might be more than is good to repeat.
        let uri: Option<http::Uri> = context.request().uri().parse().ok();
        let path = |uri: &http::Uri| uri.path().trim_end_matches('/').to_owned();
        let seen = uri.and_then(|uri| Some(format!("{}://{}{}", uri.scheme_str()?, uri.authority()?, path(&uri))));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }
}
