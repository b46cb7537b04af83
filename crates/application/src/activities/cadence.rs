//! What follows from the result of an activity, by the rules of the playbook.

use chot_domain::activities::{
    ActivityDraft, ActivityId, ActivityKind, ActivityOutcome, ActivityRule, ActivityState, ActivityStatus, Period, next_call_back,
};
use chot_domain::history::EventKind;
use chot_domain::leads::LeadId;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Key, Violations, WebAddress, changes};
use chot_persistence::activities::{self, LockedActivity};
use chot_persistence::events::append;
use chot_persistence::opportunities as stored_opportunities;
use chot_persistence::{RelatedRecords, Tx};
use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use super::rules::{PlannedByRule, cancel_planned, plan, plan_reminder, reschedule_by_rule};
use crate::{Result, accounts, leads, opportunities, transition};

/// The current state of an activity.
pub(super) struct ActivityChange<'a> {
    pub id: ActivityId,
    pub category: Option<&'a Key>,
    pub room: Option<&'a WebAddress>,
    pub related: &'a RelatedRecords,
    pub state: &'a ActivityState,
}

/// Runs what follows from a change of an activity.
pub(super) async fn on_change(tx: &Tx, change: &ActivityChange<'_>) -> Result<()> {
    if is_demo(tx, change.category) {
        on_demo_changed(tx, change).await?;
    }
    if let Some(lead) = change.related.lead {
        on_call_done(tx, lead, change).await?;
    }
    let is_over = change.state.status != ActivityStatus::Planned;
    match (change.related.opportunity, change.category) {
        (Some(opportunity), Some(category)) if is_over => {
            opportunities::contacted(tx, opportunity, category, change.state.done_at.unwrap_or(tx.now)).await
        }
        _ => Ok(()),
    }
}

/// Whether an activity of that category is a demo of the product.
fn is_demo(tx: &Tx, category: Option<&Key>) -> bool {
    category.is_some() && category == tx.playbook.cadence.demo_category.as_ref()
}

/// Plans another call if nobody was reached (R-EDU-23, R-EDU-39). Cancels the call-backs if the call was successful.
async fn on_call_done(tx: &Tx, lead: LeadId, call: &ActivityChange<'_>) -> Result<()> {
    if (call.state.kind, call.state.status) != (ActivityKind::Call, ActivityStatus::Done) {
        return Ok(());
    }
    match call.state.outcome {
        Some(outcome) if ActivityOutcome::NOT_REACHED.contains(&outcome) => call_back(tx, lead, call).await,
        Some(ActivityOutcome::Successful) => leads::forget_call_backs(tx, lead).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Handles a later report of a stored call: what followed from the earlier outcome is undone, so that the order of reports does
/// not matter.
pub(crate) async fn on_call_updated(tx: &Tx, call: &LockedActivity, next: &ActivityState) -> Result<()> {
    let (before, related) = (call.state(), call.related());
    let Some(lead) = related.lead.filter(|_| before.outcome != next.outcome) else {
        return Ok(());
    };
    let was_missed = before.outcome.is_some_and(|outcome| ActivityOutcome::NOT_REACHED.contains(&outcome));
    if was_missed && next.outcome == Some(ActivityOutcome::Successful) {
        leads::undo_missed_call(tx, lead, call.id()).await?;
    }
    let change = ActivityChange { id: call.id(), category: None, room: None, related: &related, state: next };
    on_call_done(tx, lead, &change).await
}

/// After a successful demo: adds the tag, sets the customer status and starts the closing time (R-EDU-55, R-EDU-58, R-EDU-62).
async fn on_demo_changed(tx: &Tx, demo: &ActivityChange<'_>) -> Result<()> {
    sync_reminder(tx, demo, false).await?;
    let is_given = demo.state.status == ActivityStatus::Done && demo.state.outcome == Some(ActivityOutcome::Successful);
    if !is_given {
        return Ok(());
    }
    on_demo_given(tx, demo.related, demo.state.done_at.unwrap_or(tx.now)).await
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

/// A demo was given: for a lead, or for an opportunity, also of a lead that was converted since the demo was planned.
async fn on_demo_given(tx: &Tx, related: &RelatedRecords, at: DateTime<Utc>) -> Result<()> {
    let Some(account) = related.account else {
        return match related.lead {
            Some(lead) => leads::on_demo_given(tx, lead).await,
            None => Ok(()),
        };
    };
    accounts::on_demo_done(tx, account).await?;
    let shown = match (related.opportunity, related.lead) {
        (Some(opportunity), _) => vec![opportunity],
        (None, Some(lead)) => stored_opportunities::open_from(tx, account, lead).await?,
        (None, None) => Vec::new(),
    };
    for opportunity in shown {
        opportunities::on_demo_given(tx, opportunity, at).await?;
    }
    Ok(())
}

/// Plans a call-back in the next half-day; the lead waits for it (R-EDU-39…41, A-33).
async fn call_back(tx: &Tx, lead: LeadId, call: &ActivityChange<'_>) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.call_back else {
        return Ok(());
    };
    let called_at = call.state.done_at.unwrap_or(tx.now);
    let suggested_at = next_call_back(called_at, &tx.playbook).suggested_at.max(tx.now);
    let period = Period::from(tx.playbook.at_work(suggested_at));
    let planned = activities::planned_by_rule(tx, RecordRef::Lead(lead), &[ActivityRule::CallBack]).await?;
    match planned.first() {
        Some(planned) => reschedule_by_rule(tx, planned, period).await?,
        None => {
            let planned =
                PlannedByRule { rule: ActivityRule::CallBack, activity: &rule.activity, period, owner: call.state.owner_id };
            plan(tx, &planned, call.related).await?;
        }
    }
    leads::on_missed_call(tx, lead, call.id).await
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
