//! Rules that several verbs share: what a request names must exist and be usable.

use chot_domain::catalog::ProductId;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Changes, Code, Draft, MergePatch, Violation, Violations, changes};
use chot_persistence::{Archived, Locked, Tx, catalog, identity};
use serde::Serialize;

use crate::{Error, Result};

/// What is wrong with the body of the request: what was found when it was read, and what the playbook and the present moment have against
/// it.
pub(crate) fn validate(tx: &Tx, draft: &impl Draft) -> Violations {
    validate_part(tx, draft, tx.faults())
}

/// The same for a part of the body, in which some faults are known.
pub(crate) fn validate_part(tx: &Tx, draft: &impl Draft, mut known: Violations) -> Violations {
    draft.check_against(&tx.playbook, tx.now, &mut known);
    known
}

/// A record's draft as a patch makes it, and what became of each member; nothing, if the patch changes nothing. It is held against the
/// rules of creation, of which the patch answers for what it changed, not for what stood before: an answer to a field that was retired
/// since stays beside one that is new.
///
/// # Errors
/// Everything that is wrong with the patch and with what it makes of the record.
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

/// Whether a fault is of a part of a changed member that is as it was. A word of a list may have stood at another place of it.
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

/// Notes a product that does not exist or is not sold.
pub(crate) async fn require_product(tx: &Tx, id: ProductId, pointer: &str, violations: &mut Violations) -> Result<()> {
    if violations.can_check(pointer) && !catalog::unsold(tx, &[id]).await?.is_empty() {
        violations.add(pointer, "not_found");
    }
    Ok(())
}

/// Notes at `/owner_id` an owner who does not exist or does not work here any more, or whose role does not work such records.
pub(crate) async fn require_owner(tx: &Tx, id: UserId, working: Permission, violations: &mut Violations) -> Result<()> {
    require_owner_at(tx, id, working, "/owner_id", violations).await
}

/// The same for an owner who is named elsewhere.
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

/// Naming somebody else than oneself as the owner wants the right to give records out.
pub(crate) fn may_give_to(tx: &Tx, owner: UserId, give_out: Permission) -> Result<()> {
    if tx.actor.user() == Some(owner) { Ok(()) } else { Ok(tx.require(give_out)?) }
}

/// A record that was found in sight of the actor, who may work on it. What is wrong with the request is told next, then whether the
/// record is [`ready`].
///
/// # Errors
/// `not_found`; `forbidden`; in this order.
pub(crate) fn authorize<R: Archived>(tx: &Tx, found: Option<Locked<R>>, permission: Permission) -> Result<Locked<R>> {
    let record = found.ok_or(Code::NotFound)?;
    tx.require(permission)?;
    Ok(record)
}

/// Refuses to work on a record that is in the archive, or in another version than the caller has seen.
///
/// # Errors
/// `archived`; `version_mismatch`; in this order.
pub(crate) fn check_editable<R: Archived>(record: &Locked<R>, seen: Option<i64>) -> Result<()> {
    not_archived(record.is_archived())?;
    Ok(record.expect_version(seen)?)
}

/// A record that was found in sight of the actor, in the archive, from where the actor may bring it back.
///
/// # Errors
/// `not_found`; `forbidden`; `wrong_status` if it is not archived.
pub(crate) fn require_archived<R: Archived>(tx: &Tx, found: Option<Locked<R>>, permission: Permission) -> Result<Locked<R>> {
    let record = authorize(tx, found, permission)?;
    if record.is_archived() { Ok(record) } else { Err(Code::WrongStatus.into()) }
}

/// Refuses to work on what is in the archive.
pub(crate) fn not_archived(is_archived: bool) -> Result<()> {
    if is_archived { Err(Code::Archived.into()) } else { Ok(()) }
}

/// What is archived already cannot be archived again: to who deletes twice it is gone.
pub(crate) fn gone_if_archived(error: impl Into<Error>) -> Error {
    match error.into() {
        Error::Refused(refusal) if refusal.code == Code::Archived => Code::NotFound.into(),
        other => other,
    }
}

/// Only a user, or a program of one, can own things.
pub(crate) fn acting_user(tx: &Tx) -> Result<UserId> {
    tx.actor.user().ok_or_else(|| Code::Forbidden.into())
}
