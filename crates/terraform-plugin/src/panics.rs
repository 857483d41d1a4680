//! Catches panics, so that a panic fails one call and not the process. The error of the call contains the place of the panic: file, line
//! and column.
//!
//! Rust reports the place of a panic only to the panic hook. The payload that `catch_unwind` returns does not contain the place. This
//! module finds the place that belongs to a payload in two cases:
//!
//! - The future of a call panics on the thread that polls the future. The hook stores the place for this thread until the poll ends.
//! - Another thread panics, and the future raises the payload again with [`panic::resume_unwind`], which does not run the hook. When the
//!   other thread panics, the hook stores the place together with the identity of the payload. [`catch_panic`] later finds the place by
//!   this identity.
//!
//! If several places match a payload, the error contains `an unknown place`, because a wrong place would be misleading.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    future::poll_fn,
    io::Write,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    pin::pin,
    sync::{Mutex, PoisonError},
    task::Poll,
};

/// The maximum number of equal entries in [`OTHER_THREADS`]. When this number is reached, further equal panics are not added, so the number
/// of equal panics is unknown. The equal entries are then never removed.
const MAX_EQUAL: usize = 64;

thread_local! {
    /// The panics on this thread during the current poll in `catch_panic`, or `None` outside such a poll.
    static POLL: RefCell<Option<Vec<Panic>>> = const { RefCell::new(None) };
}

/// The panics on threads that were not in a poll. [`catch_panic`] removes the entry of a panic when it catches the payload of this panic.
static OTHER_THREADS: Mutex<Vec<Panic>> = Mutex::new(Vec::new());

#[derive(Clone, Debug, Eq, PartialEq)]
struct Panic {
    payload: Identity,
    /// The place in the form `file:line:column`.
    place: String,
}

/// Identifies a payload by facts that are the same in the hook and in [`catch_panic`]. The address of the payload itself is not suitable,
/// because `std` moves the payload after the hook.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Identity {
    /// Literal text in the source, identified by address and length. Equal texts can share an address.
    Literal(usize, usize),
    /// Formatted text, identified by address and length. Moving a `String` does not move its text.
    Formatted(usize, usize),
    /// Any other payload, identified only by its type.
    Other(TypeId),
}

impl Identity {
    fn new(payload: &(dyn Any + Send)) -> Self {
        if let Some(text) = literal(payload) {
            Self::Literal(text.as_ptr().addr(), text.len())
        } else if let Some(text) = payload.downcast_ref::<String>() {
            Self::Formatted(text.as_ptr().addr(), text.len())
        } else {
            Self::Other(payload.type_id())
        }
    }
}

/// Replaces Rust's panic message with a message that Terraform recognises. When a plugin crashes, Terraform shows the lines from
/// `panic: ` on.
pub(crate) fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(unknown, ToString::to_string);
        // Ignore a write error: if stderr is closed, nobody reads the message.
        drop(writeln!(std::io::stderr(), "panic: {} at {place}", message(info)));
        record(Panic { payload: Identity::new(info.payload()), place });
    }));
}

fn unknown() -> String {
    "an unknown place".to_owned()
}

/// Returns the panic message if it is a literal in the source. Otherwise, returns a placeholder, because a formatted message may contain a
/// secret.
fn message(info: &PanicHookInfo<'_>) -> &'static str {
    literal(info.payload()).unwrap_or("(message withheld: it may hold a secret)")
}

fn literal(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

/// Records a panic, so that [`catch_panic`] can find the place of the panic. This function runs in the hook, and must not panic.
fn record(panic: Panic) {
    let of_poll = POLL.try_with(|poll| {
        let Ok(mut poll) = poll.try_borrow_mut() else { return false };
        let Some(panics) = poll.as_mut() else { return false };
        if !panics.contains(&panic) {
            panics.push(panic.clone());
        }
        true
    });
    // `try_with` returns an error if the thread is ending. Such a thread does not poll futures any more.
    if of_poll.unwrap_or(false) {
        return;
    }
    let mut elsewhere = OTHER_THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Identity::Formatted(..) = panic.payload {
        // A new panic at the same address shows that the old payload was freed.
        elsewhere.retain(|other| other.payload != panic.payload);
    }
    if elsewhere.iter().filter(|other| **other == panic).count() < MAX_EQUAL {
        elsewhere.push(panic);
    }
}

/// Runs `future`. If the future panics, returns the place of the panic as the error: `file:line:column`, or `an unknown place`.
pub(crate) async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let outer = POLL.replace(Some(Vec::new()));
        // `AssertUnwindSafe` is safe here. After a panic, the future and its state are dropped. Shared state is behind locks that
        // ignore poisoning.
        let polled = panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        let of_poll = POLL.replace(outer).unwrap_or_default();
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(place(Identity::new(&*payload), &of_poll))),
        }
    })
    .await
}

/// Returns the place of the panic with this payload. Returns `an unknown place` if no recorded panic matches, or if the matching panics
/// have different places. The recorded panics are `of_poll` and the panics on other threads.
fn place(payload: Identity, of_poll: &[Panic]) -> String {
    let mut elsewhere = OTHER_THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut fitting = of_poll.iter().chain(elsewhere.iter()).filter(|panic| panic.payload == payload);
    let Some(first) = fitting.next().cloned() else { return unknown() };
    if fitting.any(|other| other.place != first.place) {
        return unknown();
    }
    let equal: Vec<_> = (0..elsewhere.len()).filter(|position| elsewhere[*position] == first).collect();
    if let [position, ..] = equal[..]
        && !of_poll.contains(&first)
        && equal.len() < MAX_EQUAL
    {
        elsewhere.remove(position);
    }
    first.place
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, sync::Barrier, thread};

    use super::*;

    /// The number of a line in this file, and a function that panics on this line.
    type Panicking = (u32, fn());

    /// Functions that panic. Two functions have equal literals, which the compiler can store at the same address. Two functions have a
    /// formatted message.
    const PANICKING: [Panicking; 6] = [
        (line!(), || panic!("the same words")),
        (line!(), || panic!("the same words")),
        (line!(), || panic!("other words")),
        (line!(), || panic!("formatted {}", black_box(1))),
        (line!(), || panic!("formatted {}", black_box(2))),
        (line!(), || panic::panic_any(black_box(7))),
    ];

    fn is_at(place: &str, line: u32) -> bool {
        place.contains(&format!("panics.rs:{line}:"))
    }

    /// Runs `panicking` on another thread, and raises the payload of its panic again on this thread.
    fn raised_here(panicking: fn()) {
        let payload = thread::spawn(panicking).join().expect_err("the code panics");
        panic::resume_unwind(payload)
    }

    fn blocking<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    #[tokio::test]
    async fn reports_the_location_and_hides_a_formatted_message() {
        install_hook();
        let secret = "hunter2";
        let place = catch_panic(async { panic!("the password is {secret}") }).await.expect_err("the code panics");
        assert!(is_at(&place, line!() - 1), "{place}");
        assert_eq!(literal(&"literal"), Some("literal"));
        assert_eq!(literal(&"formatted".to_owned()), None);
    }

    #[tokio::test]
    async fn reports_the_location_of_a_panic_on_another_thread() {
        install_hook();
        let panicking: [Panicking; 2] = [
            (line!(), || panic!("literal, of another thread")),
            (line!(), || panic!("formatted, of another thread {}", black_box(1))),
        ];
        for (line, panicking) in panicking {
            let place = catch_panic(async { raised_here(panicking) }).await.expect_err("the code panics");
            assert!(is_at(&place, line), "{place} instead of line {line}");
        }
    }

    #[test]
    fn concurrent_panics_report_their_own_location() {
        install_hook();
        const ROUNDS: usize = 10;
        let barrier = Barrier::new(2 * PANICKING.len());
        thread::scope(|scope| {
            for (line, panicking) in PANICKING.into_iter().chain(PANICKING) {
                let barrier = &barrier;
                scope.spawn(move || {
                    for _ in 0..ROUNDS {
                        let place = blocking(catch_panic(async {
                            tokio::task::yield_now().await;
                            barrier.wait();
                            panicking();
                        }));
                        let place = place.expect_err("the code panics");
                        assert!(is_at(&place, line), "{place} instead of line {line}");
                    }
                });
            }
        });
    }

    #[test]
    fn concurrent_panics_on_other_threads_never_report_a_wrong_location() {
        install_hook();
        const ROUNDS: usize = 5;
        // Do not use the panics in [`PANICKING`]. This test can make the place of a panic ambiguous, also for tests that run at the same
        // time.
        let panicking: [Panicking; 4] = [
            (line!(), || panic!("words of two threads")),
            (line!(), || panic!("words of two threads")),
            (line!(), || panic!("formatted on two threads {}", black_box(1))),
            (line!(), || panic!("formatted on two threads {}", black_box(2))),
        ];
        let barrier = Barrier::new(panicking.len());
        thread::scope(|scope| {
            for (position, (line, panicking)) in panicking.into_iter().enumerate() {
                let barrier = &barrier;
                scope.spawn(move || {
                    for _ in 0..ROUNDS {
                        barrier.wait();
                        let place =
                            blocking(catch_panic(async { raised_here(panicking) })).expect_err("the code panics");
                        let is_unclear = place == unknown();
                        assert!(is_at(&place, line) || is_unclear, "{place} instead of line {line}");
                        assert!(!is_unclear || position < 2, "only literals can be ambiguous");
                    }
                });
            }
        });
    }

    #[tokio::test]
    async fn a_swallowed_panic_is_not_reported_for_a_resumed_one() {
        install_hook();
        let place = catch_panic(async {
            drop(panic::catch_unwind(|| panic!("swallowed")));
            panic::resume_unwind(Box::new(7_u64));
        });
        assert_eq!(place.await, Err::<(), _>(unknown()));
        let swallowed: fn() = || panic!("of two places");
        let raised: fn() = || panic!("of two places");
        let place = catch_panic(async {
            drop(panic::catch_unwind(swallowed));
            raised_here(raised);
        });
        assert_eq!(place.await, Err(unknown()));
    }

    #[tokio::test]
    async fn a_future_without_a_panic_returns_its_value() {
        assert_eq!(catch_panic(async { 7 }).await, Ok(7));
    }
}
