use chot_domain::activities::ActivityStatus;
use chot_domain::identity::{Actor, ApiKeyId, Permission, UserId};
use chot_domain::shared::Id;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::row::{self, Column};
use crate::related::no_archived_parent;
use crate::storage::locked::{LockRow, Versioned, write};
use crate::{Col, ReadDb, StoreError, Tx, identity};

mod calendar_feed {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_feeds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub version: i64,
        pub secret_hash: String,
        pub created_at: DateTime<Utc>,
        /// The API key that created the feed. The feed ends with it.
        pub api_key_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A calendar feed: a secret address where calendar programs read a user's calendar. The address is returned only once, on
/// creation.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "calendar_feed::Entity")]
#[schema(as = CalendarFeed)]
pub struct CalendarFeedView {
    /// The user.
    #[schema(format = Uuid)]
    pub user_id: Uuid,
    /// Version number. It grows with each new address and is the first part of the `ETag`.
    pub version: i64,
    /// When the address was created.
    pub created_at: DateTime<Utc>,
}

/// The feed of a user with permission to read activities.
///
/// # Errors
/// `forbidden` without permission to read activities.
pub async fn find_feed(db: &dyn ReadDb, actor: &Actor, user: UserId) -> Result<Option<CalendarFeedView>, StoreError> {
    actor.require(Permission::ActivitiesRead)?;
    Ok(calendar_feed::Entity::find_by_id(user.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// Stores the digest of a user's new secret. The old secret stops working. A feed created with an API key ends with that key.
pub async fn replace_feed(tx: &Tx, user: UserId, secret_hash: &str, with: Option<ApiKeyId>) -> Result<(), StoreError> {
    let before = calendar_feed::Entity::find_by_id(user.uuid()).lock_row().one(&tx.executor()).await?;
    let row = calendar_feed::ActiveModel {
        user_id: Set(user.uuid()),
        version: Set(before.as_ref().map_or(1, |feed| feed.version + 1)),
        secret_hash: Set(secret_hash.to_owned()),
        created_at: Set(tx.now),
        api_key_id: Set(with.map(Id::uuid)),
    };
    if before.is_some() {
        return write(tx, row).await;
    }
    calendar_feed::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Locks a user's feed and returns its version.
pub async fn lock_feed(tx: &Tx, user: UserId) -> Result<Option<i64>, StoreError> {
    let feed = calendar_feed::Entity::find_by_id(user.uuid()).lock_row().one(&tx.executor()).await?;
    Ok(feed.map(|feed| feed.version))
}

/// Deletes a user's feed.
pub async fn revoke_feed(tx: &Tx, user: UserId) -> Result<(), StoreError> {
    calendar_feed::Entity::delete_by_id(user.uuid()).exec(&tx.executor()).await?;
    Ok(())
}

/// Deletes the feeds created with these API keys.
pub(crate) async fn revoke_feeds_made_with(tx: &Tx, keys: &[Uuid]) -> Result<(), StoreError> {
    let made_with = calendar_feed::Column::ApiKeyId.is_in(keys.iter().copied());
    calendar_feed::Entity::delete_many().filter(made_with).exec(&tx.executor()).await?;
    Ok(())
}

/// The user whose feed has this secret digest. `None` if the feed was created with an API key that is no longer valid.
pub async fn owner_of_feed(db: &dyn ReadDb, secret_hash: &str, now: DateTime<Utc>) -> Result<Option<UserId>, StoreError> {
    let select = calendar_feed::Entity::find().filter(calendar_feed::Column::SecretHash.eq(secret_hash));
    let Some(feed) = select.one(&db.executor()).await? else {
        return Ok(None);
    };
    let works = match feed.api_key_id {
        Some(key) => identity::is_working_key(db, Id::new(key), now).await?,
        None => true,
    };
    Ok(works.then(|| Id::new(feed.user_id)))
}

/// The data of an activity in a calendar feed. It contains no customer data except what is in the subject.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The activity.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Subject.
    pub subject: String,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

const BACK: TimeDelta = TimeDelta::days(30);
const AHEAD: TimeDelta = TimeDelta::days(365);

/// Maximum number of entries in a feed.
const MOST: u64 = 2_000;

/// The planned activities of a user, from 30 days ago to one year ahead, sorted by start.
pub async fn entries(db: &dyn ReadDb, user: UserId, now: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
    let planned = row::Entity::find()
        .filter(Column::OwnerId.eq(user.uuid()))
        .filter(Column::Status.eq(Col(ActivityStatus::Planned)))
        .filter(Column::ArchivedAt.is_null())
        .filter(no_archived_parent(row::Model::PARENTS))
        .filter(Column::StartsAt.gte(now - BACK))
        .filter(Column::StartsAt.lt(now + AHEAD))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .limit(MOST);
    let entry = |row: row::Model| Entry {
        id: row.id,
        version: row.version,
        subject: row.subject,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(planned.all(&db.executor()).await?.into_iter().map(entry).collect())
}
