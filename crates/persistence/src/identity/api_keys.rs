use std::collections::BTreeSet;

use chot_domain::identity::{ApiKeyId, Permission, UserId};
use chot_domain::shared::Document;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::row::api_key;
use crate::locked::{Locked, write};
use crate::{Col, StoreError, Tx};

/// An API key to be written.
pub struct NewApiKey<'a> {
    /// Its identifier.
    pub id: ApiKeyId,
    /// How it begins.
    pub prefix: &'a str,
    /// The digest of its secret.
    pub secret_hash: &'a str,
    /// What it is for.
    pub name: &'a str,
    /// The user for whom it acts.
    pub user: UserId,
    /// What it may do.
    pub scopes: &'a BTreeSet<Permission>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Writes a new API key.
///
/// # Errors
/// When the database fails.
pub async fn insert_api_key(tx: &Tx, new: &NewApiKey<'_>) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        prefix: Set(new.prefix.to_owned()),
        secret_hash: Set(new.secret_hash.to_owned()),
        name: Set(new.name.to_owned()),
        user_id: Set(new.user.uuid()),
        scopes: Set(Col(Document(new.scopes.clone()))),
        created_at: Set(tx.now),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
    };
    api_key::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// An API key as it is, locked by the unit of work until its end.
pub type LockedApiKey = Locked<api_key::Model>;

/// Locks one of a user's own API keys that is not revoked.
///
/// # Errors
/// When the database fails.
pub async fn lock_api_key(tx: &Tx, id: ApiKeyId, of: UserId) -> Result<Option<LockedApiKey>, StoreError> {
    let own = api_key::Entity::find_by_id(id.uuid())
        .filter(api_key::Column::UserId.eq(of.uuid()))
        .filter(api_key::Column::RevokedAt.is_null())
        .lock_exclusive();
    Ok(own.one(&tx.conn).await?.map(Locked))
}

/// Writes that an API key was revoked.
///
/// # Errors
/// When the database fails.
pub async fn revoke_api_key(tx: &Tx, key: &LockedApiKey) -> Result<(), StoreError> {
    write(tx, api_key::ActiveModel { revoked_at: Set(Some(tx.now)), ..key.changed(tx) }).await
}
