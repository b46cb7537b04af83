use chot_domain::identity::{self, Actor, Permission, RoleScope};
use chot_domain::shared::{Code, DomainError, Draft};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, PartialModelTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{event, position};
use super::timeline::add_changes;
use super::{EventKind, EventView};
use crate::identity::user;
use crate::storage::crash_points;
use crate::storage::locked::{LockRow, write};
use crate::{Limit, ReadDb, StoreError, Tx};

/// Where to start reading the event feed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct FeedFilter {
    /// `next_cursor` of the previous response. Default: start with the first event of all.
    #[param(max_length = 20, pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    /// Maximum number of events per response.
    #[param(inline)]
    pub limit: Limit,
}

impl Draft for FeedFilter {}

/// A part of the event feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Feed {
    /// The events, in the order of the feed.
    #[schema(max_items = 200)]
    pub data: Vec<EventView>,
    /// Send this as `cursor` to continue. It is always present: if there are no new events, send the same value later.
    #[schema(max_length = 20)]
    pub next_cursor: String,
    /// Whether more events are already available.
    pub has_more: bool,
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "event::Entity")]
struct Placed {
    position: Option<i64>,
}

/// Reads the feed from a position on. Every committed event appears exactly once, and never before an event that was already
/// read.
///
/// # Errors
/// `forbidden` without permission to read events or without scope `all`; `invalid_cursor`.
pub async fn feed(db: &impl ReadDb, actor: &Actor, filter: &FeedFilter) -> Result<Feed, StoreError> {
    actor.require(Permission::EventsRead)?;
    if actor.scope != RoleScope::All {
        return Err(DomainError::from(Code::Forbidden).into());
    }
    let after = match filter.cursor.as_deref() {
        None => 0,
        Some(cursor) => cursor.parse::<i64>().ok().filter(|position| *position >= 0).ok_or(StoreError::InvalidCursor)?,
    };
    let select = event::Entity::find()
        .left_join(user::Entity)
        .filter(event::Column::Position.gt(after))
        .order_by_asc(event::Column::Position)
        .limit(filter.limit.count() + 1);
    let columns = EventView::select_cols(select.select_only()).column(event::Column::Position);
    let mut rows = db.executor().query_all(&columns.into_query()).await?;
    let has_more = rows.len() as u64 > filter.limit.count();
    rows.truncate(usize::try_from(filter.limit.count()).unwrap_or(usize::MAX));
    let last = rows.last().map(|row| Placed::from_query_result(row, "")).transpose()?;
    let mut data = rows.iter().map(|row| EventView::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    add_changes(db, &mut data).await?;
    let next_cursor = last.and_then(|placed| placed.position).unwrap_or(after).to_string();
    Ok(Feed { data, next_cursor, has_more })
}

/// Whether committed events without position exist.
pub async fn has_new(db: &impl ReadDb) -> Result<bool, StoreError> {
    let new = event::Entity::find().filter(event::Column::Position.is_null()).select_only().column(event::Column::Id).limit(1);
    Ok(new.into_tuple::<Uuid>().one(db.executor()).await?.is_some())
}

/// Number of events that get positions in one unit of work.
pub const BATCH: u64 = 1_000;

/// Assigns positions to one batch of committed events, and returns their number. A position assigned before commit would make
/// readers skip an event that commits late. A row lock keeps the order unique.
pub async fn assign_positions(tx: &Tx) -> Result<u64, StoreError> {
    let Some(feed) = position::Entity::find_by_id(1_i64).lock_row().one(&tx.conn).await? else {
        return Ok(0);
    };
    let place = format!(
        "WITH waiting AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM events WHERE position IS NULL ORDER BY id LIMIT {BATCH}) \
         UPDATE events SET position = {} + waiting.place FROM waiting WHERE events.id = waiting.id",
        feed.last_position
    );
    let placed = tx.conn.execute_unprepared(&place).await?.rows_affected();
    crash_points::hit("feed.placed").await;
    if placed > 0 {
        let last = feed.last_position + i64::try_from(placed).unwrap_or_default();
        write(tx, position::ActiveModel { id: Set(1), last_position: Set(last) }).await?;
    }
    Ok(placed)
}

/// The number of recorded events of a type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventCount {
    /// Type of the events.
    pub kind: EventKind,
    /// Number of events.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// The number of events caused by the system since an instant, by type.
pub async fn recorded_by_system_since(db: &impl ReadDb, instant: DateTime<Utc>) -> Result<Vec<EventCount>, StoreError> {
    let select = event::Entity::find()
        .filter(event::Column::ActorKind.eq(crate::Col(identity::ActorKind::System)))
        .filter(event::Column::OccurredAt.gte(instant))
        .select_only()
        .column(event::Column::Kind)
        .column_as(event::Column::Id.count(), "count")
        .group_by(event::Column::Kind)
        .order_by_asc(event::Column::Kind);
    let rows: Vec<(EventKind, i64)> = select.into_tuple().all(db.executor()).await?;
    Ok(rows.into_iter().map(|(kind, count)| EventCount { kind, count }).collect())
}
