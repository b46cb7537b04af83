use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ActivityOutcome;
use super::draft::{check_end, check_plan_time};
use crate::playbook::Playbook;
use crate::shared::{Draft, Text, Violations};

/// Completes a planned activity.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "successful", "summary": "Khách xem hết phần quản lý học viên, hẹn gửi báo giá"}))]
pub struct CompleteActivity {
    /// The outcome.
    // R-EDU-23.
    pub outcome: ActivityOutcome,
    /// Summary of what was discussed and agreed (recap).
    pub summary: Option<Text<5000>>,
    /// When it ended; not in the future. Default: now.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub done_at: Option<DateTime<Utc>>,
}

impl Draft for CompleteActivity {
    fn check_against(&self, _: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        if self.done_at.is_some_and(|at| at > now) {
            violations.add("/done_at", "in_the_future");
        }
    }
}

/// Reschedules a planned activity.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"starts_at": "2027-03-02T02:00:00Z", "reason": "Khách bận đột xuất"}))]
pub struct RescheduleActivity {
    /// New start; not in the past.
    // R-ICHK-57.
    #[serde(deserialize_with = "crate::shared::given_instant")]
    pub starts_at: DateTime<Utc>,
    /// New end. Default: the planned duration is kept.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// The reason, stored in the history.
    pub reason: Option<Text<500>>,
}

impl RescheduleActivity {
    /// The new end of an activity with this planned duration.
    pub(super) fn end(&self, lasted: Option<TimeDelta>) -> Option<DateTime<Utc>> {
        self.ends_at.or_else(|| lasted.map(|length| self.starts_at + length))
    }
}

impl Draft for RescheduleActivity {
    fn check(&self, violations: &mut Violations) {
        check_end(Some(self.starts_at), self.ends_at, violations);
    }

    fn check_against(&self, _: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        check_plan_time(self.starts_at, now, violations);
    }
}

/// Cancels a planned activity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Khách không còn nhu cầu"}))]
pub struct CancelActivity {
    /// The reason.
    pub reason: Option<Text<500>>,
}

impl Draft for CancelActivity {}
