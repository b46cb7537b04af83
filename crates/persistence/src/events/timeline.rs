use std::collections::HashMap;

use chot_domain::identity::{Actor, Permission};
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, DerivePartialModel, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{event, values};
use super::{ActorKind, EventKind, SubjectKind};
use crate::identity::user;
use crate::leads::row as lead_row;
use crate::opportunities::row as opportunity_row;
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::SortKey;
use crate::{Page, ReadDb, StoreError};

/// An event in the history of a record.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "event::Entity")]
#[schema(as = Event)]
pub struct EventView {
    /// Identifier of the event. Use it to detect duplicates.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Type of the event.
    pub kind: EventKind,
    /// The kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record it is about.
    #[schema(format = Uuid)]
    pub subject_id: Uuid,
    /// The account whose history contains it.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The cause of the event, such as a conversion.
    #[schema(format = Uuid)]
    pub cause_id: Option<Uuid>,
    /// The kind of actor.
    pub actor_kind: ActorKind,
    /// The actor; `null` for the system.
    #[schema(format = Uuid)]
    pub actor_id: Option<Uuid>,
    /// Name of the user who acted, or for whom an API key acted.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub actor_name: Option<String>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Details of the event, such as the status before and after.
    #[schema(value_type = Object)]
    pub facts: Value,
    /// Old and new values of changed fields, by name. Empty if they were erased at a person's request.
    #[sea_orm(skip)]
    #[schema(value_type = Object)]
    pub changes: Value,
}

/// Filter for the history of a record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TimelineFilter {
    /// Only events of this type.
    #[param(inline)]
    pub kind: Option<chot_domain::history::EventKind>,
    /// Sort order. Default: `-occurred_at`, newest first.
    #[param(inline)]
    pub sort: TimelineSort,
}

impl Draft for TimelineFilter {}

/// Sort orders of a history.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TimelineSort {
    /// Newest first.
    #[default]
    #[serde(rename = "-occurred_at")]
    NewestFirst,
    /// Oldest first.
    #[serde(rename = "occurred_at")]
    OldestFirst,
}

impl SortKey<event::Entity> for TimelineSort {
    fn column(self) -> (event::Column, Order) {
        match self {
            Self::NewestFirst => (event::Column::OccurredAt, Order::Desc),
            Self::OldestFirst => (event::Column::OccurredAt, Order::Asc),
        }
    }
}

/// The records of a history: single records with those below them, or an account with everything below it.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    /// The records by identifier: the record itself and those converted into it.
    pub records: Vec<Uuid>,
    /// An account with its full history.
    pub account: Option<Uuid>,
}

impl Subjects {
    /// All their events.
    fn all(&self) -> Condition {
        let of_records = Condition::any().add(event::Column::SubjectId.is_in(self.records.clone()));
        let of_records = of_records.add(event::Column::ParentId.is_in(self.records.clone()));
        of_records.add_option(self.account.map(|account| event::Column::AccountId.eq(account)))
    }
}

/// The history of records. The caller has already checked that they are visible.
pub(crate) async fn timeline(
    db: &dyn ReadDb,
    actor: &Actor,
    subjects: &Subjects,
    filter: &TimelineFilter,
    paging: &Paging,
) -> Result<Page<EventView>, StoreError> {
    let select = event::Entity::find()
        .left_join(user::Entity)
        .filter(subjects.all())
        .filter(readable(actor))
        .apply_if(filter.kind, |select, kind| select.filter(event::Column::Kind.eq(crate::Col(kind))));
    let request = PageRequest::new(actor, paging);
    // Each record has its own list. Records converted into an account later belong to the account's list.
    let of = subjects.account.map_or_else(|| subjects.records.clone(), |account| vec![account]);
    let mut found: Page<EventView> = page(db, select, filter.sort, filter, request.bound_to(&of)).await?;
    add_changes(db, &mut found.data).await?;
    Ok(found)
}

/// Excludes events of record kinds that the actor may not read, and of records below them.
fn readable(actor: &Actor) -> Condition {
    use chot_domain::history::SubjectKind as Kind;
    let kinds: [(Permission, &[Kind]); 6] = [
        (Permission::LeadsRead, &[Kind::Lead, Kind::Trial]),
        (Permission::AccountsRead, &[Kind::Account, Kind::Contact]),
        (Permission::OpportunitiesRead, &[Kind::Opportunity]),
        (Permission::ActivitiesRead, &[Kind::Activity]),
        (Permission::AttachmentsRead, &[Kind::Attachment]),
        (Permission::SupportRequest, &[Kind::SupportRequest]),
    ];
    let hidden = kinds.into_iter().filter(|(permission, _)| !actor.may(*permission)).flat_map(|(_, kinds)| kinds);
    let hidden: Vec<_> = hidden.copied().map(crate::Col).collect();
    let mut readable = Condition::all();
    if !hidden.is_empty() {
        readable = readable.add(event::Column::SubjectKind.is_not_in(hidden));
    }
    let parent = || Expr::col((event::Entity, event::Column::ParentId));
    if !actor.may(Permission::OpportunitiesRead) {
        let id = Expr::col((opportunity_row::Entity, opportunity_row::Column::Id)).eq(parent());
        let parents = opportunity_row::Entity::find().select_only().column(opportunity_row::Column::Id).filter(id);
        readable = readable.add(Expr::exists(parents.into_query()).not());
    }
    if !actor.may(Permission::LeadsRead) {
        let id = Expr::col((lead_row::Entity, lead_row::Column::Id)).eq(parent());
        let parents = lead_row::Entity::find().select_only().column(lead_row::Column::Id).filter(id);
        readable = readable.add(Expr::exists(parents.into_query()).not());
    }
    readable
}

/// The events after a conversion that prevent reverting it: all events of these records that are not part of it. With `since`,
/// only events from then on, for records that existed before.
pub async fn blocking(
    db: &dyn ReadDb,
    conversion: Uuid,
    subjects: &Subjects,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<EventView>, StoreError> {
    let apart = Condition::any().add(event::Column::CauseId.is_null()).add(event::Column::CauseId.ne(conversion));
    let select = event::Entity::find()
        .left_join(user::Entity)
        .filter(subjects.all())
        .filter(apart)
        .apply_if(since, |select, since| select.filter(event::Column::OccurredAt.gte(since)))
        .order_by_asc(event::Column::OccurredAt)
        .limit(20);
    let mut found: Vec<EventView> = select.into_partial_model().all(&db.executor()).await?;
    // Type and time are enough. The values may belong to records that the caller can no longer see.
    for event in &mut found {
        (event.facts, event.changes) = (Value::Object(serde_json::Map::new()), Value::Object(serde_json::Map::new()));
    }
    Ok(found)
}

/// The facts of a record's newest event of a type.
pub async fn facts_of_newest(
    db: &dyn ReadDb,
    subject: Uuid,
    kind: chot_domain::history::EventKind,
) -> Result<Option<Value>, StoreError> {
    let select = event::Entity::find()
        .filter(event::Column::SubjectId.eq(subject))
        .filter(event::Column::Kind.eq(crate::Col(kind)))
        .order_by_desc(event::Column::OccurredAt)
        .order_by_desc(event::Column::Id)
        .select_only()
        .column(event::Column::Facts);
    Ok(select.into_tuple().one(&db.executor()).await?)
}

/// When an opportunity entered a stage, and who moved it there.
pub(crate) struct StageEntry {
    pub stage: String,
    pub entered_at: DateTime<Utc>,
    pub by: Option<String>,
}

/// All stage entries of an opportunity in order, with one query.
pub(crate) async fn stages(db: &dyn ReadDb, id: OpportunityId) -> Result<Vec<StageEntry>, StoreError> {
    let select = event::Entity::find()
        .left_join(user::Entity)
        .filter(event::Column::SubjectId.eq(id.uuid()))
        .order_by_asc(event::Column::OccurredAt)
        .order_by_asc(event::Column::Id)
        .select_only()
        .columns([event::Column::Facts, event::Column::OccurredAt])
        .column(user::Column::FullName);
    let rows: Vec<(Value, DateTime<Utc>, Option<String>)> = select.into_tuple().all(&db.executor()).await?;
    let entry = |(facts, entered_at, by): (Value, DateTime<Utc>, Option<String>)| {
        let stage = facts.get("stage")?.as_str()?.to_owned();
        Some(StageEntry { stage, entered_at, by })
    };
    let mut entries: Vec<StageEntry> = rows.into_iter().filter_map(entry).collect();
    // Any change of the stage counts, whatever its cause. Most events do not change it.
    entries.dedup_by(|later, earlier| later.stage == earlier.stage);
    Ok(entries)
}

pub(super) async fn add_changes(db: &dyn ReadDb, events: &mut [EventView]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let rows = values::Entity::find().filter(values::Column::EventId.is_in(ids)).all(&db.executor()).await?;
    let mut by_event: HashMap<Uuid, Value> = rows.into_iter().map(|row| (row.event_id, row.changes)).collect();
    for event in events {
        event.changes = by_event.remove(&event.id).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    }
    Ok(())
}
