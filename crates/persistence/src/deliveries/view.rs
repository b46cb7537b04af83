use chot_domain::deliveries::DeliveryId;
use chot_domain::identity::{Actor, Permission};
use chot_domain::shared::{Clock, Draft, SystemClock};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{self, Column};
use super::store::is_free;
use super::{DeliveryKind, DeliveryState};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError};

/// A delivery: an outgoing message, sent or not. Its content is not shown.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// Identifier. The `Message-ID` of an e-mail contains it.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The channel.
    pub kind: DeliveryKind,
    /// The recipient: an address for this channel.
    #[sea_orm(from_col = "recipient")]
    #[schema(max_length = 254, example = "lan@congty.example.vn")]
    pub to: String,
    /// The state.
    pub state: DeliveryState,
    /// Number of attempts since it was created or last retried by an administrator.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// Time of the next attempt while pending, otherwise of the last attempt.
    #[sea_orm(from_col = "run_at")]
    pub next_attempt_at: DateTime<Utc>,
    /// Error message of the last failed attempt, as received from the other side.
    #[schema(max_length = 500)]
    pub last_error: Option<String>,
    /// The notification in this delivery.
    #[schema(format = Uuid)]
    pub notification_id: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was sent, given up or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Filter for deliveries.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Only deliveries with this state.
    #[param(inline)]
    pub state: Option<chot_domain::deliveries::DeliveryState>,
    /// Only deliveries of this channel.
    #[param(inline)]
    pub kind: Option<chot_domain::deliveries::DeliveryKind>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for DeliveryFilter {}

/// One page of the deliveries.
///
/// # Errors
/// `forbidden` without permission to manage timers; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &DeliveryFilter,
    paging: &Paging,
) -> Result<Page<DeliveryView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    let select = row::Entity::find()
        .apply_if(filter.state, |select, state| select.filter(Column::State.eq(Col(state))))
        .apply_if(filter.kind, |select, kind| select.filter(Column::Kind.eq(Col(kind))));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One delivery.
///
/// # Errors
/// `forbidden` without permission to manage timers.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: DeliveryId) -> Result<Option<DeliveryView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(&db.executor()).await?)
}

/// Time of the next attempt of a pending delivery that no worker holds.
pub async fn next_run_at(db: &dyn ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    use chot_domain::deliveries::DeliveryState::Pending;
    let waiting = row::Entity::find()
        .filter(Column::State.eq(Col(Pending)))
        .filter(Column::Kind.is_in(chot_domain::deliveries::DeliveryKind::KNOWN.map(Col)))
        .filter(is_free(SystemClock.now()))
        .select_only();
    let first = waiting.column_as(Column::RunAt.min(), "first");
    Ok(first.into_tuple::<Option<DateTime<Utc>>>().one(&db.executor()).await?.flatten())
}

/// Number of deliveries by state, for monitoring. Sent ones are not counted: they are the most, and need no attention.
#[derive(Clone, Debug, Default)]
pub struct DeliveryCounts {
    /// The number for each state except `sent`.
    pub by_state: Vec<(chot_domain::deliveries::DeliveryState, u32)>,
    /// When the oldest pending delivery was created.
    pub oldest_pending: Option<DateTime<Utc>>,
}

/// Counts the deliveries that are not sent.
///
/// # Errors
/// `forbidden` without permission to manage timers.
pub async fn count_by_state(db: &dyn ReadDb, actor: &Actor) -> Result<DeliveryCounts, StoreError> {
    use chot_domain::deliveries::DeliveryState::{Cancelled, Failed, Pending};
    actor.require(Permission::TimersManage)?;
    let counted = row::Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "counted")
        .filter(Column::State.is_in([Pending, Failed, Cancelled].map(Col)))
        .group_by(Column::State);
    let counted: Vec<(DeliveryState, i64)> = counted.into_tuple().all(&db.executor()).await?;
    let found = |state| counted.iter().find(|(known, _)| known.0 == state).map_or(0, |(_, count)| *count);
    let by_state = [Pending, Failed, Cancelled].map(|state| (state, u32::try_from(found(state)).unwrap_or(u32::MAX)));
    let oldest =
        row::Entity::find().select_only().column_as(Column::CreatedAt.min(), "oldest").filter(Column::State.eq(Col(Pending)));
    let oldest_pending: Option<Option<DateTime<Utc>>> = oldest.into_tuple().one(&db.executor()).await?;
    Ok(DeliveryCounts { by_state: by_state.to_vec(), oldest_pending: oldest_pending.flatten() })
}
