use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    ActivityDraft, ActivityKind, ActivityOutcome, ActivityRule, ActivityStatus, CancelActivity, CompleteActivity, Period,
    RescheduleActivity,
};
use crate::identity::UserId;
use crate::playbook::Policies;
use crate::shared::{DomainError, Key, Text};
use crate::timers::{Due, State, TimerKind};

/// The state of an activity: the fields that actions change, not patches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityState {
    /// The type. It never changes.
    pub kind: ActivityKind,
    /// Planned, done or cancelled.
    pub status: ActivityStatus,
    /// Start, planned or actual.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// The outcome.
    pub outcome: Option<ActivityOutcome>,
    /// Summary of what was discussed and agreed.
    pub summary: Option<Text<5000>>,
    /// Why it was cancelled.
    pub cancel_reason: Option<Text<500>>,
    /// Whether it is a meeting longer than the playbook's maximum for demos (R-EDU-52).
    pub is_too_long: bool,
    /// The user who does it; none while the related record is in the pool.
    pub owner_id: Option<UserId>,
    /// The playbook rule that planned it, if any.
    pub rule: Option<ActivityRule>,
    /// When to remind the owner of an activity planned by a rule; none after the reminder.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether a remote access password is stored.
    pub has_password: bool,
}

/// How long after the meeting the remote access password is kept (R-EDU-50).
const PASSWORD_KEPT: TimeDelta = TimeDelta::days(1);

impl ActivityState {
    /// The initial state: planned, or done for a log.
    pub fn new(
        draft: &ActivityDraft,
        owner_id: Option<UserId>,
        rule: Option<ActivityRule>,
        now: DateTime<Utc>,
        policies: &Policies,
    ) -> Self {
        let done_at = draft.is_done().then(|| draft.done_at.unwrap_or(now));
        let starts_at = draft.starts_at.or(done_at).unwrap_or(now);
        let initial = Self {
            kind: draft.kind,
            status: if done_at.is_some() { ActivityStatus::Done } else { ActivityStatus::Planned },
            starts_at,
            ends_at: draft.ends_at,
            done_at,
            outcome: draft.outcome,
            summary: draft.summary.clone(),
            cancel_reason: None,
            is_too_long: false,
            owner_id,
            rule,
            due_at: rule.filter(|_| done_at.is_none()).map(|_| starts_at),
            has_password: draft.has_password() && done_at.is_none(),
        };
        let length = draft.ends_at.or(done_at).map(|end| end - starts_at);
        initial.measured(length, policies)
    }

    /// Completes the activity (R-EDU-23). Its duration is measured up to the given end, or taken from the plan.
    ///
    /// # Errors
    /// [`crate::shared::Code::WrongStatus`] if it is not planned.
    pub fn completed(&self, order: &CompleteActivity, now: DateTime<Utc>, policies: &Policies) -> Result<Self, DomainError> {
        self.status.require_planned()?;
        let done = Self {
            status: ActivityStatus::Done,
            done_at: Some(order.done_at.unwrap_or(now)),
            outcome: Some(order.outcome),
            summary: order.summary.clone(),
            due_at: None,
            has_password: false,
            ..self.clone()
        };
        let took = order.done_at.map(|end| end - self.starts_at).filter(|took| *took > TimeDelta::zero());
        Ok(done.measured(took.or_else(|| self.length()), policies))
    }

    /// Reschedules the activity.
    ///
    /// # Errors
    /// [`crate::shared::Code::WrongStatus`] if it is not planned.
    pub fn rescheduled(&self, order: &RescheduleActivity, policies: &Policies) -> Result<Self, DomainError> {
        self.status.require_planned()?;
        let moved = self.shifted(Period { starts_at: order.starts_at, ends_at: order.end(self.length()) });
        let length = moved.length();
        Ok(moved.measured(length, policies))
    }

    /// Cancels the activity.
    ///
    /// # Errors
    /// [`crate::shared::Code::WrongStatus`] if it is not planned.
    pub fn cancelled(&self, order: &CancelActivity) -> Result<Self, DomainError> {
        self.status.require_planned()?;
        let over = Self { due_at: None, has_password: false, ..self.clone() };
        Ok(Self { status: ActivityStatus::Cancelled, cancel_reason: order.reason.clone(), ..over })
    }

    /// Moves the activity to another period. If a rule planned it, the owner is reminded again.
    #[must_use]
    pub fn shifted(&self, to: Period) -> Self {
        Self { starts_at: to.starts_at, ends_at: to.ends_at, due_at: self.rule.map(|_| to.starts_at), ..self.clone() }
    }

    /// Sets the owner; none while the related record is in the pool.
    #[must_use]
    pub fn assigned_to(&self, owner_id: Option<UserId>) -> Self {
        Self { owner_id, ..self.clone() }
    }

    /// The state after reminding the owner. `None` if the activity is not planned, has no owner, or no reminder is pending.
    pub fn reminded(&self) -> Option<Self> {
        let is_due = self.status == ActivityStatus::Planned && self.due_at.is_some() && self.owner_id.is_some();
        is_due.then(|| Self { due_at: None, ..self.clone() })
    }

    /// Plans a cancelled activity again, because the reason for cancelling was reverted.
    pub fn planned_again(&self) -> Option<Self> {
        let planned = Self { status: ActivityStatus::Planned, cancel_reason: None, ..self.clone() };
        let period = Period { starts_at: self.starts_at, ends_at: self.ends_at };
        (self.status == ActivityStatus::Cancelled).then(|| planned.shifted(period))
    }

    /// When the remote access password must be deleted at the latest. Only a planned activity has one (R-EDU-50).
    pub fn forgets_password_at(&self) -> Option<DateTime<Utc>> {
        (self.status == ActivityStatus::Planned).then(|| self.ends_at.unwrap_or(self.starts_at) + PASSWORD_KEPT)
    }

    fn length(&self) -> Option<TimeDelta> {
        self.ends_at.map(|end| end - self.starts_at)
    }

    /// Sets the flag for meetings that are too long.
    fn measured(self, length: Option<TimeDelta>, policies: &Policies) -> Self {
        let longest = policies.demo_length_minutes.map(|minutes| TimeDelta::minutes(minutes.into()));
        let is_over = self.kind.is_meeting() && matches!((length, longest), (Some(length), Some(longest)) if length > longest);
        Self { is_too_long: is_over, ..self }
    }
}

impl State for ActivityState {
    fn timers(&self) -> Vec<Due> {
        let reminder = self.due_at.filter(|_| self.owner_id.is_some()).map(|at| (TimerKind::ActivityDue, at));
        let expiry = self.forgets_password_at().filter(|_| self.has_password).map(|at| (TimerKind::RemoteAccessExpiry, at));
        reminder.into_iter().chain(expiry).collect()
    }

    fn stage(&self) -> Option<&Key> {
        None
    }

    fn facts(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![("status", json!(self.status)), ("owner_id", json!(self.owner_id))]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::playbook::embedded;
    use crate::shared::{Code, read};

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-23T{text}:00Z").parse().unwrap()
    }

    fn policies() -> Policies {
        embedded("easyedu").unwrap().policies
    }

    fn demo(minutes: i64) -> ActivityState {
        let end = at("03:00") + TimeDelta::minutes(minutes);
        let draft = json!({"kind": "online_meeting", "subject": "Demo", "starts_at": at("03:00"), "ends_at": end});
        ActivityState::new(&read(draft).unwrap(), None, None, at("02:00"), &policies())
    }

    fn complete(done_at: Option<DateTime<Utc>>) -> CompleteActivity {
        CompleteActivity { outcome: ActivityOutcome::Successful, summary: None, done_at }
    }

    #[test]
    fn r_edu_52_a_demo_longer_than_45_minutes_is_flagged_by_plan_and_by_what_it_took() {
        assert!(!demo(45).is_too_long);
        assert!(demo(46).is_too_long);
        let took = |end| demo(45).completed(&complete(end), at("09:00"), &policies()).unwrap().is_too_long;
        assert!(took(Some(at("03:50"))));
        assert!(!took(Some(at("03:30"))));
        // Completed in the evening, without a given end.
        assert!(!took(None));
        let suno = embedded("suno").unwrap().policies;
        assert!(!demo(45).completed(&complete(Some(at("08:00"))), at("09:00"), &suno).unwrap().is_too_long);
    }

    #[test]
    fn what_is_done_or_called_off_stays_so() {
        let done = demo(45).completed(&complete(None), at("04:00"), &policies()).unwrap();
        let off = demo(45).cancelled(&CancelActivity::default()).unwrap();
        let later = RescheduleActivity { starts_at: at("08:00"), ends_at: None, reason: None };
        for over in [done, off] {
            assert_eq!(over.completed(&complete(None), at("05:00"), &policies()).unwrap_err().code, Code::WrongStatus);
            assert_eq!(over.rescheduled(&later, &policies()).unwrap_err().code, Code::WrongStatus);
            assert_eq!(over.cancelled(&CancelActivity::default()).unwrap_err().code, Code::WrongStatus);
            assert_eq!(over.forgets_password_at(), None);
        }
    }

    #[test]
    fn what_is_moved_lasts_as_long_as_before_unless_an_end_is_said() {
        let order = |ends_at| RescheduleActivity { starts_at: at("08:00"), ends_at, reason: None };
        assert_eq!(demo(45).rescheduled(&order(None), &policies()).unwrap().ends_at, Some(at("08:45")));
        let longer = demo(45).rescheduled(&order(Some(at("09:00"))), &policies()).unwrap();
        assert_eq!((longer.ends_at, longer.is_too_long), (Some(at("09:00")), true));
    }

    #[test]
    fn r_edu_50_a_password_is_forgotten_a_day_after_the_meeting() {
        assert_eq!(demo(45).forgets_password_at(), Some(at("03:45") + TimeDelta::days(1)));
    }
}
