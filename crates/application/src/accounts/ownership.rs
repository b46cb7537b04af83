use chot_domain::accounts::{AccountId, AccountState, AssignOwner, ReleaseAccount};
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::notifications::{NewNotification, NotificationKind};
use chot_domain::records::RecordRef;
use chot_domain::shared::Code;
use chot_persistence::accounts::LockedAccount;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, crash_points, lock_unscoped, update_state};
use serde::Serialize;

use super::{account_event, load_editable, load_for, may_know};
use crate::notifications::notify;
use crate::reactions::{self, Fact};
use crate::{Result, activities, checks, tagging, transition};

/// Assigns an account to a salesperson, who is notified. Its open opportunities follow (R-ICHK-50).
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations, such as an owner who is inactive.
pub async fn assign(tx: &Tx, id: AccountId, order: &AssignOwner) -> Result<()> {
    // The pool is not visible, but those who may assign can assign from it.
    let gives_out = tx.actor.may(Permission::AccountsAssign);
    let found = if gives_out { lock_unscoped(tx, id).await? } else { None };
    let account = match found.filter(|account| account.owner_id().is_none() && !account.is_archived()) {
        Some(pooled) => {
            tx.require(Permission::AccountsAssign)?;
            pooled
        }
        None => load_for(tx, id, Permission::AccountsAssign).await?,
    };
    let mut violations = checks::validate(tx, order);
    checks::require_owner(tx, order.owner_id, Permission::AccountsUpdate, &mut violations).await?;
    violations.into_result(())?;
    checks::check_editable(&account, None)?;
    let event = account_event(EventKind::AccountAssigned, id).text("reason", order.reason.as_ref());
    change_owner(tx, &account, &account.state().assigned_to(order.owner_id), event).await?;
    if account.owner_id() == Some(order.owner_id) {
        return Ok(());
    }
    notify_assigned(tx, order.owner_id, id, account.name()).await
}

/// Notifies a salesperson of an account that another user has assigned to them.
pub(super) async fn notify_assigned(tx: &Tx, owner: UserId, id: AccountId, name: &str) -> Result<()> {
    let notification = NewNotification::new(NotificationKind::AccountAssigned, owner, id).account(id);
    notify(tx, &notification.param("name", name)).await
}

/// Claims an account from the pool. If several users claim it at once, one gets it.
///
/// # Errors
/// `forbidden`; `not_in_pool` if it has an owner and the actor may know that it exists; otherwise `not_found`.
pub async fn claim(tx: &Tx, id: AccountId) -> Result<()> {
    tx.require(Permission::AccountsClaim)?;
    let user = checks::acting_user(tx)?;
    let account = lock_unscoped(tx, id).await?.filter(|account| !account.is_archived()).ok_or(Code::NotFound)?;
    if account.owner_id().is_some() && !may_know(tx, id).await? {
        return Err(Code::NotFound.into());
    }
    let next = account.state().claimed_by(user)?;
    change_owner(tx, &account, &next, account_event(EventKind::AccountClaimed, id)).await
}

/// Returns an account to the pool, with the reason in its event (R-ICHK-22). The previous owner is notified.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations, such as an unknown reason; `owner_required` if it is in the pool
/// already.
pub async fn release(tx: &Tx, id: AccountId, order: &ReleaseAccount) -> Result<()> {
    let account = load_editable(tx, id, Permission::AccountsRelease, order).await?;
    let next = account.state().released()?;
    let event = account_event(EventKind::AccountReleased, id).text("note", order.note.as_ref());
    release_to_pool(tx, &account, &next, &order.reason, event).await
}

/// Removes the owner of an account and notifies them.
pub(crate) async fn release_to_pool(
    tx: &Tx,
    account: &LockedAccount,
    free: &AccountState,
    reason: impl Serialize,
    event: NewEvent,
) -> Result<()> {
    let id = account.id();
    change_owner(tx, account, free, event.fact("reason", &reason)).await?;
    crash_points::hit("account.released").await;
    let Some(owner) = account.owner_id() else {
        return Ok(());
    };
    let notification = NewNotification::new(NotificationKind::AccountReleased, owner, id).account(id);
    notify(tx, &notification.param("name", account.name()).param("reason", reason)).await
}

/// Stores the owner of an account. Its open opportunities and the planned activities of both follow.
pub(crate) async fn change_owner(tx: &Tx, account: &LockedAccount, next: &AccountState, event: NewEvent) -> Result<()> {
    let before = account.owner_id();
    transition::apply(tx, account, next, event).await?;
    reactions::run(tx, Fact::AccountOwnerChanged { account: account.id(), owner: next.owner_id }).await?;
    activities::reassign_planned(tx, RecordRef::Account(account.id()), before, next.owner_id).await
}

/// Stores type, stage and customer status of an account, with an event for each that changed.
pub(crate) async fn apply_state(tx: &Tx, account: &LockedAccount, next: &AccountState) -> Result<()> {
    let (id, before) = (account.id(), account.state());
    if *next == before {
        return Ok(());
    }
    update_state(tx, account, next).await?;
    if next.account_type != before.account_type {
        let changed = account_event(EventKind::AccountTypeChanged, id).fact("type_before", before.account_type);
        append(tx, changed.fact("type", next.account_type)).await?;
    }
    if next.customer_status != before.customer_status {
        let changed = account_event(EventKind::AccountCustomerStatusChanged, id);
        let changed = changed.fact("customer_status_before", before.customer_status);
        append(tx, changed.fact("customer_status", &next.customer_status)).await?;
    }
    if next.stage != before.stage {
        append(tx, account_event(EventKind::AccountMoved, id).fact("stage_before", &before.stage).fact("stage", &next.stage))
            .await?;
    }
    let stages = (before.stage.as_ref(), next.stage.as_ref());
    tagging::sync_stage_tag(tx, (TaggedKind::Account, id.uuid()), stages, |kind| account_event(kind, id)).await
}

/// The owner of the open opportunities of an account: the owner of the account (R-ICHK-42).
///
/// # Errors
/// `archived`; `child_account` (R-ICHK-48); `owner_required` while the account is in the pool.
pub(crate) fn owner_of_opportunities(account: &LockedAccount) -> Result<UserId> {
    checks::not_archived(account.is_archived())?;
    if account.is_child() {
        return Err(Code::ChildAccount.into());
    }
    account.owner_id().ok_or_else(|| Code::OwnerRequired.into())
}
