use chot_domain::accounts::{AccountId, AssignOwner, Release};
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Code, Outcome, Violations};
use chot_persistence::accounts::{self, AccountChange, LockedAccount};
use chot_persistence::events::{Happening, record};
use chot_persistence::{Tx, opportunities};

use super::{happening, working};
use crate::opportunities::happening as opportunity_happening;
use crate::{Result, checks};

/// Gives an account to a salesperson; its open opportunities follow (R-ICHK-50).
///
/// # Errors
/// `not_found` or `forbidden` out of sight; an owner who does not work here.
pub async fn assign(tx: &Tx, id: AccountId, order: &AssignOwner) -> Result<()> {
    // The pool is in nobody's sight but is given out all the same by those who assign.
    let in_pool = accounts::lock_any(tx, id).await?.is_some_and(|account| account.owner_id().is_none() && !account.is_archived());
    let account = if in_pool {
        tx.require(Permission::AccountsAssign)?;
        accounts::lock_any(tx, id).await?.ok_or(Code::NotFound)?
    } else {
        working(tx, id, Permission::AccountsAssign, None).await?
    };
    let mut violations = Violations::default();
    checks::demand_owner(tx, order.owner_id, Permission::AccountsUpdate, &mut violations).await?;
    violations.unless_any(())?;
    let happened = happening(EventKind::AccountAssigned, id).saying("reason", order.reason.as_ref());
    give_to(tx, &account, Some(order.owner_id), happened).await
}

/// Takes an account from the pool. Of several who come at once, one gets it.
///
/// # Errors
/// `forbidden`; `not_in_pool` if somebody owns it.
pub async fn claim(tx: &Tx, id: AccountId) -> Result<()> {
    tx.require(Permission::AccountsClaim)?;
    let user = checks::acting_user(tx)?;
    let account = accounts::lock_any(tx, id).await?.filter(|account| !account.is_archived()).ok_or(Code::NotFound)?;
    if account.owner_id().is_some() {
        return Err(Code::NotInPool.into());
    }
    give_to(tx, &account, Some(user), happening(EventKind::AccountClaimed, id)).await
}

/// Puts an account back into the pool, with the reason in its history (R-ICHK-22).
///
/// # Errors
/// `not_found` or `forbidden` out of sight; an unknown reason; `owner_required` if it stands there already.
pub async fn release(tx: &Tx, id: AccountId, order: &Release) -> Result<()> {
    let account = working(tx, id, Permission::AccountsRelease, None).await?;
    checks::judge(tx, order).unless_any(())?;
    if account.owner_id().is_none() {
        return Err(Code::OwnerRequired.into());
    }
    let happened = happening(EventKind::AccountReleased, id).with("reason", &order.reason).saying("note", order.note.as_ref());
    give_to(tx, &account, None, happened).await
}

/// Writes who owns an account now, and lets its open opportunities follow.
pub(crate) async fn give_to(tx: &Tx, account: &LockedAccount, owner: Option<UserId>, happened: Happening) -> Result<()> {
    let before = account.owner_id();
    accounts::write(tx, account, &AccountChange { owner: Some(owner), ..Default::default() }).await?;
    record(tx, happened.with("owner_id_before", before).with("owner_id", owner)).await?;
    follow_owner(tx, account.id(), owner).await
}

/// Gives the open opportunities of an account to its owner, and tells of each.
pub(crate) async fn follow_owner(tx: &Tx, account: AccountId, owner: Option<UserId>) -> Result<()> {
    for (opportunity, before) in opportunities::follow_owner(tx, account, owner).await? {
        let followed = opportunity_happening(EventKind::OpportunityOwnerChanged, opportunity, account);
        record(tx, followed.with("owner_id_before", before).with("owner_id", owner)).await?;
    }
    Ok(())
}

/// Who is to own the open opportunities of an account: its salesperson (R-ICHK-42).
///
/// # Errors
/// `archived`; `child_account` (R-ICHK-48); `owner_required` while the account is in the pool.
pub(crate) fn owner_of_opportunities(account: &LockedAccount) -> Outcome<UserId> {
    checks::not_archived(account.is_archived())?;
    if account.is_child() {
        return Err(Code::ChildAccount.into());
    }
    account.owner_id().ok_or_else(|| Code::OwnerRequired.into())
}
