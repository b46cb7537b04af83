use std::collections::BTreeSet;

use chot_domain::identity::{ApiKeyId, Permission, UserId};
use chot_domain::shared::{Id, Json};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::row::api_key;
use crate::storage::locked::{LockRow, Locked, write};
use crate::{Col, StoreError, Tx, activities};

/// An API key to insert.
pub struct NewApiKey<'a> {
    /// Its identifier.
    pub id: ApiKeyId,
    /// First characters of the key.
    pub prefix: &'a str,
    /// The digest of its secret.
    pub secret_hash: &'a str,
    /// Purpose of the key.
    pub name: &'a str,
    /// The user for whom the key acts.
    pub user: UserId,
    /// The permissions of the key.
    pub scopes: &'a BTreeSet<Permission>,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The API key that created it. It ends with that key.
    pub parent: Option<ApiKeyId>,
}

/// Inserts an API key.
pub async fn insert_api_key(tx: &Tx, new: &NewApiKey<'_>) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        prefix: Set(new.prefix.to_owned()),
        secret_hash: Set(new.secret_hash.to_owned()),
        name: Set(new.name.to_owned()),
        user_id: Set(new.user.uuid()),
        scopes: Set(Col(Json(new.scopes.clone()))),
        created_at: Set(tx.now),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
        parent_id: Set(new.parent.map(Id::uuid)),
    };
    api_key::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// An API key, locked until the end of the unit of work.
pub type LockedApiKey = Locked<api_key::Model>;

impl Locked<api_key::Model> {
    /// When it expires.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }
}

/// Locks one of the user's own API keys that is not revoked.
pub async fn lock_api_key(tx: &Tx, id: ApiKeyId, of: UserId) -> Result<Option<LockedApiKey>, StoreError> {
    let own = api_key::Entity::find_by_id(id.uuid())
        .filter(api_key::Column::UserId.eq(of.uuid()))
        .filter(api_key::Column::RevokedAt.is_null())
        .lock_row();
    Ok(own.one(&tx.executor()).await?.map(Locked))
}

/// Revokes an API key, and everything created with it: other keys, what these created, and calendar feeds. Returns the revoked
/// keys, this one first.
pub async fn revoke_api_key(tx: &Tx, key: &LockedApiKey) -> Result<Vec<ApiKeyId>, StoreError> {
    write(tx, api_key::ActiveModel { revoked_at: Set(Some(tx.now)), ..key.changed(tx) }).await?;
    revoke_made_with(tx, key.0.id).await
}

/// Revokes all API keys of a user. Returns those that were not revoked before.
pub async fn revoke_api_keys_of(tx: &Tx, user: UserId) -> Result<Vec<ApiKeyId>, StoreError> {
    let of_user = api_key::Entity::find().filter(api_key::Column::UserId.eq(user.uuid()));
    revoke_each(tx, of_user).await
}

async fn revoke_made_with(tx: &Tx, key: Uuid) -> Result<Vec<ApiKeyId>, StoreError> {
    let mut ended = vec![Id::new(key)];
    let mut made_with = vec![key];
    while !made_with.is_empty() {
        activities::revoke_feeds_made_with(tx, &made_with).await?;
        let children = api_key::Entity::find().filter(api_key::Column::ParentId.is_in(made_with));
        let revoked = revoke_each(tx, children).await?;
        made_with = revoked.iter().copied().map(Id::uuid).collect();
        ended.extend(revoked);
    }
    Ok(ended)
}

/// Revokes those of the keys that are not revoked yet, in a fixed order, so that two units of work cannot wait for each other.
async fn revoke_each(tx: &Tx, keys: Select<api_key::Entity>) -> Result<Vec<ApiKeyId>, StoreError> {
    let working = keys.filter(api_key::Column::RevokedAt.is_null()).order_by_asc(api_key::Column::Id).lock_row();
    let mut revoked = Vec::new();
    for key in working.all(&tx.executor()).await?.into_iter().map(Locked) {
        write(tx, api_key::ActiveModel { revoked_at: Set(Some(tx.now)), ..key.changed(tx) }).await?;
        revoked.push(Id::new(key.0.id));
    }
    Ok(revoked)
}
