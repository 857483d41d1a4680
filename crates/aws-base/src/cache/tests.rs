use std::{
    future::pending,
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use tokio::time::{advance, sleep};

use super::*;

/// A response that expires at a given time.
#[derive(Clone, Copy, Debug)]
struct Dated(SystemTime);

impl Expiring for Dated {
    fn expires_at(&self) -> Option<SystemTime> {
        Some(self.0)
    }
}

/// Returns a response that expires in `lifetime` seconds.
fn answer(lifetime: i64) -> Dated {
    let (now, seconds) = (SystemTime::now(), Duration::from_secs(lifetime.unsigned_abs()));
    Dated(if lifetime < 0 { now - seconds } else { now + seconds })
}

/// The number of requests that were sent.
#[derive(Default)]
struct Asked(AtomicUsize);

impl Asked {
    fn with(&self, answer: Result<Dated, &'static str>) -> BoxFuture<'static, Outcome<Dated, &'static str>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        async move {
            sleep(Duration::from_millis(10)).await;
            answer.map_err(Arc::new)
        }
        .boxed()
    }

    fn times(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn equal_requests_share_one_call() {
    let (cache, asked) = (Cache::default(), Asked::default());
    let answers = join_all((0..100).map(|_| cache.answer("eu-west-1", || asked.with(Ok(answer(43_200)))))).await;
    assert!(answers.iter().all(Result::is_ok));
    cache.answer("eu-west-1", || asked.with(Ok(answer(43_200)))).await.expect("an answer");
    assert_eq!(asked.times(), 1);
    cache.answer("eu-west-2", || asked.with(Ok(answer(43_200)))).await.expect("an answer");
    assert_eq!(asked.times(), 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_callers_share_a_failure_that_is_not_cached() {
    let (cache, asked) = (Cache::default(), Asked::default());
    let answers = join_all((0..100).map(|_| cache.answer("key", || asked.with(Err("denied"))))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(asked.times(), 1);
    cache.answer("key", || asked.with(Ok(answer(43_200)))).await.expect("an answer");
    assert_eq!(asked.times(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_failure_is_reused_for_as_long_as_it_took() {
    let (cache, asked) = (Cache::<String, Dated, &str>::default(), Asked::default());
    let slow = || async {
        sleep(Duration::from_secs(60)).await;
        Err(Arc::new("throttled"))
    };
    cache.answer("key", slow).await.expect_err("a failure");
    for wait in [0, 59] {
        advance(Duration::from_secs(wait)).await;
        cache.answer("key", || asked.with(Ok(answer(43_200)))).await.expect_err("the cached failure");
    }
    assert_eq!(asked.times(), 0);
    cache.answer("other", || asked.with(Ok(answer(43_200)))).await.expect("the failure is cached for one key only");
    advance(Duration::from_secs(1)).await;
    cache.answer("key", || asked.with(Ok(answer(43_200)))).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn an_answer_near_its_expiry_is_not_reused() {
    let (cache, asked) = (Cache::default(), Asked::default());
    for (wait, times) in [(0, 1), (40, 1), (20, 2)] {
        advance(Duration::from_secs(wait)).await;
        cache.answer("key", || asked.with(Ok(answer(100)))).await.expect("an answer");
        assert_eq!(asked.times(), times, "after {wait} more seconds");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_arrives_expired_is_reused_briefly() {
    let (cache, asked) = (Cache::default(), Asked::default());
    cache.answer("key", || asked.with(Ok(answer(-100)))).await.expect("an answer");
    cache.answer("key", || asked.with(Ok(answer(-100)))).await.expect("an answer");
    assert_eq!(asked.times(), 1);
    advance(EXPIRED_REUSE).await;
    cache.answer("key", || asked.with(Ok(answer(-100)))).await.expect("an answer");
    assert_eq!(asked.times(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_next_caller_does_not_wait_for_a_cancelled_call() {
    let (cache, asked) = (Cache::<String, Dated, &str>::default(), Asked::default());
    let hanging = cache.answer("key", || pending::<Outcome<Dated, &str>>().boxed());
    tokio::time::timeout(Duration::from_secs(1), hanging).await.expect_err("it hangs");
    cache.answer("key", || asked.with(Ok(answer(43_200)))).await.expect("an answer");
    assert_eq!(asked.times(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_caller_does_not_cancel_a_shared_call() {
    let (cache, asked) = (Cache::default(), Asked::default());
    let first = tokio::time::timeout(Duration::from_millis(1), cache.answer("key", || asked.with(Ok(answer(43_200)))));
    let second = cache.answer("key", || asked.with(Ok(answer(43_200))));
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err() && second.is_ok());
    assert_eq!(asked.times(), 1);
}
