//! What a provider answers when it opens an ephemeral resource.

use prost_types::Timestamp;
use rmpv::Value;

use crate::{
    generated::tfplugin6::{Diagnostic, DynamicValue},
    value,
};

/// The answer to [`Client::open`](crate::Client::open).
#[derive(Clone, PartialEq, prost::Message)]
pub struct Opened {
    /// What there is to tell the user.
    #[prost(message, repeated, tag = "1")]
    pub diagnostics: Vec<Diagnostic>,
    /// When Terraform is to call [`Client::renew`](crate::Client::renew).
    #[prost(message, optional, tag = "2")]
    pub renew_at: Option<Timestamp>,
    /// The object, still encoded.
    #[prost(message, optional, tag = "3")]
    pub result: Option<DynamicValue>,
    /// What the provider wants to see again in renew and close.
    #[prost(bytes = "vec", optional, tag = "4")]
    pub private: Option<Vec<u8>>,
    /// Why the provider put it off. Terraform does not handle that: nothing may ever be here.
    #[prost(message, optional, tag = "5")]
    pub deferred: Option<Deferred>,
}

/// See [`Opened::deferred`].
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Deferred {
    /// A number of the protocol's enumeration.
    #[prost(int32, tag = "1")]
    pub reason: i32,
}

impl Opened {
    /// The object that the resource became.
    ///
    /// # Panics
    /// If there is none, or not in MessagePack, with the diagnostics that came instead.
    #[must_use]
    pub fn object(&self) -> Value {
        let result = self.result.as_ref().unwrap_or_else(|| panic!("no result but {:?}", self.diagnostics));
        value::decode(&result.msgpack).unwrap_or_else(|error| panic!("the result is no MessagePack: {error}"))
    }

    /// The errors among the diagnostics.
    #[must_use]
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect()
    }
}
