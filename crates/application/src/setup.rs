//! The setup of a deployment: its playbook, the key that signs access tokens, the first users.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chot_domain::identity::{Actor, UserDraft, UserId};
use chot_domain::playbook::Playbook;
use chot_domain::shared::{Clock, Code, SystemClock};
use chot_persistence::{identity, playbook, secret_keys};
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use crate::identity::{create_user, hash_first_password};
use crate::{Ctx, Engine, Result, demo};

/// Activates the first playbook and creates the signing key. Existing ones do not change.
pub async fn init(engine: &Engine, first: Playbook) -> Result<()> {
    let known = playbook::current(&engine.db).await?;
    let is_new = known.is_none();
    let first = Arc::new(known.map_or(first, |known| known.playbook));
    let ctx = Ctx { engine: engine.clone(), actor: Actor::system(), playbook: first };
    let has_key = !identity::signing_keys(&engine.db).await?.is_empty();
    let secret = new_signing_key()?;
    ctx.write(async |tx| {
        if is_new {
            playbook::insert_first(tx, &ctx.playbook).await?;
        }
        if !has_key {
            let now = SystemClock.now();
            identity::insert_signing_key(tx, &secret, now, now).await?;
        }
        Ok(())
    })
    .await
}

/// Encrypts the third-party secrets with the first of the given keys. Returns how many were not encrypted with it before.
///
/// # Errors
/// `not_initialised`; a secret cannot be decrypted.
pub async fn encrypt_secrets(engine: &Engine) -> Result<usize> {
    let ctx = engine.act_as(Actor::system()).await?;
    ctx.write(async |tx| Ok(secret_keys::encrypt_all(tx).await?)).await
}

/// Removes the third-party secrets whose key is lost. They must be set again. Returns their number.
///
/// # Errors
/// `not_initialised`.
pub async fn forget_unreadable_secrets(engine: &Engine) -> Result<u64> {
    let ctx = engine.act_as(Actor::system()).await?;
    ctx.write(async |tx| Ok(secret_keys::forget_unreadable(tx).await?)).await
}

/// Creates a new key for signing access tokens. It is published at once and signs after `ahead`, so that all programs that verify
/// tokens know it by then. Tokens that were signed with the previous key stay valid until they expire.
///
/// # Errors
/// `not_initialised`.
pub async fn rotate_signing_key(engine: &Engine, ahead: TimeDelta) -> Result<DateTime<Utc>> {
    let ctx = engine.act_as(Actor::system()).await?;
    let (secret, signs_from) = (new_signing_key()?, SystemClock.now() + ahead);
    ctx.write(async |tx| Ok(identity::insert_signing_key(tx, &secret, SystemClock.now(), signs_from).await?)).await?;
    Ok(signs_from)
}

/// An Ed25519 key in PKCS #8, as base64.
fn new_signing_key() -> Result<String> {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Code::InternalError)?;
    Ok(STANDARD.encode(key.as_ref()))
}

/// Adds a user from the command line.
///
/// # Errors
/// `not_initialised`; violations of the draft; `already_exists`.
pub async fn add_user(engine: &Engine, draft: &UserDraft) -> Result<UserId> {
    let ctx = engine.act_as(Actor::system()).await?;
    let hash = hash_first_password(&ctx, Some(draft)).await?;
    ctx.write(async |tx| create_user(tx, draft, hash.clone()).await).await
}

/// What is missing before a server can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The schema is not up to date: `chot migrate`.
    Migrations,
    /// There is no playbook or no signing key: `chot init`.
    Playbook,
    /// Nobody can sign in: `chot user add`.
    Users,
}

/// Whether a user of the demo, whose password is public, can sign in.
pub async fn has_demo_users(engine: &Engine) -> Result<bool> {
    Ok(identity::has_active_users_at(&engine.db, demo::MAIL_DOMAIN).await?)
}

/// What is missing, if anything.
pub async fn missing(engine: &Engine) -> Result<Option<Missing>> {
    if !engine.db.is_migrated().await? {
        return Ok(Some(Missing::Migrations));
    }
    if playbook::current(&engine.db).await?.is_none() || identity::signing_keys(&engine.db).await?.is_empty() {
        return Ok(Some(Missing::Playbook));
    }
    Ok((!identity::has_users(&engine.db).await?).then_some(Missing::Users))
}
