//! Named places where a test can stop a worker like `kill -9`: uncommitted work is lost, and nothing is cleaned up. They exist
//! only in test builds, not in release builds.

/// Every place where a worker can stop while it runs timers, in the order of a round.
pub const ALL: [&str; 6] =
    ["timer.claimed", "timer.fired", "timer.completed", "unit.before_commit", "unit.after_commit", "round.between_timers"];

/// The places where it can stop while it sends a delivery.
pub const OF_DELIVERIES: [&str; 2] = ["delivery.claimed", "delivery.sent"];

/// The places where it can stop during the nightly check: between any two steps, and between the parts of its round.
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

    /// The place where a worker stops, and how often it passes there before.
    #[derive(Clone, Debug)]
    pub struct Crash {
        place: &'static str,
        passes: Arc<AtomicU64>,
    }

    impl Crash {
        /// Stops at a place after this number of passes.
        pub fn at(place: &'static str, passes: u64) -> Self {
            Self { place, passes: Arc::new(AtomicU64::new(passes)) }
        }

        /// Runs a worker until it ends or stops; `None` if it stopped. Its work is dropped at that place.
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
