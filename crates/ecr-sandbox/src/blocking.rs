//! A sandbox for tests that are not asynchronous.

use std::ops::Deref;

use tokio::runtime::{Builder, Runtime};

use crate::{
    options::Options,
    sandbox::{Sandbox, StartError},
};

/// A sandbox and its Tokio runtime, which has a thread of its own. Both end when this value is dropped.
#[derive(Debug)]
pub struct Blocking {
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Blocking {
    /// Starts a sandbox.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(options: Options) -> Result<Self, StartError> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().map_err(StartError::Runtime)?;
        let sandbox = runtime.block_on(Sandbox::start(options))?;
        Ok(Self { sandbox, runtime })
    }

    /// Waits for a future of the sandbox, such as [`Sandbox::called`], and returns its output.
    ///
    /// # Panics
    /// If it is called within a Tokio runtime.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

impl Deref for Blocking {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}
