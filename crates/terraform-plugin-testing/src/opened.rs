//! The response to OpenEphemeralResource.

use prost_types::Timestamp;
use rmpv::Value;

use crate::{
    generated::tfplugin6::{Diagnostic, DynamicValue},
    value,
};

/// The response to [`Client::open`](crate::Client::open).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Opened {
    /// Errors and warnings.
    #[prost(message, repeated, tag = "1")]
    pub diagnostics: Vec<Diagnostic>,
    /// The time at which Terraform must call [`Client::renew`](crate::Client::renew).
    #[prost(message, optional, tag = "2")]
    pub renew_at: Option<Timestamp>,
    /// The result object, still encoded.
    #[prost(message, optional, tag = "3")]
    pub result: Option<DynamicValue>,
    /// Bytes that Terraform sends back to the provider to renew or close the resource.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub private: Option<Vec<u8>>,
    /// The deferral. Terraform ignores this field, so a provider must not send a deferral.
    #[prost(message, optional, tag = "5")]
    pub deferred: Option<Deferred>,
}

/// The deferral in [`Opened::deferred`].
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Deferred {
    /// The reason: a number from the enumeration `Deferred.Reason` in the protocol.
    #[prost(int32, tag = "1")]
    pub reason: i32,
}

impl Opened {
    /// Returns the result, decoded as an object.
    ///
    /// # Panics
    /// Panics if the result is missing or not MessagePack. The panic message contains the diagnostics of the response.
    #[must_use]
    pub fn object(&self) -> Value {
        let result = self.result.as_ref().unwrap_or_else(|| panic!("the result is missing: {:?}", self.diagnostics));
        value::decode(&result.msgpack).unwrap_or_else(|error| panic!("the result is not MessagePack: {error}"))
    }

    /// Returns the errors among the diagnostics.
    #[must_use]
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect()
    }
}
