//! Ephemeral resources: values that exist while Terraform runs, and in no state or plan.

use std::{fmt, time::SystemTime};

use tonic::async_trait;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    schema::Schema,
    value::Object,
};

/// One type of ephemeral resource. `C` is the provider's [`Client`](crate::Provider::Client).
///
/// Terraform opens an instance once in each walk of its graph that needs it (plan and apply are two) and closes it after
/// its last user, also after errors and interrupts. An interrupt drops the futures of `open` and `renew` where they wait,
/// and not that of `close`. All run on one thread: see [`serve`](crate::serve).
#[async_trait]
pub trait EphemeralResource<C>: Send + Sync {
    /// The full name, such as `aws_ecr_authorization_token`.
    fn type_name(&self) -> &'static str;

    /// Arguments and attributes. Mark secrets as sensitive.
    fn schema(&self) -> Schema;

    /// Checks what can be checked without any I/O. Values may be unknown: say nothing about those.
    fn validate(&self, _config: &Object) -> Diagnostics {
        Diagnostics::new()
    }

    /// Brings the value into being. `config` is wholly known and has every attribute of the schema; what the person
    /// set must come back unchanged in the result, which must have every attribute too: fill in the computed ones and
    /// hand it back.
    ///
    /// Leave nothing behind that [`close`](Self::close) must clean up for safety's sake: where Terraform refuses the
    /// result, it never closes it.
    ///
    /// # Errors
    /// What was tried, what came back and what to do.
    async fn open(&self, client: &C, config: Object) -> Result<Opened, Diagnostics>;

    /// Extends the life of what was opened; called when the time that [`Opened::renew_at`] set has come. The result
    /// cannot be changed any more, so this suits leases and not tokens. Does nothing unless overridden.
    ///
    /// # Errors
    /// What was tried, what came back and what to do.
    async fn renew(&self, _client: &C, private: Vec<u8>) -> Result<Renewed, Diagnostics> {
        Ok(Renewed { renew_at: None, private })
    }

    /// Ends what was opened. `private` is that of `open` or of the last `renew`: Terraform and OpenTofu differ. Does
    /// nothing unless overridden.
    ///
    /// # Errors
    /// What was tried, what came back and what to do. An error fails the run, although the value was used already.
    async fn close(&self, _client: &C, _private: Vec<u8>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// What [`EphemeralResource::open`] gives.
pub struct Opened {
    pub(crate) result: Object,
    pub(crate) renew_at: Option<SystemTime>,
    pub(crate) private: Vec<u8>,
    pub(crate) warnings: Diagnostics,
}

impl Opened {
    /// A result that needs no renewal.
    pub fn new(result: Object) -> Self {
        Self { result, renew_at: None, private: Vec::new(), warnings: Diagnostics::new() }
    }

    /// The result.
    pub fn result(&self) -> &Object {
        &self.result
    }

    /// What there is to say.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// When Terraform is to call [`EphemeralResource::renew`]. A time that has passed makes it call at once.
    #[must_use]
    pub fn renew_at(mut self, renew_at: SystemTime) -> Self {
        self.renew_at = Some(renew_at);
        self
    }

    /// What `renew` and `close` will need: they get nothing else. Terraform keeps it in memory only.
    #[must_use]
    pub fn private(mut self, private: Vec<u8>) -> Self {
        self.private = private;
        self
    }

    /// Adds something to say.
    #[must_use]
    pub fn warning(mut self, warning: Diagnostic) -> Self {
        self.warnings.push(warning);
        self
    }
}

/// The private data may be secret: only its length is shown.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("result", &self.result)
            .field("renew_at", &self.renew_at)
            .field("private", &format_args!("{} bytes", self.private.len()))
            .field("warnings", &self.warnings)
            .finish()
    }
}

/// What [`EphemeralResource::renew`] gives.
#[expect(clippy::exhaustive_structs, reason = "a lease is extended until a time, or not at all")]
pub struct Renewed {
    /// When to renew again, if ever. A time that has passed makes Terraform call at once, over and over.
    pub renew_at: Option<SystemTime>,
    /// What the next `renew`, and in OpenTofu `close`, will get.
    pub private: Vec<u8>,
}

/// The private data may be secret: only its length is shown.
impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed")
            .field("renew_at", &self.renew_at)
            .field("private", &format_args!("{} bytes", self.private.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        provider::{Configure, Configured},
        types::Type,
        value::Value,
    };

    /// Each public type of this crate that can hold a secret, with one.
    #[test]
    fn debug_of_no_public_type_shows_a_secret() {
        let text = || Value::from("hunter2");
        let object = Object::new().with("password", text());
        let opened = Opened::new(object.clone()).private(b"hunter2".to_vec());
        let renewed = Renewed { renew_at: None, private: b"hunter2".to_vec() };
        let configure = Configure::new(object.clone(), "1.11.4");
        let configured = Configured::new(object.clone());
        let list = Value::List(vec![text()]);
        let map = Value::Map([("hunter2".to_owned(), text())].into());
        let dynamic = Value::Dynamic(Type::String, Box::new(text()));
        let all: [&dyn fmt::Debug; 9] =
            [&text(), &list, &map, &dynamic, &object, &opened, &renewed, &configure, &configured];
        for value in all {
            let shown = format!("{value:?} {value:#?}");
            assert!(!shown.contains("hunter2") && !shown.contains("104"), "{shown}");
        }
    }
}
