use std::sync::{Arc, Mutex};
use std::time::Duration;

use chot_domain::shared::Clock;
use chrono::{DateTime, TimeDelta, Utc};

/// A clock that the test controls. Each reading advances it by one millisecond, so that earlier events have earlier times.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl Default for TestClock {
    /// Monday, 23 November 2026, nine o'clock in Hà Nội.
    fn default() -> Self {
        Self(Arc::new(Mutex::new("2026-11-23T02:00:00Z".parse().unwrap())))
    }
}

impl TestClock {
    /// Moves time forward.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        let mut now = self.0.lock().unwrap();
        *now += TimeDelta::milliseconds(1);
        *now
    }

    fn monotonic(&self) -> Duration {
        (*self.0.lock().unwrap() - DateTime::UNIX_EPOCH).to_std().unwrap()
    }
}
