use chot_domain::accounts::{AccountDraft, AccountId, AccountPatch, ChangeCustomerStatus, MoveCard, TagRecord};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::playbook::CardKind;
use chot_domain::records::RecordRef;
use chot_domain::shared::{Code, DomainError, Nothing, Violations};
use chot_persistence::accounts;
use chot_persistence::events::append;
use chot_persistence::opportunities;
use chot_persistence::tags::TaggedKind;
use chot_persistence::{Tx, hold, lock, lock_unscoped};

use super::ownership::notify_assigned;
use super::{account_event, apply_state, load_editable, load_for};
use crate::{Error, Result, checks, tagging, transition};

/// Creates an account as a prospect. The actor is the owner, unless the draft names another owner. That requires the permission
/// to assign, and the new owner is notified.
///
/// # Errors
/// `forbidden`; violations of the draft; `identity_taken` with the card of the account that has the number.
pub async fn create(tx: &Tx, draft: &AccountDraft) -> Result<AccountId> {
    tx.require(Permission::AccountsCreate)?;
    let owner = draft.owner_id.or_else(|| tx.actor.user());
    if let Some(owner) = draft.owner_id {
        checks::may_give_to(tx, owner, Permission::AccountsAssign)?;
    }
    let draft = AccountDraft { owner_id: owner, ..draft.clone() };
    check(tx, &draft, None, tx.faults()).await?.into_result(())?;
    require_free_identity(tx, &draft, None).await?;
    let id = tx.new_id();
    create_as(tx, id, &draft).await?;
    match owner {
        Some(owner) => notify_assigned(tx, owner, id, draft.name.as_str()).await.map(|()| id),
        None => Ok(id),
    }
}

/// Stores a validated account.
pub(crate) async fn create_as(tx: &Tx, id: AccountId, draft: &AccountDraft) -> Result<()> {
    accounts::insert(tx, id, draft).await?;
    let created = account_event(EventKind::AccountCreated, id).fact("type", "prospect").fact("owner_id", draft.owner_id);
    Ok(append(tx, created.fact("source", &draft.source)).await?)
}

/// Validates the draft against the playbook, the users and the parent account, in addition to the known violations.
pub(crate) async fn check(tx: &Tx, draft: &AccountDraft, of: Option<AccountId>, known: Violations) -> Result<Violations> {
    let mut violations = checks::validate_part(tx, draft, known);
    if let Some(owner) = draft.owner_id {
        checks::require_owner(tx, owner, Permission::AccountsUpdate, &mut violations).await?;
    }
    if let Some(parent) = draft.parent_id.filter(|_| violations.can_check("/parent_id")) {
        let fault = match lock(tx, parent).await?.filter(|parent| !parent.is_archived()) {
            None => Some("not_found"),
            Some(parent) if parent.is_child() => Some("is_a_child_itself"),
            Some(parent) if of == Some(parent.id()) => Some("is_the_account_itself"),
            Some(_) => None,
        };
        if let Some(fault) = fault {
            violations.add("/parent_id", fault);
        }
    }
    Ok(violations)
}

/// Fails with `identity_taken` if another account has the identity number (R-ICHK-02, R-ICHK-03). The error contains its card, if
/// the playbook shows cards.
pub(crate) async fn require_free_identity(tx: &Tx, draft: &AccountDraft, of: Option<AccountId>) -> Result<()> {
    let taken = accounts::id_by_identity(tx, draft.tax_code.as_ref(), draft.citizen_id.as_ref(), of).await?;
    match taken {
        None => Ok(()),
        Some(other) => Err(with_card(tx, Code::IdentityTaken, other).await?),
    }
}

/// The error for linking an account that the actor cannot edit (R-ICHK-98).
pub(crate) async fn not_editable(tx: &Tx, id: AccountId) -> Result<Error> {
    with_card(tx, Code::AccountNotEditable, id).await
}

/// Whether the actor may know that the account exists: the playbook shows cards, or the account is visible.
pub(crate) async fn may_know(tx: &Tx, id: AccountId) -> Result<bool> {
    if tx.playbook.policies.outsiders_see_account_cards {
        return Ok(accounts::is_active_unscoped(tx, id).await?);
    }
    Ok(tx.actor.may(Permission::AccountsRead) && accounts::is_visible(tx, &tx.actor, id).await?)
}

/// Adds the card to the error, if the actor may know that the account exists.
async fn with_card(tx: &Tx, code: Code, id: AccountId) -> Result<Error> {
    let card = if may_know(tx, id).await? { accounts::card(tx, id).await? } else { None };
    Ok(DomainError::from(code).fact("account", card).into())
}

/// Updates an account.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations of the result; `version_mismatch`; `identity_taken`; `in_use` if an
/// account with children or open opportunities would become a child.
pub async fn update(tx: &Tx, id: AccountId, patch: &AccountPatch, seen: Option<i64>) -> Result<()> {
    hold_in_order(tx, id, patch).await?;
    let account = load_for(tx, id, Permission::AccountsUpdate).await?;
    let before = account.draft();
    let check = async |after: &AccountDraft| check(tx, after, Some(id), tx.faults()).await;
    let patched = checks::patched(tx, patch, &before, check).await?;
    checks::check_editable(&account, seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    require_free_identity(tx, &after, Some(id)).await?;
    let becomes_child = before.parent_id.is_none() && after.parent_id.is_some();
    if becomes_child && (!accounts::children(tx, id).await?.is_empty() || !opportunities::open_of(tx, id).await?.is_empty()) {
        return Err(Code::InUse.into());
    }
    accounts::update(tx, &account, &after).await?;
    Ok(append(tx, account_event(EventKind::AccountUpdated, id).changes(changed)).await?)
}

/// Locks an account and its new parent in the order of their identifiers, as everywhere.
async fn hold_in_order(tx: &Tx, id: AccountId, patch: &AccountPatch) -> Result<()> {
    let parent = patch.member("parent_id").and_then(|parent| parent.as_str()?.parse::<AccountId>().ok());
    if let Some(parent) = parent.filter(|parent| *parent < id) {
        hold(tx, parent).await?;
    }
    Ok(())
}

/// Moves an account to a stage for accounts.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations, such as an unknown stage or a stage for other records.
pub async fn move_to(tx: &Tx, id: AccountId, order: &MoveCard) -> Result<()> {
    let account = load_for(tx, id, Permission::AccountsUpdate).await?;
    let stage = tx.playbook.stage_for(CardKind::Account, &order.stage)?;
    checks::check_editable(&account, None)?;
    let next = account.state().moved(stage);
    apply_state(tx, &account, &next).await
}

/// Sets the customer status of an account (R-EDU-58, R-EDU-74).
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations, such as an unknown or retired status; `archived`.
pub async fn change_customer_status(tx: &Tx, id: AccountId, order: &ChangeCustomerStatus) -> Result<()> {
    let account = load_editable(tx, id, Permission::AccountsUpdate, order).await?;
    apply_state(tx, &account, &account.state().in_customer_status(&order.customer_status)).await
}

/// Sets the customer status after a successful presentation, whoever acts (R-EDU-58).
///
/// # Errors
/// `not_found`.
pub(crate) async fn on_demo_done(tx: &Tx, id: AccountId) -> Result<()> {
    let account = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    apply_state(tx, &account, &account.state().after_demo(&tx.playbook)).await
}

/// Archives an account and frees its identity number.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; `version_mismatch`; `open_opportunities`; `in_use` while it has children.
pub async fn archive(tx: &Tx, id: AccountId, seen: Option<i64>) -> Result<()> {
    let account = load_for(tx, id, Permission::AccountsArchive).await?;
    checks::check_editable(&account, seen).map_err(checks::gone_if_archived)?;
    if !opportunities::open_of(tx, id).await?.is_empty() {
        return Err(Code::OpenOpportunities.into());
    }
    if !accounts::children(tx, id).await?.is_empty() {
        return Err(Code::InUse.into());
    }
    transition::archive(tx, &account, EventKind::AccountArchived).await?;
    transition::pause_activities(tx, RecordRef::Account(id)).await
}

/// Restores an archived account.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived; `archived` if its parent is archived;
/// `child_account` if its parent has become a child; `identity_taken` if another account has its number now.
pub async fn restore(tx: &Tx, id: AccountId) -> Result<()> {
    let account = checks::require_archived(tx, lock(tx, id).await?, Permission::AccountsArchive)?;
    let draft = account.draft();
    if let Some(parent) = draft.parent_id {
        let parent = lock_unscoped(tx, parent).await?.ok_or(Code::NotFound)?;
        checks::not_archived(parent.is_archived())?;
        if parent.is_child() {
            return Err(Code::ChildAccount.into());
        }
    }
    require_free_identity(tx, &draft, Some(id)).await?;
    transition::restore(tx, &account, EventKind::AccountRestored).await?;
    transition::resume_activities(tx, RecordRef::Account(id)).await
}

/// Adds a tag to an account (idempotent). The tag of a stage moves the account to that stage.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; violations, such as an unknown tag.
pub async fn tag(tx: &Tx, id: AccountId, order: &TagRecord) -> Result<()> {
    load_editable(tx, id, Permission::AccountsUpdate, order).await?;
    if let Some(at) = tx.playbook.stage_tagged(CardKind::Account, &order.tag) {
        return move_to(tx, id, &MoveCard { stage: at.stage.key.clone() }).await;
    }
    tagging::add(tx, (TaggedKind::Account, id.uuid()), &[order.tag.as_str()], || account_event(EventKind::AccountTagged, id))
        .await?;
    Ok(())
}

/// Removes a tag from an account.
///
/// # Errors
/// `not_found` or `forbidden` if not visible; `not_found` if it does not have the tag; `tag_of_stage` for the tag of its stage.
pub async fn untag(tx: &Tx, id: AccountId, tag: &str) -> Result<()> {
    let account = load_editable(tx, id, Permission::AccountsUpdate, &Nothing {}).await?;
    let (stage, event) = (account.state().stage, account_event(EventKind::AccountUntagged, id));
    tagging::remove(tx, (TaggedKind::Account, id.uuid()), stage.as_ref(), tag, event).await
}
