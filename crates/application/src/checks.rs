//! Rules that several verbs share: what a request names must exist and be usable.

use chot_domain::catalog::ProductId;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Changes, Code, Draft, MergePatch, Outcome, Violations, changes};
use chot_persistence::{Archived, Locked, Tx, catalog, identity};
use serde::Serialize;

use crate::{Error, Result};

/// What the playbook and the present moment have against a draft.
pub(crate) fn judge(tx: &Tx, draft: &impl Draft) -> Violations {
    let mut violations = Violations::default();
    draft.check_against(&tx.playbook, tx.now, &mut violations);
    violations
}

/// A record's draft as a patch makes it, and what became of each member; nothing, if the patch changes nothing. It is held against the
/// rules of creation, of which the patch answers for what it changed, not for what stood before.
pub(crate) async fn patched<T: Draft + Serialize>(
    tx: &Tx,
    patch: &MergePatch<T>,
    before: &T,
    check: impl AsyncFnOnce(&T) -> Result<Violations>,
) -> Result<Option<(T, Changes)>> {
    let after = patch.apply(before, &tx.playbook, tx.now)?;
    let changed = changes(before, &after);
    if changed.is_empty() {
        return Ok(None);
    }
    check(&after).await?.caused_by(|member| changed.contains_key(member)).unless_any(())?;
    Ok(Some((after, changed)))
}

/// Notes a product that does not exist or is not sold.
pub(crate) async fn demand_product(tx: &Tx, id: ProductId, pointer: &str, violations: &mut Violations) -> Result<()> {
    if !catalog::unsold(tx, &[id]).await?.is_empty() {
        violations.add(pointer, "not_found");
    }
    Ok(())
}

/// Notes at `/owner_id` an owner who does not exist or does not work here any more, or whose role does not work such records.
pub(crate) async fn demand_owner(tx: &Tx, id: UserId, working: Permission, violations: &mut Violations) -> Result<()> {
    demand_owner_at(tx, id, working, "/owner_id", violations).await
}

/// The same for an owner who is named elsewhere.
pub(crate) async fn demand_owner_at(
    tx: &Tx,
    id: UserId,
    working: Permission,
    pointer: &str,
    violations: &mut Violations,
) -> Result<()> {
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
pub(crate) fn may_give_to(tx: &Tx, owner: UserId, give_out: Permission) -> Outcome<()> {
    if tx.actor.user() == Some(owner) { Ok(()) } else { tx.require(give_out) }
}

/// A record that was found in sight of the actor, who may work on it, in the version that the caller has seen.
///
/// # Errors
/// `not_found`; `forbidden`; `archived`; `version_mismatch`; in this order.
pub(crate) fn demand<R: Archived>(
    tx: &Tx,
    found: Option<Locked<R>>,
    permission: Permission,
    seen: Option<i64>,
) -> Outcome<Locked<R>> {
    let record = found.ok_or(Code::NotFound)?;
    tx.require(permission)?;
    not_archived(record.is_archived())?;
    record.expect_version(seen)?;
    Ok(record)
}

/// A record that was found in sight of the actor, in the archive, from where the actor may bring it back.
///
/// # Errors
/// `not_found`; `forbidden`; `wrong_status` if it is not archived.
pub(crate) fn demand_archived<R: Archived>(tx: &Tx, found: Option<Locked<R>>, permission: Permission) -> Outcome<Locked<R>> {
    let record = found.ok_or(Code::NotFound)?;
    tx.require(permission)?;
    if record.is_archived() { Ok(record) } else { Err(Code::WrongStatus.into()) }
}

/// Refuses to work on what is in the archive.
pub(crate) fn not_archived(is_archived: bool) -> Outcome<()> {
    if is_archived { Err(Code::Archived.into()) } else { Ok(()) }
}

/// What is archived already cannot be archived again: to who deletes twice it is gone.
pub(crate) fn gone_if_archived(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == Code::Archived => Code::NotFound.into(),
        other => other,
    }
}

/// Only a user, or a program of one, can own things.
pub(crate) fn acting_user(tx: &Tx) -> Outcome<UserId> {
    tx.actor.user().ok_or_else(|| Code::Forbidden.into())
}
