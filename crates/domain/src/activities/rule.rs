use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ActivityDraft;
use crate::playbook::{DemoReminder, PlannedActivity};
use crate::shared::StringEnum;

/// The playbook rule that planned an activity automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityRule {
    /// Call again in the next half-day after a call that reached nobody (R-EDU-39, R-EDU-40).
    CallBack,
    /// Remind the customer before a demo.
    // R-EDU-44, R-EDU-45.
    DemoReminder,
    /// Contact the customer repeatedly after a demo (R-EDU-60, R-EDU-61).
    FollowUp,
    /// Make the customer an offer when the time to close is over (R-EDU-62).
    ClosingOffer,
    /// Call a customer some days after closing.
    // R-EDU-75.
    AfterSaleCall,
}

impl StringEnum for ActivityRule {}

/// Start and end of a planned activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Period {
    /// A period without a planned end.
    pub const fn from(starts_at: DateTime<Utc>) -> Self {
        Self { starts_at, ends_at: None }
    }
}

impl PlannedActivity {
    /// The activity that the rule plans for this period.
    pub fn draft(&self, period: Period) -> ActivityDraft {
        ActivityDraft {
            kind: self.kind,
            category: Some(self.category.clone()),
            subject: self.subject.clone(),
            description: None,
            lead_id: None,
            account_id: None,
            opportunity_id: None,
            owner_id: None,
            starts_at: Some(period.starts_at),
            ends_at: period.ends_at,
            attendees: Vec::new(),
            location: None,
            meeting_link: None,
            remote_access: None,
            check_list: None,
            done_at: None,
            outcome: None,
            summary: None,
        }
    }
}

impl DemoReminder {
    /// When to remind the customer of a demo. `None` if it is too late (R-EDU-44, R-EDU-45).
    pub fn period(&self, demo_starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Period> {
        let before = |minutes: u32| demo_starts_at - TimeDelta::minutes(minutes.into());
        let (begins, ends) = (before(self.from_minutes).max(now), before(self.until_minutes));
        (begins < ends).then_some(Period { starts_at: begins, ends_at: Some(ends) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;

    #[test]
    fn r_edu_44_a_demo_is_reminded_of_between_an_hour_and_half_an_hour_before() {
        let reminder = embedded("easyedu").unwrap().cadence.demo_reminder.unwrap();
        let at = |text: &str| format!("2026-11-23T{text}:00+07:00").parse::<DateTime<Utc>>().unwrap();
        let period = |begins, ends| Some(Period { starts_at: at(begins), ends_at: Some(at(ends)) });
        assert_eq!(reminder.period(at("15:00"), at("09:00")), period("14:00", "14:30"));
        assert_eq!(reminder.period(at("15:00"), at("14:10")), period("14:10", "14:30"));
        assert_eq!(reminder.period(at("15:00"), at("14:30")), None);
    }
}
