use chot_domain::accounts::MoveCard;
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::opportunities::{
    LoseOpportunity, OpportunityId, OpportunityState, OpportunityStatus, ReopenOpportunity, WinOpportunity,
    losing_releases_account,
};
use chot_domain::playbook::{CardKind, RELEASED_BY_RULE};
use chot_domain::shared::Code;
use chot_persistence::events::NewEvent;
use chot_persistence::opportunities::{self, LockedOpportunity};
use chot_persistence::{Tx, crash_points, lock_unscoped};

use super::ownership::assign_to_account_owner;
use super::{cadence, load_editable, load_for, opportunity_event};
use crate::accounts::{account_event, apply_state, owner_of_opportunities, release_to_pool};
use crate::{Result, checks, transition};

/// Moves an opportunity to another stage of the same status.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as an unknown stage; `archived`; `stage_needs_action` for a stage of
/// another status.
pub async fn move_to(tx: &Tx, id: OpportunityId, order: &MoveCard) -> Result<()> {
    let opportunity = load_for(tx, id, Permission::OpportunitiesUpdate).await?;
    let stage = tx.playbook.stage_for(CardKind::Opportunity, &order.stage)?;
    checks::check_editable(&opportunity, None)?;
    let before = opportunity.state();
    let next = before.moved(stage, tx.now)?;
    if next == before {
        return Ok(());
    }
    apply(tx, &opportunity, &next, opportunity_event(EventKind::OpportunityMoved, id, opportunity.account_id())).await
}

/// Closes an opportunity as won. If the playbook defines it, the prospect becomes a customer (R-SUNO-35, R-SUNO-36).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `archived`; `wrong_status` if it is closed.
pub async fn win(tx: &Tx, id: OpportunityId, order: &WinOpportunity) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::OpportunitiesClose, order).await?;
    let next = opportunity.state().won(tx.now, &tx.playbook)?;
    let event = opportunity_event(EventKind::OpportunityWon, id, opportunity.account_id()).text("note", order.note.as_ref());
    apply(tx, &opportunity, &next, event).await?;
    let account = lock_unscoped(tx, opportunity.account_id()).await?.ok_or(Code::NotFound)?;
    apply_state(tx, &account, &account.state().after_winning(&tx.playbook)).await
}

/// Closes an opportunity as lost, with the reason, what the customer said and when to contact the customer again (R-SUNO-32…34).
/// If the playbook defines it, losing the last primary opportunity returns the account to the pool (R-ICHK-79, A-24, A-42).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations, such as an unknown reason or a day in the past; `archived`;
/// `wrong_status` if it is closed.
pub async fn lose(tx: &Tx, id: OpportunityId, order: &LoseOpportunity) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::OpportunitiesClose, order).await?;
    let event = opportunity_event(EventKind::OpportunityLost, id, opportunity.account_id());
    lose_as(tx, &opportunity, order, event).await.map(|_| ())
}

/// Closes an opportunity as lost, for a user or the evidence check. Returns whether its account returned to the pool.
pub(super) async fn lose_as(tx: &Tx, opportunity: &LockedOpportunity, order: &LoseOpportunity, event: NewEvent) -> Result<bool> {
    let next = opportunity.state().lost(order, tx.now, &tx.playbook)?;
    let event = event.fact("reason", &order.reason).fact("next_approach_on", order.next_approach_on);
    apply(tx, opportunity, &next, event.text("customer_feedback", order.customer_feedback.as_ref())).await?;
    crash_points::hit("opportunity.closed").await;
    release_account_if_last(tx, opportunity).await
}

async fn release_account_if_last(tx: &Tx, lost: &LockedOpportunity) -> Result<bool> {
    let id = lost.account_id();
    let others = opportunities::primary_open_or_won(tx, id).await?;
    if !losing_releases_account(&tx.playbook.policies, lost.classification(), others) {
        return Ok(false);
    }
    let account = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let Ok(free) = account.state().released() else {
        return Ok(false);
    };
    let released = account_event(EventKind::AccountReleased, id).fact("opportunity_id", lost.id());
    release_to_pool(tx, &account, &free, RELEASED_BY_RULE, released).await?;
    Ok(true)
}

/// Reopens a closed opportunity. Requires a permission of its own; earlier evidence no longer counts (requirements section 11).
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `archived`; `wrong_status` if it is open; `owner_required` while the account is in
/// the pool.
pub async fn reopen(tx: &Tx, id: OpportunityId, order: &ReopenOpportunity) -> Result<()> {
    let opportunity = load_editable(tx, id, Permission::OpportunitiesReopen, order).await?;
    let next = opportunity.state().reopened(opportunity.classification(), tx.now, &tx.playbook)?;
    let account = lock_unscoped(tx, opportunity.account_id()).await?.ok_or(Code::NotFound)?;
    owner_of_opportunities(&account)?;
    let event = opportunity_event(EventKind::OpportunityReopened, id, account.id()).text("reason", Some(&order.reason));
    apply(tx, &opportunity, &next, event).await?;
    assign_to_account_owner(tx, account.id(), account.owner_id()).await?;
    if opportunity.state().status != OpportunityStatus::Won {
        return Ok(());
    }
    let others_won = opportunities::won_of(tx, account.id()).await?;
    apply_state(tx, &account, &account.state().after_reopening(others_won, &tx.playbook)).await
}

/// Stores the next state of an opportunity and updates its planned activities.
pub(super) async fn apply(tx: &Tx, opportunity: &LockedOpportunity, next: &OpportunityState, event: NewEvent) -> Result<()> {
    transition::apply(tx, opportunity, next, event).await?;
    Box::pin(cadence::on_status_changed(tx, opportunity, next.status)).await
}
