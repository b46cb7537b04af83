//! Lets a test make one database call of a unit of work fail: BEGIN, a statement, COMMIT or ROLLBACK. It exists only in test
//! builds, not in release builds.

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It fails before it is sent to the database.
    BeforeTheCall,
    /// The database executes it, but the response is lost.
    AfterTheCall,
    /// There is no response in time.
    Silence,
    /// The waiting future is dropped.
    Dropped,
}

#[cfg(debug_assertions)]
mod armed {
    use std::cell::Cell;

    use tokio::sync::oneshot;

    use super::Failure;

    struct Plan {
        failure: Failure,
        /// Number of successful calls before it.
        calls_before: Cell<u64>,
        drop: Cell<Option<oneshot::Sender<()>>>,
    }

    tokio::task_local! {
        static PLAN: Plan;
    }

    /// Runs work in which call `number` fails; the first is 0. Returns `None` if the work was dropped at that call.
    pub async fn with_failing_call<T>(number: u64, failure: Failure, work: impl Future<Output = T>) -> Option<T> {
        let (drop, dropped) = oneshot::channel();
        let plan = Plan { failure, calls_before: Cell::new(number), drop: Cell::new(Some(drop)) };
        tokio::select! {
            done = PLAN.scope(plan, work) => Some(done),
            Ok(()) = dropped => None,
        }
    }

    pub(super) fn next() -> Option<Failure> {
        let failure = PLAN.try_with(|plan| match plan.calls_before.get() {
            0 => {
                plan.calls_before.set(u64::MAX);
                Some(plan.failure)
            }
            calls => {
                plan.calls_before.set(calls - 1);
                None
            }
        });
        failure.ok().flatten()
    }

    pub(super) async fn wait_for_the_drop() {
        let _ = PLAN.try_with(|plan| plan.drop.take().map(|drop| drop.send(())));
        std::future::pending::<()>().await;
    }
}

#[cfg(debug_assertions)]
pub use armed::with_failing_call;

/// The failure of the next call, if a test has planned one.
pub(crate) fn next() -> Option<Failure> {
    #[cfg(debug_assertions)]
    return armed::next();
    #[cfg(not(debug_assertions))]
    None
}

/// Waits until a test drops the waiting future.
pub(crate) async fn wait_for_the_drop() {
    #[cfg(debug_assertions)]
    armed::wait_for_the_drop().await;
    #[cfg(not(debug_assertions))]
    std::future::pending::<()>().await;
}
