//! Setting up a deployment: its playbook, the key that signs access tokens, the first users.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chot_domain::identity::{Actor, UserDraft, UserId};
use chot_domain::playbook::Playbook;
use chot_domain::shared::Code;
use chot_persistence::{identity, playbook};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use crate::identity::{create_user, hash_first_password};
use crate::{Ctx, Engine, Result};

/// Puts the first playbook into force and makes the signing key. What is there already stays.
///
/// # Errors
/// When the database fails.
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
            identity::insert_signing_key(tx, &secret).await?;
        }
        Ok(())
    })
    .await
}

/// An Ed25519 key in PKCS #8, as base64.
fn new_signing_key() -> Result<String> {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Code::InternalError)?;
    Ok(STANDARD.encode(key.as_ref()))
}

/// Adds a user from the command line.
///
/// # Errors
/// `not_initialised`; every violation of the draft; `already_exists`.
pub async fn add_user(engine: &Engine, draft: &UserDraft) -> Result<UserId> {
    let ctx = engine.act_as(Actor::system()).await?;
    let hash = hash_first_password(&ctx, Some(draft)).await?;
    ctx.write(async |tx| create_user(tx, draft, hash.clone()).await).await
}

/// What a server needs before it can serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The schema is not up to date: `chot migrate`.
    Migrations,
    /// There is no playbook or no signing key: `chot init`.
    Playbook,
    /// Nobody can sign in: `chot user add`.
    Users,
}

/// What is missing, if anything.
///
/// # Errors
/// When the database fails.
pub async fn missing(engine: &Engine) -> Result<Option<Missing>> {
    if !engine.db.is_migrated().await? {
        return Ok(Some(Missing::Migrations));
    }
    if playbook::current(&engine.db).await?.is_none() || identity::signing_keys(&engine.db).await?.is_empty() {
        return Ok(Some(Missing::Playbook));
    }
    Ok((!identity::has_users(&engine.db).await?).then_some(Missing::Users))
}
