use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ActivityOutcome;
use super::draft::{check_end, check_plan_time};
use crate::playbook::Playbook;
use crate::shared::{Draft, Text, Violations};

/// Notes that a planned activity is done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "successful", "summary": "Khách xem hết phần quản lý học viên, hẹn gửi báo giá"}))]
pub struct CompleteActivity {
    /// What came of it.
    // R-EDU-23.
    pub outcome: ActivityOutcome,
    /// What was said and agreed (recap).
    pub summary: Option<Text<5000>>,
    /// When it ended, not in the future; now, if left out.
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

/// Moves a planned activity to another time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"starts_at": "2027-03-02T02:00:00Z", "reason": "Khách bận đột xuất"}))]
pub struct RescheduleActivity {
    /// When it begins now; not in the past.
    // R-ICHK-57.
    #[serde(deserialize_with = "crate::shared::given_instant")]
    pub starts_at: DateTime<Utc>,
    /// When it ends now. If left out, it lasts as long as it was planned to.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Why, for the history.
    pub reason: Option<Text<500>>,
}

impl RescheduleActivity {
    /// When an activity that lasted so long ends after this.
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

/// Calls a planned activity off.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Khách không còn nhu cầu"}))]
pub struct CancelActivity {
    /// Why.
    pub reason: Option<Text<500>>,
}

impl Draft for CancelActivity {}
