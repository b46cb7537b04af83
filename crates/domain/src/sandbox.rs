//! The sandbox: a deployment for trying things out, whose clock can be moved, so that a rule of 23:59 is seen working in a second.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Draft, Violations};

/// How far one call may move the clock: every night on the way is gone through.
const FURTHEST: TimeDelta = TimeDelta::days(366);

/// Moves the clock of a sandbox forward: by a time, or to an instant.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"advance_seconds": 3600}))]
pub struct MoveClock {
    /// By so many seconds; a year at most.
    #[schema(minimum = 1, maximum = 31_622_400)]
    pub advance_seconds: Option<i64>,
    /// To this instant; in the future, and within a year.
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
    /// The instant that the clock is to show.
    ///
    /// # Errors
    /// What is wrong with the order at this moment.
    pub fn target(&self, playbook: &Playbook, now: DateTime<Utc>) -> Result<DateTime<Utc>, Violations> {
        let mut violations = Violations::default();
        self.check_against(playbook, now, &mut violations);
        let by = TimeDelta::seconds(self.advance_seconds.unwrap_or_default());
        violations.into_result(self.to.unwrap_or(now + by))
    }
}
