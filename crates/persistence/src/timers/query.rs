use chot_domain::identity::{Actor, Permission};
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row;
use super::{TimerId, TimerKind, TimerKindColumn, TimerState, TimerStateColumn};
use crate::storage::page::{PageRequest, Paging, page};
use crate::{Col, Page, ReadDb, StoreError};

/// Something that falls due at a time: a reminder, a check, a day that was waited for.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Timer)]
pub struct TimerView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// What falls due.
    #[schema(value_type = TimerKind)]
    pub kind: TimerKindColumn,
    /// The record for which it falls due.
    #[schema(format = Uuid)]
    pub subject_id: Uuid,
    /// When it falls due.
    pub due_at: DateTime<Utc>,
    /// When it is tried next; later than `due_at` if it has failed.
    pub run_at: DateTime<Utc>,
    /// Where it stands. `failed` means given up: see `last_error`, mend the cause and try again.
    #[schema(value_type = TimerState)]
    pub state: TimerStateColumn,
    /// How often it has failed.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// Why it failed last: a problem code.
    #[schema(max_length = 500, example = "unavailable")]
    pub last_error: Option<String>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// When it was done or taken back.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which timers are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TimerFilter {
    /// Only timers that stand here.
    #[param(inline)]
    pub state: Option<TimerState>,
    /// Only timers of this kind.
    #[param(inline)]
    pub kind: Option<TimerKind>,
    /// Only timers for this record.
    #[param(value_type = Option<String>, format = Uuid)]
    pub subject_id: Option<Uuid>,
    /// The order; what falls due first, if not said.
    #[param(inline)]
    pub sort: TimerSort,
}

impl Draft for TimerFilter {}

/// What timers can be sorted by.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TimerSort {
    /// What falls due first comes first.
    #[default]
    #[serde(rename = "due_at")]
    DueFirst,
    /// What falls due last comes first.
    #[serde(rename = "-due_at")]
    DueLast,
}

/// One page of what falls due.
///
/// # Errors
/// `forbidden` without the right to manage timers; when the cursor is not of this list.
pub async fn list(db: &impl ReadDb, actor: &Actor, filter: &TimerFilter, paging: &Paging) -> Result<Page<TimerView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    let select = row::Entity::find()
        .apply_if(filter.state, |select, value| select.filter(row::Column::State.eq(Col(value))))
        .apply_if(filter.kind, |select, value| select.filter(row::Column::Kind.eq(Col(value))))
        .apply_if(filter.subject_id, |select, value| select.filter(row::Column::SubjectId.eq(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One timer.
///
/// # Errors
/// `forbidden` without the right to manage timers.
pub async fn find(db: &impl ReadDb, actor: &Actor, id: TimerId) -> Result<Option<TimerView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(db.executor()).await?)
}

/// How much waits and since when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimerBacklog {
    /// How many are due and have not run yet.
    #[schema(minimum = 0)]
    pub due: i64,
    /// Since when the oldest of them has been due.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// How many wait for their time.
    #[schema(minimum = 0)]
    pub waiting: i64,
    /// How many were given up.
    #[schema(minimum = 0)]
    pub failed: i64,
}

/// How much waits, for those who run the system. What is due is counted by an index, and what waits is no more than what is planned.
///
/// # Errors
/// `forbidden` without the right to manage timers.
pub async fn backlog(db: &impl ReadDb, actor: &Actor, now: DateTime<Utc>) -> Result<TimerBacklog, StoreError> {
    actor.require(Permission::TimersManage)?;
    let counted = async |state: TimerState, due: Option<bool>| {
        let select = row::Entity::find()
            .filter(row::Column::State.eq(Col(state)))
            .apply_if(due, |select, due| {
                select.filter(if due { row::Column::DueAt.lte(now) } else { row::Column::DueAt.gt(now) })
            })
            .select_only()
            .column_as(row::Column::Id.count(), "count")
            .column_as(row::Column::DueAt.min(), "oldest");
        let found: Option<(i64, Option<DateTime<Utc>>)> = select.into_tuple().one(db.executor()).await?;
        Ok::<_, StoreError>(found.unwrap_or_default())
    };
    let (due, oldest_due_at) = counted(TimerState::Pending, Some(true)).await?;
    let (waiting, _) = counted(TimerState::Pending, Some(false)).await?;
    let (failed, _) = counted(TimerState::Failed, None).await?;
    Ok(TimerBacklog { due, oldest_due_at, waiting, failed })
}

/// When the next timer is to be tried, if any waits.
pub async fn next_run_at(db: &impl ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let select = row::Entity::find().filter(row::Column::State.eq(Col(TimerState::Pending)));
    let first = select.select_only().expr(Expr::col(row::Column::RunAt).min());
    Ok(first.into_tuple::<Option<DateTime<Utc>>>().one(db.executor()).await?.flatten())
}

/// How many timers of a kind have run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimerRunCount {
    /// What fell due.
    pub kind: TimerKind,
    /// How often.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// How many timers of each kind have run since an instant.
pub async fn run_since(db: &impl ReadDb, instant: DateTime<Utc>) -> Result<Vec<TimerRunCount>, StoreError> {
    let select = row::Entity::find()
        .filter(row::Column::State.eq(Col(TimerState::Done)))
        .filter(row::Column::FinishedAt.gte(instant))
        .select_only()
        .column(row::Column::Kind)
        .column_as(row::Column::Id.count(), "count")
        .group_by(row::Column::Kind);
    let rows: Vec<(TimerKindColumn, i64)> = select.into_tuple().all(db.executor()).await?;
    Ok(rows.into_iter().map(|(kind, count)| TimerRunCount { kind: kind.0, count }).collect())
}
