use chot_domain::accounts::MoveCard;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{
    AssignmentCause, JunkLead, LeadId, LeadState, LeadStatus, MarkContacted, RecycleLead, RecyclingPreconditions, ReturnLead,
    VerificationResult, VerifyLead,
};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::playbook::CardKind;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Code, Key, Nothing};
use chot_persistence::activities as stored_activities;
use chot_persistence::events::NewEvent;
use chot_persistence::leads::LockedLead;
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, crash_points, lock, lock_unscoped, teamwork};

use super::call_backs::forget_call_backs;
use super::recall::reassign;
use super::{check_editable, load_editable, load_for};
use crate::notifications::notify;
use crate::{Result, activities, checks, tagging, transition};

/// Claims a lead from the pool. If several users claim it at once, one gets it.
///
/// # Errors
/// `forbidden`; `not_in_pool` if it has an owner and is visible; otherwise `not_found`.
pub async fn claim(tx: &Tx, id: LeadId) -> Result<()> {
    tx.require(Permission::LeadsClaim)?;
    let user = checks::acting_user(tx)?;
    // Visibility is not required: claiming does not require the permission to read.
    let lead = lock_unscoped(tx, id).await?.filter(|lead| !lead.is_archived()).ok_or(Code::NotFound)?;
    if lead.state().owner_id.is_some() {
        let seen = if tx.actor.may(Permission::LeadsRead) { lock(tx, id).await? } else { None };
        seen.ok_or(Code::NotFound)?;
    }
    let next = lead.state().claimed_by(user, tx.now, &tx.playbook)?;
    reassign(tx, &lead, &next, AssignmentCause::Claimed, NewEvent::new(EventKind::LeadClaimed, id)).await
}

/// Records that the lead was contacted (R-EDU-20).
///
/// # Errors
/// `not_found` if not visible; `wrong_status` for a lead that nobody works on.
pub async fn mark_contacted(tx: &Tx, id: LeadId, order: &MarkContacted) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    let next = lead.state().contacted(&tx.playbook)?;
    apply(tx, &lead, &next, NewEvent::new(EventKind::LeadContacted, id).text("note", order.note.as_ref())).await
}

/// Records whether a lead's information is real (R-SUNO-15). If not, the lead is closed as junk (R-SUNO-17).
///
/// # Errors
/// `not_found` if not visible; violations, such as an unknown reason; `wrong_status` for a lead that nobody works on.
pub async fn verify(tx: &Tx, id: LeadId, order: &VerifyLead) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    let next = lead.state().verified(order, &tx.playbook)?;
    let kind = match order.result {
        VerificationResult::Real => EventKind::LeadQualified,
        VerificationResult::NotReal => EventKind::LeadJunked,
    };
    let event = NewEvent::new(kind, id).fact("verification", order.result).fact("reason", &order.reason);
    apply(tx, &lead, &next, event.text("note", order.note.as_ref())).await
}

/// Closes a lead as junk.
///
/// # Errors
/// `not_found` if not visible; violations, such as an unknown reason; `wrong_status` for a closed lead.
pub async fn junk(tx: &Tx, id: LeadId, order: &JunkLead) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    let next = lead.state().junked(order, &tx.playbook)?;
    let event = NewEvent::new(EventKind::LeadJunked, id).fact("reason", &order.reason).text("note", order.note.as_ref());
    apply(tx, &lead, &next, event).await
}

/// Returns a lead: removes the owner and sets the stage and the tag for returned leads, in one step (R-EDU-18, R-EDU-19).
///
/// # Errors
/// `not_found` if not visible; `wrong_status` for a lead that nobody works on.
pub async fn return_(tx: &Tx, id: LeadId, order: &ReturnLead) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    let next = lead.state().returned(order, &tx.playbook)?;
    apply(tx, &lead, &next, NewEvent::new(EventKind::LeadReturned, id).text("reason", Some(&order.reason))).await
}

/// Sets a lead aside until a date (R-SUNO-21).
///
/// # Errors
/// `not_found` if not visible; violations, such as a missing or past date; `wrong_status` for a closed lead;
/// `too_few_contact_attempts` or `support_answer_missing` if the playbook requires these first (R-EDU-16, R-EDU-17).
pub async fn recycle(tx: &Tx, id: LeadId, order: &RecycleLead) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, order).await?;
    let next = lead.state().recycled(order, &tx.playbook)?;
    recycling_ground(tx, id).await?.check(&tx.playbook.policies)?;
    let event = NewEvent::new(EventKind::LeadRecycled, id).fact("follow_up_at", order.follow_up_at);
    apply(tx, &lead, &next, event.text("reason", order.reason.as_ref())).await
}

/// The earlier attempts with a lead, as far as the playbook requires them.
async fn recycling_ground(tx: &Tx, id: LeadId) -> Result<RecyclingPreconditions> {
    let policies = &tx.playbook.policies;
    let failed_contacts = match policies.failed_contacts_before_recycling {
        0 => 0,
        _ => stored_activities::failed_contacts(tx, id).await?,
    };
    let was_support_answered = policies.recycling_needs_support_answer && teamwork::was_answered(tx, id).await?;
    Ok(RecyclingPreconditions { failed_contacts, was_support_answered })
}

/// Resumes a lead that was set aside or closed as junk.
///
/// # Errors
/// `not_found` if not visible; `wrong_status` for any other lead.
pub async fn resume(tx: &Tx, id: LeadId) -> Result<()> {
    let lead = load_editable(tx, id, Permission::LeadsUpdate, &Nothing {}).await?;
    let next = lead.state().resumed(&tx.playbook)?;
    apply(tx, &lead, &next, NewEvent::new(EventKind::LeadResumed, id)).await
}

/// Resumes a junk lead after a new submission.
pub(super) async fn take_up_junk(tx: &Tx, id: LeadId) -> Result<()> {
    let Some(lead) = lock_unscoped(tx, id).await?.filter(|lead| lead.state().status == LeadStatus::Junk) else {
        return Ok(());
    };
    apply(tx, &lead, &lead.state().resumed(&tx.playbook)?, NewEvent::new(EventKind::LeadResumed, id)).await
}

/// Moves a lead to another stage of the same status.
///
/// # Errors
/// `not_found` if not visible; violations, such as an unknown stage; `stage_needs_action` for a stage of another status.
pub async fn move_to(tx: &Tx, id: LeadId, order: &MoveCard) -> Result<()> {
    let lead = load_for(tx, id, Permission::LeadsUpdate).await?;
    let stage = tx.playbook.stage_for(CardKind::Lead, &order.stage)?;
    check_editable(tx, &lead, None).await?;
    let before = lead.state();
    let next = before.moved(stage)?;
    if next == before {
        return Ok(());
    }
    apply(tx, &lead, &next, NewEvent::new(EventKind::LeadMoved, id)).await
}

/// Puts a lead that was set aside into its owner's due list and notifies the owner (R-SUNO-22). Called by the timer.
pub async fn on_follow_up_due(tx: &Tx, id: LeadId) -> Result<()> {
    let Some(lead) = lock_unscoped(tx, id).await?.filter(|lead| !lead.is_archived()) else {
        return Ok(());
    };
    let Some(due) = lead.state().mark_due() else {
        return Ok(());
    };
    transition::apply(tx, &lead, &due, lead.event(EventKind::LeadFollowUpDue)).await?;
    crash_points::hit("follow_up.due").await;
    let Some(owner) = due.owner_id else {
        return Ok(());
    };
    notify(tx, &NewNotification::new(NotificationKind::LeadFollowUpDue, owner, id).param("name", lead.name())).await
}

/// Stores the next state of a lead. Planned activities follow its owner; call-backs are cancelled when the lead is no longer
/// being contacted.
pub(super) async fn apply(tx: &Tx, lead: &LockedLead, next: &LeadState, event: NewEvent) -> Result<()> {
    let before = lead.state();
    transition::apply(tx, lead, next, event).await?;
    activities::reassign_planned(tx, RecordRef::Lead(lead.id()), before.owner_id, next.owner_id).await?;
    if before.status.is_being_contacted() && !next.status.is_being_contacted() {
        forget_call_backs(tx, lead.id()).await?;
    }
    Ok(())
}

/// A demo was given to a lead (R-EDU-55). The other effects wait for the opportunity.
pub(crate) async fn on_demo_given(tx: &Tx, id: LeadId) -> Result<()> {
    match &tx.playbook.cadence.demonstrated_tag {
        Some(tag) => add_tag(tx, id, tag).await,
        None => Ok(()),
    }
}

/// Adds a tag to a lead (idempotent), whoever acts.
pub(crate) async fn add_tag(tx: &Tx, id: LeadId, tag: &Key) -> Result<()> {
    let event = || NewEvent::new(EventKind::LeadTagged, id);
    tagging::add(tx, (TaggedKind::Lead, id.uuid()), &[tag.as_str()], event).await.map(|_| ())
}

/// Adds the tag of its stage to a new lead.
pub(super) async fn sync_stage_tag(tx: &Tx, id: LeadId, stage: Option<&Key>) -> Result<()> {
    tagging::sync_stage_tag(tx, (TaggedKind::Lead, id.uuid()), (None, stage), |kind| NewEvent::new(kind, id)).await
}
