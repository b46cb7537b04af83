//! Responses by `Idempotency-Key`, so that a repeated request takes effect once. The key, the effect and the response are
//! committed together.

use chot_domain::identity::Permission;
use chot_domain::shared::{Clock, SystemClock};
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde_json::json;

use crate::{ReadDb, StoreError, Tx};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub idempotency_key: String,
        pub body_hash: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub permissions: Json,
        pub status: Option<i64>,
        pub seen_record: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub headers: Json,
        pub body: String,
        pub created_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// The caller.
    pub caller: String,
    /// Its method and path.
    pub request: String,
    /// The key.
    pub key: String,
    /// Digest of its body.
    pub body_hash: String,
}

/// The response to an earlier request.
#[derive(Clone, Debug)]
pub struct StoredResponse {
    /// Digest of the body of that request.
    pub body_hash: String,
    /// The permissions that were required.
    pub permissions: Vec<Permission>,
    /// The record it is about, if it was visible to the caller at that time.
    pub seen_record: Option<String>,
    /// Its status code.
    pub status: u16,
    /// Its headers, by name.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

/// Responses are kept for a day of the system clock.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Reserves the key for this unit of work, or returns the earlier response. Waits for a concurrent request with the same key.
pub async fn reserve(tx: &Tx, keyed: &IdempotentRequest) -> Result<Option<StoredResponse>, StoreError> {
    let now = SystemClock.now();
    let reserved = row::ActiveModel {
        caller: Set(keyed.caller.clone()),
        request: Set(keyed.request.clone()),
        idempotency_key: Set(keyed.key.clone()),
        body_hash: Set(keyed.body_hash.clone()),
        permissions: Set(json!([])),
        status: Set(None),
        seen_record: Set(None),
        headers: Set(json!([])),
        body: Set(String::new()),
        created_at: Set(now),
    };
    // A key that is no longer kept is free again.
    let once = OnConflict::columns([row::Column::Caller, row::Column::Request, row::Column::IdempotencyKey])
        .update_columns([row::Column::BodyHash, row::Column::Status, row::Column::CreatedAt])
        .action_and_where(row::Column::CreatedAt.lt(now - KEPT))
        .to_owned();
    if row::Entity::insert(reserved).on_conflict(once).exec_without_returning(&tx.executor()).await? > 0 {
        return Ok(None);
    }
    find(tx, keyed).await
}

/// The earlier response, if any, without reserving the key: for work in several units.
pub async fn find(db: &dyn ReadDb, keyed: &IdempotentRequest) -> Result<Option<StoredResponse>, StoreError> {
    let id = (keyed.caller.clone(), keyed.request.clone(), keyed.key.clone());
    let fresh = row::Column::CreatedAt.gte(SystemClock.now() - KEPT);
    let row = row::Entity::find_by_id(id).filter(fresh).one(&db.executor()).await?;
    Ok(row.map(|row| StoredResponse {
        body_hash: row.body_hash,
        permissions: serde_json::from_value(row.permissions).unwrap_or_default(),
        seen_record: row.seen_record,
        status: row.status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
        headers: serde_json::from_value(row.headers).unwrap_or_default(),
        body: row.body,
    }))
}

/// Stores the response, in the unit of work it belongs to.
pub async fn insert(tx: &Tx, keyed: &IdempotentRequest, answer: &StoredResponse) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Status, Expr::value(i64::from(answer.status)))
        .col_expr(row::Column::Permissions, Expr::value(json!(answer.permissions)))
        .col_expr(row::Column::SeenRecord, Expr::value(answer.seen_record.clone()))
        .col_expr(row::Column::Headers, Expr::value(json!(answer.headers)))
        .col_expr(row::Column::Body, Expr::value(answer.body.clone()))
        .filter(row::Column::Caller.eq(&keyed.caller))
        .filter(row::Column::Request.eq(&keyed.request))
        .filter(row::Column::IdempotencyKey.eq(&keyed.key))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Deletes at most `most` responses that are older than a day. Returns the number.
pub async fn delete_old(tx: &Tx, most: u64) -> Result<u64, StoreError> {
    let key = [row::Column::Caller, row::Column::Request, row::Column::IdempotencyKey];
    let old = row::Entity::find()
        .filter(row::Column::CreatedAt.lt(SystemClock.now() - KEPT))
        .order_by_asc(row::Column::CreatedAt)
        .limit(most)
        .select_only()
        .columns(key);
    let these = Expr::tuple(key.map(Expr::col)).in_subquery(old.into_query());
    Ok(row::Entity::delete_many().filter(these).exec(&tx.executor()).await?.rows_affected)
}
