//! A panic costs one call, not the process, and says where it happened.

use std::{
    any::Any,
    io::Write,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt;

/// Where it last panicked, for the one who catches that: which may be another thread.
static LOCATION: Mutex<Option<String>> = Mutex::new(None);

/// Replaces Rust's report by one that Terraform recognises: it shows lines from `panic: ` on when a plugin crashes.
pub(crate) fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        // stderr may be gone: nobody is left to be told then.
        drop(writeln!(std::io::stderr(), "panic: {} at {location}", message(info)));
        *LOCATION.lock().unwrap_or_else(PoisonError::into_inner) = Some(location);
    }));
}

/// Only what stands in the source: a formatted message may hold anything, a secret too.
fn message(info: &PanicHookInfo<'_>) -> &'static str {
    literal(info.payload()).unwrap_or("(message withheld: it may hold a secret)")
}

fn literal(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

/// Runs `future`; where it panics, the answer is the place.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    // What a panic leaves half-done here is dropped with the future; what is shared sits behind locks that ignore poison.
    AssertUnwindSafe(future).catch_unwind().await.map_err(|_| {
        LOCATION.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| "an unknown place".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_place_is_told_and_the_formatted_message_is_not() {
        install_hook();
        let secret = "hunter2";
        let place = caught(async { panic!("the password is {secret}") }).await.expect_err("it panicked");
        assert!(place.contains("panics.rs:"), "{place}");
        assert_eq!(literal(&"literal"), Some("literal"));
        assert_eq!(literal(&"formatted".to_owned()), None);
    }

    #[tokio::test]
    async fn the_place_is_told_where_another_thread_panicked() {
        let elsewhere = async {
            let joined = std::thread::spawn(|| {
                install_hook();
                panic!("of another thread")
            });
            panic::resume_unwind(joined.join().expect_err("it panicked"))
        };
        let place = caught::<()>(elsewhere).await.expect_err("it panicked");
        assert!(place.contains("panics.rs:"), "{place}");
    }

    #[tokio::test]
    async fn what_does_not_panic_is_left_alone() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
    }
}
