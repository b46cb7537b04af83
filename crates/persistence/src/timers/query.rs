use chot_domain::identity::{Actor, Permission};
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row;
use super::store::runnable;
use super::{TimerId, TimerKind, TimerKindColumn, TimerState, TimerStateColumn};
use crate::storage::page::{PageRequest, Paging, page};
use crate::{Col, Page, ReadDb, StoreError};

/// A timer: a reminder, a check or another task that falls due at a given time.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Timer)]
pub struct TimerView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Type of the timer.
    #[schema(value_type = TimerKind)]
    pub kind: TimerKindColumn,
    /// The record of the timer.
    #[schema(format = Uuid)]
    pub subject_id: Uuid,
    /// When it falls due.
    pub due_at: DateTime<Utc>,
    /// Time of the next attempt; later than `due_at` after a failure.
    pub run_at: DateTime<Utc>,
    /// The state. `failed` means given up: see `last_error`, solve the problem and retry.
    #[schema(value_type = TimerState)]
    pub state: TimerStateColumn,
    /// Number of failed attempts.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// Error code of the last failure.
    #[schema(max_length = 500, example = "unavailable")]
    pub last_error: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was done or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Filter for timers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TimerFilter {
    /// Only timers with this state.
    #[param(inline)]
    pub state: Option<TimerState>,
    /// Only timers of this type.
    #[param(inline)]
    pub kind: Option<TimerKind>,
    /// Only timers of this record.
    #[param(value_type = Option<String>, format = Uuid)]
    pub subject_id: Option<Uuid>,
    /// Sort order. Default: earliest due time first.
    #[param(inline)]
    pub sort: TimerSort,
}

impl Draft for TimerFilter {}

/// Sort orders of timers.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum TimerSort {
    /// Earliest due time first.
    #[default]
    #[serde(rename = "due_at")]
    DueFirst,
    /// Latest due time first.
    #[serde(rename = "-due_at")]
    DueLast,
}

/// One page of the timers.
///
/// # Errors
/// `forbidden` without permission to manage timers; `invalid_cursor`.
pub async fn list(db: &dyn ReadDb, actor: &Actor, filter: &TimerFilter, paging: &Paging) -> Result<Page<TimerView>, StoreError> {
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
/// `forbidden` without permission to manage timers.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: TimerId) -> Result<Option<TimerView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// The number of waiting timers, and how late they are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimerBacklog {
    /// Number of timers that are due but have not run yet.
    #[schema(minimum = 0)]
    pub due: i64,
    /// The earliest due time of these.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Number of timers whose time has not come.
    #[schema(minimum = 0)]
    pub waiting: i64,
    /// Number of timers that were given up.
    #[schema(minimum = 0)]
    pub failed: i64,
}

/// The backlog, for monitoring. Due timers are counted by an index; the number of waiting ones is limited by what is planned.
///
/// # Errors
/// `forbidden` without permission to manage timers.
pub async fn backlog(db: &dyn ReadDb, actor: &Actor, now: DateTime<Utc>) -> Result<TimerBacklog, StoreError> {
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
        let found: Option<(i64, Option<DateTime<Utc>>)> = select.into_tuple().one(&db.executor()).await?;
        Ok::<_, StoreError>(found.unwrap_or_default())
    };
    let (due, oldest_due_at) = counted(TimerState::Pending, Some(true)).await?;
    let (waiting, _) = counted(TimerState::Pending, Some(false)).await?;
    let (failed, _) = counted(TimerState::Failed, None).await?;
    Ok(TimerBacklog { due, oldest_due_at, waiting, failed })
}

/// Time of the next attempt of a pending timer.
pub async fn next_run_at(db: &dyn ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    let first = runnable().select_only().expr(Expr::col(row::Column::RunAt).min());
    Ok(first.into_tuple::<Option<DateTime<Utc>>>().one(&db.executor()).await?.flatten())
}

/// The number of timers of a type that have run.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimerRunCount {
    /// Type of the timers.
    pub kind: TimerKind,
    /// Number of timers.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// The number of timers that have run since an instant, by type.
pub async fn run_since(db: &dyn ReadDb, instant: DateTime<Utc>) -> Result<Vec<TimerRunCount>, StoreError> {
    let select = row::Entity::find()
        .filter(row::Column::State.eq(Col(TimerState::Done)))
        .filter(row::Column::FinishedAt.gte(instant))
        .select_only()
        .column(row::Column::Kind)
        .column_as(row::Column::Id.count(), "count")
        .group_by(row::Column::Kind);
    let rows: Vec<(TimerKindColumn, i64)> = select.into_tuple().all(&db.executor()).await?;
    Ok(rows.into_iter().map(|(kind, count)| TimerRunCount { kind: kind.0, count }).collect())
}
