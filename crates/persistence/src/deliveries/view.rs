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

/// Something that has to leave the house, or has left it. What it says is not shown.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// Identifier. An e-mail bears it in its `Message-ID`.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// By which way it leaves.
    pub kind: DeliveryKind,
    /// To whom: an address of that way.
    #[sea_orm(from_col = "recipient")]
    #[schema(max_length = 254, example = "lan@congty.example.vn")]
    pub to: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried since it was made or last retried by an administrator.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// When it is tried next while it is pending, or was tried last.
    #[sea_orm(from_col = "run_at")]
    pub next_attempt_at: DateTime<Utc>,
    /// Why the last attempt failed, in the words of the other side.
    #[schema(max_length = 500)]
    pub last_error: Option<String>,
    /// The notification that it carries.
    #[schema(format = Uuid)]
    pub notification_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was sent, given up or taken back.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Only deliveries of this state.
    #[param(inline)]
    pub state: Option<chot_domain::deliveries::DeliveryState>,
    /// Only deliveries that leave by this way.
    #[param(inline)]
    pub kind: Option<chot_domain::deliveries::DeliveryKind>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for DeliveryFilter {}

/// One page of the deliveries.
///
/// # Errors
/// `forbidden` without the right; when the cursor is not of this list.
pub async fn list(
    db: &impl ReadDb,
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
/// `forbidden` without the right.
pub async fn find(db: &impl ReadDb, actor: &Actor, id: DeliveryId) -> Result<Option<DeliveryView>, StoreError> {
    actor.require(Permission::TimersManage)?;
    Ok(row::Entity::find_by_id(id.uuid()).into_partial_model().one(db.executor()).await?)
}

/// When the next delivery is to be tried, if any waits and no worker has it.
pub async fn next_run_at(db: &impl ReadDb) -> Result<Option<DateTime<Utc>>, StoreError> {
    use chot_domain::deliveries::DeliveryState::Pending;
    let waiting = row::Entity::find().filter(Column::State.eq(Col(Pending))).filter(is_free(SystemClock.now())).select_only();
    let first = waiting.column_as(Column::RunAt.min(), "first");
    Ok(first.into_tuple::<Option<DateTime<Utc>>>().one(db.executor()).await?.flatten())
}

/// How the deliveries stand, for those who watch the system. What was sent is left out: it is most of them, and no trouble.
#[derive(Clone, Debug, Default)]
pub struct DeliveryCounts {
    /// How many there are of each state but `sent`.
    pub by_state: Vec<(chot_domain::deliveries::DeliveryState, u32)>,
    /// When the oldest was made that is still pending.
    pub oldest_pending: Option<DateTime<Utc>>,
}

/// Counts the deliveries that have not left.
///
/// # Errors
/// `forbidden` without the right.
pub async fn count_by_state(db: &impl ReadDb, actor: &Actor) -> Result<DeliveryCounts, StoreError> {
    use chot_domain::deliveries::DeliveryState::{Cancelled, Failed, Pending};
    actor.require(Permission::TimersManage)?;
    let counted = row::Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "counted")
        .filter(Column::State.is_in([Pending, Failed, Cancelled].map(Col)))
        .group_by(Column::State);
    let counted: Vec<(DeliveryState, i64)> = counted.into_tuple().all(db.executor()).await?;
    let found = |state| counted.iter().find(|(known, _)| known.0 == state).map_or(0, |(_, count)| *count);
    let by_state = [Pending, Failed, Cancelled].map(|state| (state, u32::try_from(found(state)).unwrap_or(u32::MAX)));
    let oldest =
        row::Entity::find().select_only().column_as(Column::CreatedAt.min(), "oldest").filter(Column::State.eq(Col(Pending)));
    let oldest_pending: Option<Option<DateTime<Utc>>> = oldest.into_tuple().one(db.executor()).await?;
    Ok(DeliveryCounts { by_state: by_state.to_vec(), oldest_pending: oldest_pending.flatten() })
}
