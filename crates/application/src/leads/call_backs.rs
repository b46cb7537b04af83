//! Calls to leads: a call that reached nobody is followed by another one in the next half-day.

use chot_domain::activities::{ActivityId, ActivityKind, ActivityOutcome, ActivityRule, ActivityStatus, Period, next_call_back};
use chot_domain::history::EventKind;
use chot_domain::leads::LeadId;
use chot_domain::records::RecordRef;
use chot_persistence::activities as stored_activities;
use chot_persistence::{Tx, events, lock_unscoped};

use super::transitions::apply;
use crate::Result;
use crate::activities::{self, ActivityChange, PlannedByRule};

/// Plans another call if nobody was reached (R-EDU-23, R-EDU-39). Cancels the call-backs if the call was successful.
pub(crate) async fn on_call(tx: &Tx, call: &ActivityChange<'_>) -> Result<()> {
    let Some(lead) = call.related.lead else {
        return Ok(());
    };
    if (call.state.kind, call.state.status) != (ActivityKind::Call, ActivityStatus::Done) {
        return Ok(());
    }
    match call.state.outcome {
        Some(outcome) if ActivityOutcome::NOT_REACHED.contains(&outcome) => call_back(tx, lead, call).await,
        Some(ActivityOutcome::Successful) => forget_call_backs(tx, lead).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Handles a later report of a stored call: what followed from the earlier outcome is undone, so that the order of reports does
/// not matter.
pub(crate) async fn on_call_outcome_changed(tx: &Tx, call: &ActivityChange<'_>, before: Option<ActivityOutcome>) -> Result<()> {
    let Some(lead) = call.related.lead.filter(|_| before != call.state.outcome) else {
        return Ok(());
    };
    let was_missed = before.is_some_and(|outcome| ActivityOutcome::NOT_REACHED.contains(&outcome));
    if was_missed && call.state.outcome == Some(ActivityOutcome::Successful) {
        undo_missed_call(tx, lead, call.id).await?;
    }
    on_call(tx, call).await
}

/// Plans a call-back in the next half-day; the lead waits for it (R-EDU-39…41, A-33).
async fn call_back(tx: &Tx, lead: LeadId, call: &ActivityChange<'_>) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.call_back else {
        return Ok(());
    };
    let called_at = call.done_at(tx);
    let suggested_at = next_call_back(called_at, &tx.playbook).suggested_at.max(tx.now);
    let period = Period::from(tx.playbook.at_work(suggested_at));
    let planned = stored_activities::planned_by_rule(tx, RecordRef::Lead(lead), &[ActivityRule::CallBack]).await?;
    match planned.first() {
        Some(planned) => activities::reschedule_by_rule(tx, planned, period).await?,
        None => {
            let planned =
                PlannedByRule { rule: ActivityRule::CallBack, activity: &rule.activity, period, owner: call.state.owner_id };
            activities::plan_by_rule(tx, &planned, call.related).await?;
        }
    }
    on_missed_call(tx, lead, call.id).await
}

/// Cancels the call-backs of a lead that was reached or is no longer worked on. Returns the cancelled calls.
pub(super) async fn forget_call_backs(tx: &Tx, id: LeadId) -> Result<Vec<ActivityId>> {
    let planned = stored_activities::planned_by_rule(tx, RecordRef::Lead(id), &[ActivityRule::CallBack]).await?;
    activities::cancel_planned(tx, &planned).await
}

/// After a call that reached nobody: the lead waits for the next call (R-EDU-03, R-EDU-41).
async fn on_missed_call(tx: &Tx, id: LeadId, call: ActivityId) -> Result<()> {
    let Some(lead) = lock_unscoped(tx, id).await?.filter(|lead| !lead.is_archived()) else {
        return Ok(());
    };
    match lead.state().contact_failed(&tx.playbook) {
        Some(next) if next != lead.state() => {
            let missed = lead.event(EventKind::LeadContacted).fact("is_reached", false).fact("activity_id", call);
            apply(tx, &lead, &next, missed).await
        }
        _ => Ok(()),
    }
}

/// A call was first reported as not reached, but somebody was reached: the lead returns to its state before the call, unless it
/// has changed since.
async fn undo_missed_call(tx: &Tx, id: LeadId, call: ActivityId) -> Result<()> {
    let Some(lead) = lock_unscoped(tx, id).await?.filter(|lead| !lead.is_archived()) else {
        return Ok(());
    };
    let Some(facts) = events::facts_of_newest(tx, id.uuid(), EventKind::LeadContacted).await? else {
        return Ok(());
    };
    match lead.state().before_missed_call(&facts, call) {
        Some(next) => apply(tx, &lead, &next, lead.event(EventKind::LeadMoved).fact("activity_id", call)).await,
        None => Ok(()),
    }
}
