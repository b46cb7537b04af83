use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Where the time comes from. Business rules never read the machine's clock: the boundary reads a `Clock` once per unit of work.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// The time since some instant of the past. It never goes back, whatever is done to the machine's clock: for measuring how long
    /// something takes.
    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        // PostgreSQL keeps microseconds and SQLite would keep nanoseconds: both are given what both can keep.
        Utc::now().trunc_subsecs(6)
    }
}

/// Where identifiers come from.
pub trait IdSource: Send + Sync {
    /// A new identifier, greater than those made before it by this process.
    fn uuid(&self) -> Uuid;
}

/// UUIDs of version 7: in the order of their making, and not to be guessed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
