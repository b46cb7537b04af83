use chot_domain::accounts::AccountId;
use chot_domain::history as domain;
use chot_domain::identity::{self, Actor, Permission, RoleScope};
use chot_domain::shared::{Code, DomainError, Draft, Violations};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, PartialModelTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{event, position};
use super::timeline::add_changes;
use super::{EventKind, EventView};
use crate::identity::user;
use crate::storage::crash_points;
use crate::storage::cursor::CursorBinding;
use crate::storage::locked::{LockRow, write};
use crate::{AnyOf, Limit, ReadDb, StoreError, Tx};

/// One of several types of events.
pub type AnyKind = AnyOf<domain::EventKind>;

/// Which events of the feed are read, and where reading starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct FeedFilter {
    /// `next_cursor` of the previous response. Without it, reading starts at `since`, or with the first event of all.
    #[param(max_length = 200)]
    pub cursor: Option<String>,
    /// Only without `cursor`: start with the first event at or after this time.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub since: Option<DateTime<Utc>>,
    /// Only without `cursor`: start after the last event, to receive new events only.
    pub only_new: Option<bool>,
    /// Only events of one of these types.
    #[param(inline, style = Form, explode = false)]
    pub kind_in: Option<AnyKind>,
    /// Only events of this record.
    #[param(value_type = Option<Uuid>)]
    pub subject_id: Option<Uuid>,
    /// Only events of this account and of the records that belong to it.
    #[param(value_type = Option<Uuid>)]
    pub account_id: Option<AccountId>,
    /// Maximum number of events per response.
    #[param(inline)]
    pub limit: Limit,
}

impl Draft for FeedFilter {
    fn check(&self, violations: &mut Violations) {
        for (member, is_given) in [("/since", self.since.is_some()), ("/only_new", self.only_new.is_some())] {
            if is_given && self.cursor.is_some() {
                violations.add(member, "not_together");
            }
        }
    }
}

/// A part of the event feed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Feed {
    /// The events, in the order of the feed.
    #[schema(max_items = 200)]
    pub data: Vec<EventView>,
    /// Send this as `cursor` to continue. It is always present: if there are no new events, send the same value later.
    #[schema(max_length = 200)]
    pub next_cursor: String,
    /// Whether more events are already available.
    pub has_more: bool,
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "event::Entity")]
struct Placed {
    position: Option<i64>,
    id: Uuid,
}

/// A place in the feed: after the event with this position and identifier. The identifier binds a cursor to the history: after a
/// restore from a backup, another event can have the position.
#[derive(Clone, Copy, Debug)]
struct Place {
    position: i64,
    id: Uuid,
}

const BEGINNING: Place = Place { position: 0, id: Uuid::nil() };

/// Reads the feed from a place on. Every committed event appears exactly once, and never before an event that was already read.
///
/// # Errors
/// `forbidden` without permission to read events or without scope `all`; `invalid_cursor`; `cursor_gone` if the history does not
/// contain the place of the cursor any more.
pub async fn feed(db: &dyn ReadDb, actor: &Actor, filter: &FeedFilter) -> Result<Feed, StoreError> {
    actor.require(Permission::EventsRead)?;
    if actor.scope != RoleScope::All {
        return Err(DomainError::from(Code::Forbidden).into());
    }
    let binding = CursorBinding::of_feed(db.keys().cursor.read(db.executor()).await?);
    let end = last_place(db).await?;
    let after = match &filter.cursor {
        Some(cursor) => placed_at(db, binding.decode(cursor)?).await?,
        None if filter.only_new == Some(true) => end,
        None => before(db, filter.since, end).await?,
    };
    let select = event::Entity::find()
        .left_join(user::Entity)
        .filter(event::Column::Position.gt(after.position))
        .filter(event::Column::Position.lte(end.position))
        .apply_if(filter.kind_in.as_ref(), |select, any| {
            select.filter(event::Column::Kind.is_in(any.iter().copied().map(crate::Col)))
        })
        .apply_if(filter.subject_id, |select, subject| select.filter(event::Column::SubjectId.eq(subject)))
        .apply_if(filter.account_id, |select, account| select.filter(event::Column::AccountId.eq(account.uuid())))
        .order_by_asc(event::Column::Position)
        .limit(filter.limit.count() + 1);
    let columns = EventView::select_cols(select.select_only()).column(event::Column::Position);
    let mut rows = db.executor().query_all(&columns.into_query()).await?;
    let has_more = rows.len() as u64 > filter.limit.count();
    rows.truncate(usize::try_from(filter.limit.count()).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| has_more).map(|row| Placed::from_query_result(row, "")).transpose()?;
    let mut data = rows.iter().map(|row| EventView::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    add_changes(db, &mut data).await?;
    // Without more events, the next response continues at the end: what the filter leaves out is not read again.
    let next = match last {
        Some(placed) => Place { position: placed.position.unwrap_or(after.position), id: placed.id },
        None if end.position > after.position => end,
        None => after,
    };
    Ok(Feed { data, next_cursor: binding.encode(&next.position.to_string(), next.id), has_more })
}

/// The place of the last event that has a position.
async fn last_place(db: &dyn ReadDb) -> Result<Place, StoreError> {
    let last = event::Entity::find().filter(event::Column::Position.is_not_null()).order_by_desc(event::Column::Position);
    one_place(db, last).await.map(|found| found.unwrap_or(BEGINNING))
}

/// The place before the first event at or after an instant, or the end if there is none.
async fn before(db: &dyn ReadDb, since: Option<DateTime<Utc>>, end: Place) -> Result<Place, StoreError> {
    let Some(since) = since else {
        return Ok(BEGINNING);
    };
    let later = event::Entity::find()
        .filter(event::Column::OccurredAt.gte(since))
        .filter(event::Column::Position.is_not_null())
        .order_by_asc(event::Column::Position);
    let Some(first) = one_place(db, later).await? else {
        return Ok(end);
    };
    let earlier = event::Entity::find().filter(event::Column::Position.lt(first.position)).order_by_desc(event::Column::Position);
    one_place(db, earlier).await.map(|found| found.unwrap_or(BEGINNING))
}

/// The place that a cursor names.
async fn placed_at(db: &dyn ReadDb, (position, id): (String, Uuid)) -> Result<Place, StoreError> {
    let position: i64 = position.parse().map_err(|_| StoreError::InvalidCursor)?;
    if position == 0 {
        return Ok(BEGINNING);
    }
    let same = event::Entity::find_by_id(id).filter(event::Column::Position.eq(position));
    one_place(db, same).await?.ok_or_else(|| DomainError::from(Code::CursorGone).into())
}

async fn one_place(db: &dyn ReadDb, select: Select<event::Entity>) -> Result<Option<Place>, StoreError> {
    let select = select.select_only().columns([event::Column::Position, event::Column::Id]);
    let found: Option<(Option<i64>, Uuid)> = select.into_tuple().one(&db.executor()).await?;
    Ok(found.and_then(|(position, id)| Some(Place { position: position?, id })))
}

/// Whether committed events without position exist.
pub async fn has_new(db: &dyn ReadDb) -> Result<bool, StoreError> {
    let new = event::Entity::find().filter(event::Column::Position.is_null()).select_only().column(event::Column::Id).limit(1);
    Ok(new.into_tuple::<Uuid>().one(&db.executor()).await?.is_some())
}

/// Number of events that get positions in one unit of work.
pub const BATCH: u64 = 1_000;

/// Assigns positions to one batch of committed events, and returns their number. A position assigned before commit would make
/// readers skip an event that commits late. A row lock keeps the order unique.
pub async fn assign_positions(tx: &Tx) -> Result<u64, StoreError> {
    let Some(feed) = position::Entity::find_by_id(1_i64).lock_row().one(&tx.executor()).await? else {
        return Ok(0);
    };
    let place = format!(
        "WITH waiting AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM events WHERE position IS NULL ORDER BY id LIMIT {BATCH}) \
         UPDATE events SET position = {} + waiting.place FROM waiting WHERE events.id = waiting.id",
        feed.last_position
    );
    let placed = tx.executor().execute_unprepared(&place).await?.rows_affected();
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
pub async fn recorded_by_system_since(db: &dyn ReadDb, instant: DateTime<Utc>) -> Result<Vec<EventCount>, StoreError> {
    let select = event::Entity::find()
        .filter(event::Column::ActorKind.eq(crate::Col(identity::ActorKind::System)))
        .filter(event::Column::OccurredAt.gte(instant))
        .select_only()
        .column(event::Column::Kind)
        .column_as(event::Column::Id.count(), "count")
        .group_by(event::Column::Kind)
        .order_by_asc(event::Column::Kind);
    let rows: Vec<(EventKind, i64)> = select.into_tuple().all(&db.executor()).await?;
    Ok(rows.into_iter().map(|(kind, count)| EventCount { kind, count }).collect())
}
