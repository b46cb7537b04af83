use chot_domain::history::EventKind;
use chot_domain::identity::{ApiKeyDraft, ApiKeyId, Permission};
use chot_domain::shared::Code;
use chot_persistence::Tx;
use chot_persistence::events::{Happening, record};
use chot_persistence::identity::{self, NewApiKey};

use crate::{Result, checks, secrets};

/// A secret that was just made; it is shown once and stored as a digest.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// The key's identifier.
    pub id: ApiKeyId,
    /// The whole key.
    pub key: String,
}

/// Makes an API key that acts for the caller. It can do no more than its scopes, and no more than the caller.
///
/// # Errors
/// `forbidden`; every violation of the draft, such as a scope that the caller does not have.
pub async fn create_api_key(tx: &Tx, draft: &ApiKeyDraft) -> Result<NewSecret> {
    tx.require(Permission::ApiKeysWrite)?;
    let user = checks::acting_user(tx)?;
    let mut violations = checks::judge(tx, draft);
    for (index, scope) in draft.scopes.iter().enumerate() {
        if !tx.actor.may(*scope) {
            violations.add(&format!("/scopes/{index}"), "beyond_your_rights");
        }
    }
    if draft.expires_at.is_some_and(|at| at <= tx.now) {
        violations.add("/expires_at", "in_the_past");
    }
    violations.unless_any(())?;
    let (prefix, secret) = (format!("chot_live_{}", secrets::random_name(8)?), secrets::random_text(32)?);
    let id = tx.new_id();
    let scopes = draft.scopes.iter().copied().collect();
    let new = NewApiKey {
        id,
        prefix: &prefix,
        secret_hash: &secrets::digest(&secret),
        name: draft.name.as_str(),
        user,
        scopes: &scopes,
        expires_at: draft.expires_at,
    };
    identity::insert_api_key(tx, &new).await?;
    record(tx, Happening::new(EventKind::ApiKeyCreated, id).with("scopes", &scopes)).await?;
    Ok(NewSecret { id, key: format!("{prefix}_{secret}") })
}

/// Revokes one of the caller's own API keys.
///
/// # Errors
/// `forbidden`; `not_found`; `version_mismatch`.
pub async fn revoke_api_key(tx: &Tx, id: ApiKeyId, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::ApiKeysWrite)?;
    let key = identity::lock_api_key(tx, id, checks::acting_user(tx)?).await?.ok_or(Code::NotFound)?;
    key.expect_version(seen)?;
    identity::revoke_api_key(tx, &key).await?;
    Ok(record(tx, Happening::new(EventKind::ApiKeyRevoked, id)).await?)
}
