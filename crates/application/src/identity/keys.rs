use chot_domain::history::EventKind;
use chot_domain::identity::{ApiKeyDraft, ApiKeyId, Permission, UserId};
use chot_domain::shared::Code;
use chot_persistence::events::{NewEvent, append};
use chot_persistence::identity::{self, LockedApiKey, NewApiKey};
use chot_persistence::{Tx, lock_unscoped};

use crate::{Result, checks, secrets};

/// A new secret; it is shown once and stored as a digest.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// The key's identifier.
    pub id: ApiKeyId,
    /// The complete key.
    pub key: String,
}

/// Creates an API key that acts for the caller. Its permissions are those of its scopes that the caller also has. A key created
/// with another key is revoked together with it. By default it also expires at the same time.
///
/// # Errors
/// `forbidden`; violations of the draft, such as a scope that the caller does not have, or an expiry after that of the caller's
/// key.
pub async fn create_api_key(tx: &Tx, draft: &ApiKeyDraft) -> Result<NewSecret> {
    tx.require(Permission::ApiKeysWrite)?;
    let user = checks::acting_user(tx)?;
    let mut violations = checks::validate(tx, draft);
    for (index, scope) in draft.scopes.iter().flatten().enumerate() {
        if !tx.actor.may(*scope) {
            violations.add(&format!("/scopes/{index}"), "beyond_your_rights");
        }
    }
    if draft.expires_at.is_some_and(|at| at <= tx.now) {
        violations.add("/expires_at", "in_the_past");
    }
    let parent = match tx.actor.api_key() {
        Some(key) => Some(parent_of_new(tx, key, user).await?),
        None => None,
    };
    let latest = parent.as_ref().and_then(LockedApiKey::expires_at);
    if latest.zip(draft.expires_at).is_some_and(|(latest, at)| at > latest) {
        violations.add("/expires_at", "beyond_your_rights");
    }
    violations.into_result(())?;
    let (prefix, secret) = (format!("chot_live_{}", secrets::random_name(8)?), secrets::random_text(32)?);
    let id = tx.new_id();
    let scopes = match &draft.scopes {
        Some(scopes) => scopes.iter().copied().collect(),
        None => tx.actor.permissions.iter().collect(),
    };
    let new = NewApiKey {
        id,
        prefix: &prefix,
        secret_hash: &secrets::digest(&secret),
        name: draft.name.as_str(),
        user,
        scopes: &scopes,
        expires_at: draft.expires_at.or(latest),
        parent: tx.actor.api_key(),
    };
    identity::insert_api_key(tx, &new).await?;
    append(tx, NewEvent::new(EventKind::ApiKeyCreated, id).fact("scopes", &scopes)).await?;
    Ok(NewSecret { id, key: format!("{prefix}_{secret}") })
}

/// The key with which another is created, locked so that it cannot be revoked meanwhile. The user is locked before the key, as
/// when the user gets a new password.
async fn parent_of_new(tx: &Tx, key: ApiKeyId, user: UserId) -> Result<LockedApiKey> {
    lock_unscoped(tx, user).await?.ok_or(Code::Unauthenticated)?;
    Ok(identity::lock_api_key(tx, key, user).await?.ok_or(Code::Unauthenticated)?)
}

/// Revokes one of the caller's own API keys and what was created with it.
///
/// # Errors
/// `forbidden`; `not_found`; `version_mismatch`.
pub async fn revoke_api_key(tx: &Tx, id: ApiKeyId, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::ApiKeysWrite)?;
    let key = identity::lock_api_key(tx, id, checks::acting_user(tx)?).await?.ok_or(Code::NotFound)?;
    key.expect_version(seen)?;
    let ended = identity::revoke_api_key(tx, &key).await?;
    record_revoked(tx, &ended).await
}

/// Revokes all API keys of a user.
pub(super) async fn end_keys_of(tx: &Tx, user: UserId) -> Result<()> {
    let ended = identity::revoke_api_keys_of(tx, user).await?;
    record_revoked(tx, &ended).await
}

async fn record_revoked(tx: &Tx, keys: &[ApiKeyId]) -> Result<()> {
    for key in keys {
        append(tx, NewEvent::new(EventKind::ApiKeyRevoked, *key)).await?;
    }
    Ok(())
}
