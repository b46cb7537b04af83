//! Named places at which a test lets a worker die, as `kill -9` would: what it had not committed is gone, and nobody tidies up behind it.
//! They exist in test builds only; a release build knows nothing of them.

/// Every place at which a worker may die while it does what falls due, in the order of a round.
pub const ALL: [&str; 6] =
    ["timer.claimed", "timer.fired", "timer.completed", "unit.before_commit", "unit.after_commit", "round.between_timers"];

/// The places at which it may die while something leaves the house.
pub const OF_DELIVERIES: [&str; 2] = ["delivery.claimed", "delivery.sent"];

/// The places at which it may die in a night, between any two steps of what it does then and between the parts of its round.
pub const IN_NIGHTLY_CHECK: [&str; 13] = [
    "round.planned",
    "check.counted",
    "check.judged",
    "opportunity.closed",
    "account.released",
    "notice.written",
    "check.advanced",
    "check.finished",
    "check.planned",
    "follow_up.due",
    "password.forgotten",
    "feed.placed",
    "delivery.noted",
];

#[cfg(debug_assertions)]
mod armed {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    tokio::task_local! {
        static DEATH: Crash;
    }

    /// At which place a worker dies, and how often it passes there before.
    #[derive(Clone, Debug)]
    pub struct Crash {
        place: &'static str,
        passes: Arc<AtomicU64>,
    }

    impl Crash {
        /// A death at a place that has been passed so often.
        pub fn at(place: &'static str, passes: u64) -> Self {
            Self { place, passes: Arc::new(AtomicU64::new(passes)) }
        }

        /// Runs a worker until it ends or dies; nothing, if it died. What it was doing is dropped where it stood.
        pub async fn await_for<T>(self, worker: impl Future<Output = T>) -> Option<T> {
            let (kill, killed) = tokio::sync::oneshot::channel::<()>();
            let watched = Self::scoped(self, kill, worker);
            tokio::select! {
                done = watched => Some(done),
                _ = killed => None,
            }
        }

        async fn scoped<T>(self, kill: tokio::sync::oneshot::Sender<()>, worker: impl Future<Output = T>) -> T {
            KILL.scope(std::cell::Cell::new(Some(kill)), DEATH.scope(self, worker)).await
        }
    }

    tokio::task_local! {
        static KILL: std::cell::Cell<Option<tokio::sync::oneshot::Sender<()>>>;
    }

    pub(super) async fn pass(place: &'static str) {
        let dies = DEATH.try_with(|death| {
            death.place == place
                && death.passes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
        });
        if dies == Ok(true) {
            let _ = KILL.try_with(|kill| kill.take().map(|kill| kill.send(())));
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(debug_assertions)]
pub use armed::Crash;

/// Passes a named place.
#[cfg_attr(not(debug_assertions), expect(clippy::unused_async, reason = "in a release build nobody dies here"))]
pub async fn hit(place: &'static str) {
    #[cfg(debug_assertions)]
    armed::pass(place).await;
    #[cfg(not(debug_assertions))]
    let _ = place;
}
