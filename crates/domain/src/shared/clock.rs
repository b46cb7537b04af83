use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The source of time. Business rules never read the system clock: the boundary reads a `Clock` once per unit of work.
pub trait Clock: Send + Sync {
    /// The current time, in whole microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// The time since a fixed instant in the past, for measuring durations. It never goes back, even if the system clock is
    /// changed.
    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        // PostgreSQL stores microseconds, SQLite could store nanoseconds: both get microseconds.
        Utc::now().trunc_subsecs(6)
    }
}

/// The source of identifiers.
pub trait IdSource: Send + Sync {
    /// A new identifier, greater than all earlier ones of this process.
    fn uuid(&self) -> Uuid;
}

/// UUIDs of version 7: ordered by creation time, and not guessable.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
