use chot_domain::history::EventKind;
use chot_domain::identity::{Password, Permission, TeamDraft, TeamId, TeamPatch, UserDraft, UserId, UserPatch};
use chot_domain::playbook::Role;
use chot_domain::shared::{Changes, Clock, Code, SystemClock, Violations};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, deliveries, identity, lock_unscoped};
use serde_json::Value;

use super::keys::end_keys_of;
use crate::reactions::{self, Fact};
use crate::{Ctx, Result, checks, secrets};

/// The digest of a user's first password, if one is given. Hashing takes time, so it is done before the unit of work, and only
/// for a valid draft.
///
/// # Errors
/// `forbidden`.
pub async fn hash_first_password(ctx: &Ctx, draft: Option<&UserDraft>) -> Result<Option<String>> {
    ctx.actor.require(Permission::UsersWrite)?;
    match draft.and_then(|draft| draft.password.as_ref()) {
        Some(password) => Ok(Some(secrets::hash_password(password.as_str()).await?)),
        None => Ok(None),
    }
}

/// The digest of the new password in a patch, if it is valid. An invalid one is reported with the other violations of the patch.
///
/// # Errors
/// `forbidden`.
pub async fn hash_new_password(ctx: &Ctx, patch: Option<&UserPatch>) -> Result<Option<String>> {
    ctx.actor.require(Permission::UsersWrite)?;
    let text = patch.and_then(|patch| patch.member("password")).and_then(|password| password.as_str());
    match text.and_then(|text| Password::parse(text).ok()) {
        Some(password) => Ok(Some(secrets::hash_password(password.as_str()).await?)),
        None => Ok(None),
    }
}

/// Creates a user, with the digest of a first password if there is one.
///
/// # Errors
/// `forbidden`; violations of the draft; `already_exists` if the e-mail address is taken.
pub async fn create_user(tx: &Tx, draft: &UserDraft, hash: Option<String>) -> Result<UserId> {
    tx.require(Permission::UsersWrite)?;
    check_user(tx, draft).await?.into_result(())?;
    let id = tx.new_id();
    identity::insert_user(tx, id, draft, hash).await?;
    append(tx, NewEvent::new(EventKind::UserCreated, id).fact("role", &draft.role)).await?;
    Ok(id)
}

/// Actors cannot assign a role with more rights than their own: a limited API key cannot create administrators.
fn within_rights(tx: &Tx, role: &Role) -> bool {
    role.granted().and(tx.actor.permissions) == role.granted() && role.scope <= tx.actor.scope
}

async fn check_user(tx: &Tx, draft: &UserDraft) -> Result<Violations> {
    let mut violations = checks::validate(tx, draft);
    if tx.playbook.role(draft.role.as_str()).is_some_and(|role| !within_rights(tx, role)) {
        violations.add("/role", "beyond_your_rights");
    }
    if let Some(team) = draft.team_id
        && violations.can_check("/team_id")
        && identity::lock_team(tx, team).await?.is_none()
    {
        violations.add("/team_id", "not_found");
    }
    Ok(violations)
}

/// Updates a user. An inactive user is signed out everywhere and gets no more e-mails. The last administrator cannot lose that
/// role. A new password ends the sessions and, unless `keep_keys` is true, the API keys and the calendar feed.
///
/// # Errors
/// `forbidden`; `not_found`; violations of the result; `version_mismatch`; `already_exists`; `last_administrator`.
pub async fn update_user(tx: &Tx, id: UserId, patch: &UserPatch, hash: Option<&str>, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::UsersWrite)?;
    let user = lock_unscoped(tx, id).await?.ok_or(Code::NotFound)?;
    let before = user.draft();
    if tx.playbook.role(before.role.as_str()).is_some_and(|role| !within_rights(tx, role)) {
        return Err(Code::Forbidden.into());
    }
    let patched = checks::patched(tx, patch, &before, async |after| check_user(tx, after).await).await?;
    user.expect_version(seen)?;
    let (after, changed) = patched.unwrap_or_else(|| (before.clone(), Changes::new()));
    if changed.is_empty() && hash.is_none() {
        return Ok(());
    }
    let steps_down = before.role.as_str() == "admin" && before.is_active && (after.role.as_str() != "admin" || !after.is_active);
    if steps_down && identity::active_admins(tx, id).await? == 0 {
        return Err(Code::LastAdministrator.into());
    }
    identity::update_user(tx, &user, &after).await?;
    if let Some(hash) = hash {
        identity::set_password(tx, id, hash).await?;
    }
    if before.is_active && !after.is_active {
        deliveries::cancel_of(tx, id).await?;
    }
    if !after.is_active || hash.is_some() {
        identity::end_sessions_of(tx, id, None, SystemClock.now()).await?;
    }
    if hash.is_some() && patch.member("keep_keys") != Some(&Value::Bool(true)) {
        end_keys_of(tx, id).await?;
        reactions::run(tx, Fact::PasswordReplaced { user: id }).await?;
    }
    let updated = NewEvent::new(EventKind::UserUpdated, id);
    Ok(append(tx, updated.changes(changed)).await?)
}

/// Creates a team.
///
/// # Errors
/// `forbidden`; violations of the draft; `already_exists` if the name is taken.
pub async fn create_team(tx: &Tx, draft: &TeamDraft) -> Result<TeamId> {
    tx.require(Permission::UsersWrite)?;
    check_team(tx, draft, None).await?.into_result(())?;
    let id = tx.new_id();
    identity::insert_team(tx, id, draft).await?;
    append(tx, NewEvent::new(EventKind::TeamCreated, id)).await?;
    Ok(id)
}

/// Updates a team.
///
/// # Errors
/// `forbidden`; `not_found`; violations of the result, such as a team below itself; `version_mismatch`; `already_exists`.
pub async fn update_team(tx: &Tx, id: TeamId, patch: &TeamPatch, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::UsersWrite)?;
    identity::lock_teams(tx).await?;
    let team = identity::lock_team(tx, id).await?.ok_or(Code::NotFound)?;
    let patched = checks::patched(tx, patch, &team.draft(), async |after| check_team(tx, after, Some(id)).await).await?;
    team.expect_version(seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    identity::update_team(tx, &team, &after).await?;
    Ok(append(tx, NewEvent::new(EventKind::TeamUpdated, id).changes(changed)).await?)
}

async fn check_team(tx: &Tx, draft: &TeamDraft, of: Option<TeamId>) -> Result<Violations> {
    let mut violations = checks::validate(tx, draft);
    if let Some(parent) = draft.parent_id.filter(|_| violations.can_check("/parent_id")) {
        if identity::lock_team(tx, parent).await?.is_none() {
            violations.add("/parent_id", "not_found");
        } else if let Some(team) = of
            && identity::team_is_below(tx, parent, team).await?
        {
            violations.add("/parent_id", "below_itself");
        }
    }
    Ok(violations)
}
