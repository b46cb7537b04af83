//! The timers and planned activities of an opportunity: the closing time after a demo, and the follow-ups until it is closed.

use chot_domain::activities::{ActivityRule, Period};
use chot_domain::history::EventKind;
use chot_domain::opportunities::{OpportunityId, OpportunityStatus};
use chot_domain::playbook::{FollowUp, PlannedActivity};
use chot_domain::records::RecordRef;
use chot_domain::shared::Key;
use chot_persistence::activities as stored_activities;
use chot_persistence::opportunities::LockedOpportunity;
use chot_persistence::tags::TaggedKind;
use chot_persistence::{RelatedRecords, Tx, lock_unscoped};
use chrono::{DateTime, TimeDelta, Utc};

use super::close::apply;
use super::opportunity_event;
use crate::activities::{self, PlannedByRule};
use crate::{Result, tagging};

fn related(opportunity: &LockedOpportunity) -> RelatedRecords {
    RelatedRecords {
        account: Some(opportunity.account_id()),
        opportunity: Some(opportunity.id()),
        stage: Some(opportunity.state().stage),
        ..RelatedRecords::default()
    }
}

/// After a demo: starts the closing time and plans the follow-ups (R-EDU-55, R-EDU-60…62, A-34).
pub(crate) async fn on_demo_given(tx: &Tx, id: OpportunityId, at: DateTime<Utc>) -> Result<()> {
    let Some(opportunity) = lock_unscoped(tx, id).await? else {
        return Ok(());
    };
    let Some(next) = opportunity.state().demo_given(at, &tx.playbook) else {
        return Ok(());
    };
    let shown = opportunity_event(EventKind::OpportunityDemoGiven, id, opportunity.account_id()).fact("demonstrated_at", at);
    apply(tx, &opportunity, &next, shown.fact("closing_due_at", next.closing_due_at)).await?;
    if let Some(tag) = &tx.playbook.cadence.demonstrated_tag {
        let event = || opportunity_event(EventKind::OpportunityTagged, id, opportunity.account_id());
        tagging::add(tx, (TaggedKind::Opportunity, id.uuid()), &[tag.as_str()], event).await?;
    }
    follow_up(tx, &opportunity, at).await
}

/// Plans the follow-ups of the playbook, counted in days from an instant, unless they are planned already.
async fn follow_up(tx: &Tx, opportunity: &LockedOpportunity, since: DateTime<Utc>) -> Result<()> {
    let planned =
        stored_activities::planned_by_rule(tx, RecordRef::Opportunity(opportunity.id()), &[ActivityRule::FollowUp]).await?;
    for rule in &tx.playbook.cadence.follow_ups {
        let is_planned = planned.iter().any(|one| one.category().as_ref() == Some(&rule.activity.category));
        if !is_planned {
            plan(tx, opportunity, ActivityRule::FollowUp, &rule.activity, due_at(tx, rule, since)).await?;
        }
    }
    Ok(())
}

/// When the next follow-up is due.
fn due_at(tx: &Tx, rule: &FollowUp, since: DateTime<Utc>) -> DateTime<Utc> {
    tx.playbook.at_work((since + TimeDelta::days(rule.every_days.into())).max(tx.now))
}

async fn plan(
    tx: &Tx,
    opportunity: &LockedOpportunity,
    rule: ActivityRule,
    activity: &PlannedActivity,
    at: DateTime<Utc>,
) -> Result<()> {
    let planned = PlannedByRule { rule, activity, period: Period::from(at), owner: opportunity.owner_id() };
    activities::plan_by_rule(tx, &planned, &related(opportunity)).await
}

/// After a follow-up of a category: plans the next one some days later, while the opportunity is open after a demo (R-EDU-61).
pub(crate) async fn contacted(tx: &Tx, id: OpportunityId, category: &Key, at: DateTime<Utc>) -> Result<()> {
    let Some(rule) = tx.playbook.cadence.follow_ups.iter().find(|rule| rule.activity.category == *category) else {
        return Ok(());
    };
    let Some(opportunity) = lock_unscoped(tx, id).await?.filter(|one| !one.is_archived()) else {
        return Ok(());
    };
    let state = opportunity.state();
    if state.status != OpportunityStatus::Open || state.demonstrated_at.is_none() {
        return Ok(());
    }
    let planned = stored_activities::planned_by_rule(tx, RecordRef::Opportunity(id), &[ActivityRule::FollowUp]).await?;
    let next = due_at(tx, rule, at);
    match planned.iter().find(|one| one.category().as_ref() == Some(category)) {
        Some(planned) => activities::reschedule_by_rule(tx, planned, Period::from(next)).await,
        None => plan(tx, &opportunity, ActivityRule::FollowUp, &rule.activity, next).await,
    }
}

/// Applies a new status: closing ends the follow-ups, and a won customer is called some days later (R-EDU-61, R-EDU-75).
/// Reopening plans the follow-ups again and cancels that call.
pub(super) async fn on_status_changed(tx: &Tx, opportunity: &LockedOpportunity, next: OpportunityStatus) -> Result<()> {
    let before = opportunity.state();
    match (before.status, next) {
        (OpportunityStatus::Open, OpportunityStatus::Won) => {
            end(tx, opportunity).await?;
            call_after_sale(tx, opportunity).await
        }
        (OpportunityStatus::Open, OpportunityStatus::Lost) => end(tx, opportunity).await,
        (OpportunityStatus::Won | OpportunityStatus::Lost, OpportunityStatus::Open) => {
            if before.status == OpportunityStatus::Won {
                cancel_planned(tx, opportunity, &[ActivityRule::AfterSaleCall]).await?;
            }
            if before.demonstrated_at.is_some() { follow_up(tx, opportunity, tx.now).await } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// Cancels what rules have planned for an opportunity until its closing. Without a demo nothing is planned, so the nightly check
/// does not search for it.
pub(crate) async fn end(tx: &Tx, opportunity: &LockedOpportunity) -> Result<()> {
    if opportunity.state().demonstrated_at.is_none() {
        return Ok(());
    }
    cancel_planned(tx, opportunity, &[ActivityRule::FollowUp, ActivityRule::ClosingOffer]).await
}

async fn cancel_planned(tx: &Tx, opportunity: &LockedOpportunity, rules: &[ActivityRule]) -> Result<()> {
    let planned = stored_activities::planned_by_rule(tx, RecordRef::Opportunity(opportunity.id()), rules).await?;
    activities::cancel_planned(tx, &planned).await.map(|_| ())
}

async fn call_after_sale(tx: &Tx, opportunity: &LockedOpportunity) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.after_sale_call else {
        return Ok(());
    };
    let at = tx.playbook.at_work(tx.now + TimeDelta::days(rule.days.into()));
    plan(tx, opportunity, ActivityRule::AfterSaleCall, &rule.activity, at).await
}

/// When the closing time is over: moves the opportunity to the stage of the playbook and plans the offer (R-EDU-05, R-EDU-62,
/// R-EDU-63). Called by the timer.
pub async fn on_closing_time(tx: &Tx, id: OpportunityId) -> Result<()> {
    let Some(opportunity) = lock_unscoped(tx, id).await?.filter(|one| !one.is_archived()) else {
        return Ok(());
    };
    let Some(next) = opportunity.state().past_closing_time(tx.now, &tx.playbook) else {
        return Ok(());
    };
    let passed = opportunity_event(EventKind::OpportunityClosingOverdue, id, opportunity.account_id());
    apply(tx, &opportunity, &next, passed).await?;
    match tx.playbook.cadence.closing_time.as_ref().and_then(|rule| rule.offer.as_ref()) {
        Some(offer) => plan(tx, &opportunity, ActivityRule::ClosingOffer, offer, tx.playbook.at_work(tx.now)).await,
        None => Ok(()),
    }
}
