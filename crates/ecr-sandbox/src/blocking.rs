//! A sandbox for tests that are not asynchronous.

use std::{
    ops::Deref,
    thread::{self, JoinHandle},
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::{
    options::Options,
    sandbox::{Sandbox, StartError},
};

/// A sandbox and the thread that it runs on. Both end when this value is dropped.
// A multi-threaded Tokio runtime would be shorter. `make build` compiles tokio once for both programs, and the code for several threads
// would then add 70 KB to the provider.
#[derive(Debug)]
pub struct Blocking {
    sandbox: Sandbox,
    runtime: Handle,
    /// The thread, and the sender that ends the thread when it is dropped. It is `None` only while this value is dropped.
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Blocking {
    /// Starts a sandbox.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(options: Options) -> Result<Self, StartError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(StartError::Runtime)?;
        let sandbox = runtime.block_on(Sandbox::start(options))?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new().name("ecr-sandbox".to_owned()).spawn(move || {
            runtime.block_on(ended).ok();
        });
        Ok(Self { sandbox, runtime: handle, running: Some((end, thread.map_err(StartError::Runtime)?)) })
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

impl Drop for Blocking {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.running.take() {
            drop(end);
            thread.join().ok();
        }
    }
}
