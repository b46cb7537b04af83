use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::leads::{GrantTrial, LeadId, LeadStatus, TrialId, TrialStatus, VerificationResult, VerifyLead, trial_end};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::shared::Code;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::leads::{self, LockedLead, LockedTrial};
use chot_persistence::timers::{self, TimerKind};
use chot_persistence::{Tx, lock, lock_unscoped};

use super::transitions::apply;
use super::{check_editable, load_editable};
use crate::Result;
use crate::notifications::notify;

/// Grants a lead free use of the product for the days of the playbook (R-EDU-33, R-EDU-38). The lead becomes verified and moves
/// to the stage of the playbook for granted demos (R-EDU-37).
///
/// # Errors
/// `not_found` if not visible; `no_trials` if the playbook has none; `wrong_status` for a lead that nobody works on;
/// `already_exists` while a trial is running.
pub async fn grant_trial(tx: &Tx, lead: LeadId, order: &GrantTrial) -> Result<TrialId> {
    let locked = load_editable(tx, lead, Permission::LeadsUpdate, order).await?;
    let ends_at = trial_end(tx.now, &tx.playbook)?;
    qualify(tx, &locked).await?;
    let id = tx.new_id();
    leads::insert_trial(tx, id, lead, order, ends_at).await?;
    timers::set(tx, TimerKind::TrialEnd, id.uuid(), ends_at).await?;
    let granted = NewEvent::new(EventKind::TrialGranted, id).parent(Some(lead.uuid())).fact("lead_id", lead);
    append(tx, granted.fact("ends_at", ends_at).text("note", order.note.as_ref())).await?;
    Ok(id)
}

async fn qualify(tx: &Tx, lead: &LockedLead) -> Result<()> {
    let real = VerifyLead { result: VerificationResult::Real, reason: None, note: None };
    let before = lead.state();
    let next = before.verified(&real, &tx.playbook)?;
    if before.status == LeadStatus::Qualified {
        return Ok(());
    }
    apply(tx, lead, &next, NewEvent::new(EventKind::LeadQualified, lead.id()).fact("verification", real.result)).await
}

/// Ends a trial early.
///
/// # Errors
/// `not_found` if not visible; `wrong_status` if it has ended.
pub async fn end_trial(tx: &Tx, id: TrialId) -> Result<()> {
    let trial = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::LeadsUpdate)?;
    let lead = lock(tx, trial.lead_id()).await?.ok_or(Code::NotFound)?;
    tx.faults().into_result(())?;
    check_editable(tx, &lead, None).await?;
    trial.status().require_running()?;
    timers::cancel(tx, TimerKind::TrialEnd, id.uuid()).await?;
    end(tx, &trial).await
}

async fn end(tx: &Tx, trial: &LockedTrial) -> Result<()> {
    leads::end_trial(tx, trial).await?;
    let lead = trial.lead_id();
    let ended = NewEvent::new(EventKind::TrialEnded, trial.id()).parent(Some(lead.uuid())).fact("lead_id", lead);
    Ok(append(tx, ended).await?)
}

/// Ends a trial after its last day and notifies the owner of the lead. Called by the timer.
pub async fn on_trial_end(tx: &Tx, id: TrialId) -> Result<()> {
    let Some(trial) = lock_unscoped(tx, id).await?.filter(|trial| trial.status() == TrialStatus::Running) else {
        return Ok(());
    };
    end(tx, &trial).await?;
    let Some(lead) = lock_unscoped(tx, trial.lead_id()).await?.filter(|lead| !lead.is_archived()) else {
        return Ok(());
    };
    match lead.state().owner_id {
        Some(owner) => {
            notify(tx, &NewNotification::new(NotificationKind::TrialEnded, owner, lead.id()).param("name", lead.name())).await
        }
        None => Ok(()),
    }
}
