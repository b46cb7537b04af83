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
        /// The API key with which it was made, and with which it ends.
        pub api_key_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The secret address at which calendar programs read somebody's calendar. The address itself is shown once, when it is made.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "calendar_feed::Entity")]
#[schema(as = CalendarFeed)]
pub struct CalendarFeedView {
    /// Whose calendar it is.
    #[schema(format = Uuid)]
    pub user_id: Uuid,
    /// Counts up with each new address; the `ETag` begins with it.
    pub version: i64,
    /// When the address was made.
    pub created_at: DateTime<Utc>,
}

/// The feed of a user who may read activities.
///
/// # Errors
/// `forbidden` without the right to read activities.
pub async fn find_feed(db: &impl ReadDb, actor: &Actor, user: UserId) -> Result<Option<CalendarFeedView>, StoreError> {
    actor.require(Permission::ActivitiesRead)?;
    Ok(calendar_feed::Entity::find_by_id(user.uuid()).into_partial_model().one(db.executor()).await?)
}

/// Writes the digest of a user's new secret; the one before is good for nothing from now on. What is made with an API key ends with it.
pub async fn replace_feed(tx: &Tx, user: UserId, secret_hash: &str, with: Option<ApiKeyId>) -> Result<(), StoreError> {
    let before = calendar_feed::Entity::find_by_id(user.uuid()).lock_row().one(&tx.conn).await?;
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
    calendar_feed::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks a user's feed and says its version.
pub async fn lock_feed(tx: &Tx, user: UserId) -> Result<Option<i64>, StoreError> {
    let feed = calendar_feed::Entity::find_by_id(user.uuid()).lock_row().one(&tx.conn).await?;
    Ok(feed.map(|feed| feed.version))
}

/// Takes a user's feed away.
pub async fn revoke_feed(tx: &Tx, user: UserId) -> Result<(), StoreError> {
    calendar_feed::Entity::delete_by_id(user.uuid()).exec(&tx.conn).await?;
    Ok(())
}

/// Takes away the feeds that were made with API keys.
pub(crate) async fn revoke_feeds_made_with(tx: &Tx, keys: &[Uuid]) -> Result<(), StoreError> {
    let made_with = calendar_feed::Column::ApiKeyId.is_in(keys.iter().copied());
    calendar_feed::Entity::delete_many().filter(made_with).exec(&tx.conn).await?;
    Ok(())
}

/// Whose feed has a secret of that digest, unless it was made with an API key that no longer works.
pub async fn owner_of_feed(db: &impl ReadDb, secret_hash: &str, now: DateTime<Utc>) -> Result<Option<UserId>, StoreError> {
    let select = calendar_feed::Entity::find().filter(calendar_feed::Column::SecretHash.eq(secret_hash));
    let Some(feed) = select.one(db.executor()).await? else {
        return Ok(None);
    };
    let works = match feed.api_key_id {
        Some(key) => identity::is_working_key(db, Id::new(key), now).await?,
        None => true,
    };
    Ok(works.then(|| Id::new(feed.user_id)))
}

/// What a calendar program is told of an activity: nothing of the customer but what stands in the subject.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The activity.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// What it is about.
    pub subject: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

const BACK: TimeDelta = TimeDelta::days(30);
const AHEAD: TimeDelta = TimeDelta::days(365);

/// A feed holds no more.
const MOST: u64 = 2_000;

/// What a user has planned, from thirty days ago to a year ahead, in the order of time.
pub async fn entries(db: &impl ReadDb, user: UserId, now: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
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
    Ok(planned.all(db.executor()).await?.into_iter().map(entry).collect())
}
