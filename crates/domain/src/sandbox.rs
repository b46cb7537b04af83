//! The sandbox: a test deployment whose clock can be moved, to see time-based rules (such as the check at 23:59) immediately.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Draft, Violations};

/// Maximum time for one move of the clock: every night on the way is processed.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// Moves the clock of a sandbox forward, either by a number of seconds or to an instant.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1, example = json!({"advance_seconds": 3600}))]
pub struct MoveClock {
    /// Number of seconds; at most one year.
    #[schema(minimum = 1, maximum = 31_622_400)]
    pub advance_seconds: Option<i64>,
    /// New time; in the future, at most one year ahead.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub to: Option<DateTime<Utc>>,
}

impl Draft for MoveClock {
    fn check(&self, violations: &mut Violations) {
        if !violations.is_valid(&["/advance_seconds", "/to"]) {
            return;
        }
        match (self.advance_seconds, self.to) {
            (None, None) => violations.add("/advance_seconds", "required"),
            (Some(_), Some(_)) => violations.add("/to", "not_together"),
            (Some(seconds), None) if !(1..=FURTHEST.num_seconds()).contains(&seconds) => {
                violations.add("/advance_seconds", "out_of_range");
            }
            _ => {}
        }
    }

    fn check_against(&self, _: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        match self.to {
            Some(to) if to <= now => violations.add("/to", "clock_backwards"),
            Some(to) if to > now + FURTHEST => violations.add("/to", "out_of_range"),
            _ => {}
        }
    }
}

impl MoveClock {
    /// The new time of the clock.
    ///
    /// # Errors
    /// The violations of the request at this time.
    pub fn target(&self, playbook: &Playbook, now: DateTime<Utc>) -> Result<DateTime<Utc>, Violations> {
        let mut violations = Violations::default();
        self.check_against(playbook, now, &mut violations);
        let by = TimeDelta::seconds(self.advance_seconds.unwrap_or_default());
        violations.into_result(self.to.unwrap_or(now + by))
    }
}
