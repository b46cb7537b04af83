//! What the rules of the playbook say of activities: the reminder of a demo, and the half-day of a call-back.

use chot_domain::activities::{
    ActivityDraft, ActivityId, ActivityOutcome, ActivityRule, ActivityState, ActivityStatus, Period, next_call_back,
};
use chot_domain::history::EventKind;
use chot_domain::leads::LeadId;
use chot_domain::shared::{Key, Violations, WebAddress, changes};
use chot_persistence::activities::{self, LockedActivity};
use chot_persistence::events::append;
use chot_persistence::{RelatedRecords, Tx};
use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use super::rules::{PlannedByRule, cancel_planned, plan_reminder, reschedule_by_rule};
use crate::reactions::{self, Fact};
use crate::{Result, transition};

/// An activity after a change.
pub(crate) struct ActivityChange<'a> {
    /// The activity.
    pub id: ActivityId,
    /// Its category.
    pub category: Option<&'a Key>,
    /// Its meeting link.
    pub room: Option<&'a WebAddress>,
    /// The records to which it is related.
    pub related: &'a RelatedRecords,
    /// Its state after the change.
    pub state: &'a ActivityState,
}

impl ActivityChange<'_> {
    /// When the activity was done, or now.
    pub fn done_at(&self, tx: &Tx) -> DateTime<Utc> {
        self.state.done_at.unwrap_or(tx.now)
    }

    /// Whether it is a demo that was given with success.
    pub fn is_given_demo(&self, tx: &Tx) -> bool {
        is_demo(tx, self.category)
            && self.state.status == ActivityStatus::Done
            && self.state.outcome == Some(ActivityOutcome::Successful)
    }
}

/// Keeps the reminder of a demo, then lets the other contexts react.
pub(super) async fn on_change(tx: &Tx, change: &ActivityChange<'_>) -> Result<()> {
    if is_demo(tx, change.category) {
        sync_reminder(tx, change, false).await?;
    }
    reactions::run(tx, Fact::ActivityChanged(change)).await
}

/// Whether an activity of that category is a demo of the product.
fn is_demo(tx: &Tx, category: Option<&Key>) -> bool {
    category.is_some() && category == tx.playbook.cadence.demo_category.as_ref()
}

/// Keeps the reminder of a demo in step with the demo until it is over (R-EDU-44, R-EDU-45). An activity that is not a demo, no
/// longer planned or archived has no reminder.
pub(super) async fn sync_reminder(tx: &Tx, demo: &ActivityChange<'_>, is_archived: bool) -> Result<()> {
    let reminders = activities::reminder_of(tx, demo.id).await?;
    let is_planned = demo.state.status == ActivityStatus::Planned && is_demo(tx, demo.category) && !is_archived;
    let rule = tx.playbook.cadence.demo_reminder.as_ref().filter(|_| is_planned);
    let period = rule.and_then(|rule| Some((rule, rule.period(demo.state.starts_at, tx.now)?)));
    match (period, reminders.first()) {
        (None, _) => cancel_planned(tx, &reminders).await.map(|_| ()),
        (Some((_, period)), Some(reminder)) => move_reminder(tx, reminder, demo, period).await,
        (Some((rule, period)), None) => {
            let owner = demo.state.owner_id;
            let planned = PlannedByRule { rule: ActivityRule::DemoReminder, activity: &rule.activity, period, owner };
            plan_reminder(tx, &planned, demo.related, demo.id, demo.room.cloned()).await
        }
    }
}

/// A reminder takes place before its demo, with the same owner and the same meeting link.
async fn move_reminder(tx: &Tx, reminder: &LockedActivity, demo: &ActivityChange<'_>, period: Period) -> Result<()> {
    let before = reminder.draft();
    if before.meeting_link.as_ref() != demo.room {
        let after = ActivityDraft { meeting_link: demo.room.cloned(), ..before.clone() };
        activities::update(tx, reminder, &after).await?;
        append(tx, reminder.event(EventKind::ActivityUpdated).changes(changes(&before, &after))).await?;
    }
    let state = reminder.state();
    if state.owner_id == demo.state.owner_id {
        return reschedule_by_rule(tx, reminder, period).await;
    }
    let next = state.assigned_to(demo.state.owner_id).shifted(period);
    transition::apply(tx, reminder, &next, reminder.event(EventKind::ActivityAssigned)).await
}

/// Adds a violation if a call-back is planned in the same half-day as the failed call (R-EDU-40, A-33).
pub(super) async fn require_half_day(
    tx: &Tx,
    category: Option<&Key>,
    lead: Option<LeadId>,
    starts_at: Option<DateTime<Utc>>,
    violations: &mut Violations,
) -> Result<()> {
    let rule = tx.playbook.cadence.call_back.as_ref().filter(|rule| category == Some(&rule.activity.category));
    let (Some(_), Some(lead), Some(starts_at)) = (rule, lead, starts_at) else {
        return Ok(());
    };
    if !violations.can_check("/starts_at") {
        return Ok(());
    }
    let Some(called_at) = activities::last_not_reached(tx, lead).await? else {
        return Ok(());
    };
    let next = next_call_back(called_at, &tx.playbook);
    if starts_at < next.not_before {
        let when = [("not_before", json!(next.not_before)), ("suggested_at", json!(next.suggested_at))];
        violations.add_with("/starts_at", "too_soon", Map::from_iter(when.map(|(name, at)| (name.to_owned(), at))));
    }
    Ok(())
}
