use chot_domain::accounts::{AccountId, ContactDraft, ContactId, ContactPatch};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::shared::Code;
use chot_persistence::accounts::{self, LockedContact};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, lock, lock_unscoped};

use crate::{Result, checks};

pub(crate) fn contact_event(kind: EventKind, id: ContactId, account: AccountId) -> NewEvent {
    NewEvent::new(kind, id).account(account)
}

/// Adds a contact to an account (R-SUNO-24, R-XCRM-18).
///
/// # Errors
/// `forbidden`; violations of the draft, such as an account that is not visible; `archived`.
pub async fn create_contact(tx: &Tx, draft: &ContactDraft) -> Result<ContactId> {
    tx.require(Permission::AccountsUpdate)?;
    let account = lock(tx, draft.account_id).await?;
    let mut violations = checks::validate(tx, draft);
    if account.is_none() {
        violations.add("/account_id", "not_found");
    }
    violations.into_result(())?;
    checks::not_archived(account.is_some_and(|account| account.is_archived()))?;
    let id = tx.new_id();
    create_contact_as(tx, id, draft).await?;
    Ok(id)
}

/// Stores a validated contact.
pub(crate) async fn create_contact_as(tx: &Tx, id: ContactId, draft: &ContactDraft) -> Result<()> {
    accounts::insert_contact(tx, id, draft).await?;
    Ok(append(tx, contact_event(EventKind::ContactCreated, id, draft.account_id)).await?)
}

async fn load_for(tx: &Tx, id: ContactId, permission: Permission) -> Result<LockedContact> {
    checks::authorize(tx, lock(tx, id).await?, permission)
}

/// Updates a contact.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; violations of the result; `archived`; `version_mismatch`.
pub async fn update_contact(tx: &Tx, id: ContactId, patch: &ContactPatch, seen: Option<i64>) -> Result<()> {
    let contact = load_for(tx, id, Permission::AccountsUpdate).await?;
    let patched = checks::patched(tx, patch, &contact.draft(), async |after| Ok(checks::validate(tx, after))).await?;
    checks::check_editable(&contact, seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    accounts::update_contact(tx, &contact, &after).await?;
    Ok(append(tx, contact_event(EventKind::ContactUpdated, id, contact.account_id()).changes(changed)).await?)
}

/// Archives a contact.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `version_mismatch`.
pub async fn archive_contact(tx: &Tx, id: ContactId, seen: Option<i64>) -> Result<()> {
    let contact = load_for(tx, id, Permission::AccountsArchive).await?;
    checks::check_editable(&contact, seen).map_err(checks::gone_if_archived)?;
    chot_persistence::archive(tx, &contact).await?;
    Ok(append(tx, contact_event(EventKind::ContactArchived, id, contact.account_id())).await?)
}

/// Restores an archived contact.
///
/// # Errors
/// `not_found` if not visible; `forbidden`; `wrong_status` if it is not archived; `archived` if its account is archived.
pub async fn restore_contact(tx: &Tx, id: ContactId) -> Result<()> {
    let contact = checks::require_archived(tx, lock(tx, id).await?, Permission::AccountsArchive)?;
    let account = lock_unscoped(tx, contact.account_id()).await?.ok_or(Code::NotFound)?;
    checks::not_archived(account.is_archived())?;
    chot_persistence::restore(tx, &contact).await?;
    Ok(append(tx, contact_event(EventKind::ContactRestored, id, contact.account_id())).await?)
}
