//! Rules that several actions share: what a request refers to must exist and be usable.

use chot_domain::catalog::ProductId;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Changes, Code, Draft, MergePatch, Violation, Violations, changes};
use chot_persistence::{Archived, Locked, Tx, catalog, identity};
use serde::Serialize;

use crate::{Error, Result};

/// The violations of the body: those found when it was read, and those of the playbook and the current time.
pub(crate) fn validate(tx: &Tx, draft: &impl Draft) -> Violations {
    validate_part(tx, draft, tx.faults())
}

/// The same for a part of the body, in which some violations are known.
pub(crate) fn validate_part(tx: &Tx, draft: &impl Draft, mut known: Violations) -> Violations {
    draft.check_against(&tx.playbook, tx.now, &mut known);
    known
}

/// Applies a patch to the draft of a record. Returns the new draft with the changes of each field, or `None` if nothing changes.
/// The result is validated against the rules of creation, but only for the changed fields: a value that was retired since may
/// stay beside a new one.
///
/// # Errors
/// All violations of the patch and of the changed fields.
pub(crate) async fn patched<T: Draft + Serialize>(
    tx: &Tx,
    patch: &MergePatch<T>,
    before: &T,
    check: impl AsyncFnOnce(&T) -> Result<Violations>,
) -> Result<Option<(T, Changes)>> {
    let (after, faults) = patch.apply(before, &tx.playbook)?;
    tx.fault(faults);
    let changed = changes(before, &after);
    if changed.is_empty() {
        return Ok(tx.faults().into_result(None)?);
    }
    let found = check(&after).await?.only_for(|member| changed.contains_key(member));
    let found = found.unless(|fault| was_invalid_before(&changed, fault));
    Ok(tx.faults().merge(found).into_result(Some((after, changed)))?)
}

/// Whether a violation concerns an unchanged part of a changed field. A value of a list may have moved to another position.
fn was_invalid_before(changed: &Changes, fault: &Violation) -> bool {
    let Some((member, part)) = fault.pointer.trim_start_matches('/').split_once('/') else {
        return false;
    };
    let part = format!("/{part}");
    let Some((change, now)) = changed.get(member).and_then(|change| Some((change, change.to.pointer(&part)?))) else {
        return false;
    };
    let list = part.rsplit_once('/').and_then(|(list, _)| change.from.pointer(list)?.as_array());
    let is_in_list = list.is_some_and(|list| fault.code == "retired_key" && list.contains(now));
    is_in_list || change.from.pointer(&part) == Some(now)
}

/// Adds a violation if the product does not exist or is not sold.
pub(crate) async fn require_product(tx: &Tx, id: ProductId, pointer: &str, violations: &mut Violations) -> Result<()> {
    if violations.can_check(pointer) && !catalog::unsold(tx, &[id]).await?.is_empty() {
        violations.add(pointer, "not_found");
    }
    Ok(())
}

/// Adds a violation at `/owner_id` if the owner does not exist, is inactive, or has a role that cannot own such records.
pub(crate) async fn require_owner(tx: &Tx, id: UserId, working: Permission, violations: &mut Violations) -> Result<()> {
    require_owner_at(tx, id, working, "/owner_id", violations).await
}

/// The same for an owner at another pointer.
pub(crate) async fn require_owner_at(
    tx: &Tx,
    id: UserId,
    working: Permission,
    pointer: &str,
    violations: &mut Violations,
) -> Result<()> {
    if !violations.can_check(pointer) {
        return Ok(());
    }
    match identity::role_of(tx, id).await? {
        None => violations.add(pointer, "not_found"),
        Some(role) if !tx.playbook.role(role.as_str()).is_some_and(|role| role.granted().contains(working)) => {
            violations.add(pointer, "cannot_own");
        }
        Some(_) => {}
    }
    Ok(())
}

/// Requires the permission to assign if the new owner is not the actor.
pub(crate) fn may_give_to(tx: &Tx, owner: UserId, give_out: Permission) -> Result<()> {
    if tx.actor.user() == Some(owner) { Ok(()) } else { Ok(tx.require(give_out)?) }
}

/// Returns a locked record that is visible to the actor, with permission to work on it. The violations of the request come next,
/// then [`check_editable`].
///
/// # Errors
/// `not_found`, then `forbidden`.
pub(crate) fn authorize<R: Archived>(tx: &Tx, found: Option<Locked<R>>, permission: Permission) -> Result<Locked<R>> {
    let record = found.ok_or(Code::NotFound)?;
    tx.require(permission)?;
    Ok(record)
}

/// Checks that a record is not archived and has the version that the caller has seen.
///
/// # Errors
/// `archived`, then `version_mismatch`.
pub(crate) fn check_editable<R: Archived>(record: &Locked<R>, seen: Option<i64>) -> Result<()> {
    not_archived(record.is_archived())?;
    Ok(record.expect_version(seen)?)
}

/// Returns an archived record that is visible to the actor, who may restore it.
///
/// # Errors
/// `not_found`; `forbidden`; `wrong_status` if it is not archived.
pub(crate) fn require_archived<R: Archived>(tx: &Tx, found: Option<Locked<R>>, permission: Permission) -> Result<Locked<R>> {
    let record = authorize(tx, found, permission)?;
    if record.is_archived() { Ok(record) } else { Err(Code::WrongStatus.into()) }
}

/// Fails with `archived` if the record is archived.
pub(crate) fn not_archived(is_archived: bool) -> Result<()> {
    if is_archived { Err(Code::Archived.into()) } else { Ok(()) }
}

/// An archived record cannot be archived again: a second DELETE returns `not_found`.
pub(crate) fn gone_if_archived(error: impl Into<Error>) -> Error {
    match error.into() {
        Error::Refused(refusal) if refusal.code == Code::Archived => Code::NotFound.into(),
        other => other,
    }
}

/// Only a user, or an API key of a user, can own records.
pub(crate) fn acting_user(tx: &Tx) -> Result<UserId> {
    tx.actor.user().ok_or_else(|| Code::Forbidden.into())
}
