use chot_domain::history::EventKind;
use chot_domain::leads::{AssignmentCause, LeadAssignment, LeadId, LeadState};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_persistence::events::NewEvent;
use chot_persistence::leads::{self, LockedLead};
use chot_persistence::{Tx, lock_unscoped};

use super::distribute::notify_new_owner;
use super::transitions::apply;
use crate::Result;
use crate::notifications::notify;

/// Stores the new owner of a lead and the assignment (R-EDU-22). Planned activities follow.
pub(super) async fn reassign(
    tx: &Tx,
    lead: &LockedLead,
    next: &LeadState,
    cause: AssignmentCause,
    event: NewEvent,
) -> Result<()> {
    apply(tx, lead, next, event).await?;
    match LeadAssignment::between(lead.state().owner_id, next.owner_id, cause) {
        Some(giving) => Ok(leads::note_assignment(tx, lead.id(), &giving).await?),
        None => Ok(()),
    }
}

/// Recalls a lead that was not contacted in time: it is assigned to the salesperson who has waited longest for a lead. Both are
/// notified. If there is nobody else, it returns to the pool (R-EDU-21, R-EDU-22, A-32). Called by the timer.
pub async fn recall(tx: &Tx, id: LeadId) -> Result<()> {
    let Some(rule) = &tx.playbook.cadence.lead_recall else {
        return Ok(());
    };
    let Some(lead) = lock_unscoped(tx, id).await?.filter(|lead| !lead.is_archived()) else {
        return Ok(());
    };
    let before = lead.state();
    if !before.is_recall_due(tx.now) {
        return Ok(());
    }
    let to = leads::least_recently_given(tx, &rule.roles, before.owner_id).await?;
    let Some(next) = before.recalled(to, tx.now, &tx.playbook) else {
        return Ok(());
    };
    leads::note_recall(tx, &lead, to).await?;
    let event = NewEvent::new(EventKind::LeadRecalled, id).fact("recall_at", before.recall_at);
    reassign(tx, &lead, &next, AssignmentCause::Recalled, event).await?;
    if let Some(loser) = before.owner_id {
        notify(tx, &NewNotification::new(NotificationKind::LeadRecalled, loser, id).param("name", lead.name())).await?;
    }
    match to {
        Some(owner) => notify_new_owner(tx, owner, id, lead.name()).await,
        None => Ok(()),
    }
}
