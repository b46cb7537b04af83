use chot_domain::accounts::AccountId;
use chot_domain::activities::{ActivityId, ActivityKind, ActivityStatus};
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::{Draft, Key};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{self, Column};
use super::{ActivityView, visibility};
use crate::identity::user;
use crate::related::Strategy;
use crate::storage::locked::Scoped;
use crate::storage::page::{PageRequest, Paging, in_archive, page};
use crate::storage::sort::SortKey;
use crate::{AnyUser, Col, Page, ReadDb, StoreError};

/// Filter for activities.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ActivityFilter {
    /// Only activities related to this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only activities related to this account, its opportunities and the leads converted into it.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only activities related to this opportunity.
    #[param(value_type = Option<String>, format = Uuid)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only activities of this user.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only activities of one of these users.
    #[param(inline, style = Form, explode = false)]
    pub owner_id_in: Option<AnyUser>,
    /// Only activities of this type.
    #[param(inline)]
    pub kind: Option<ActivityKind>,
    /// Only activities of this category.
    #[param(value_type = Option<String>, max_length = 50)]
    pub category: Option<Key>,
    /// Only planned, only done or only cancelled activities.
    #[param(inline)]
    pub status: Option<ActivityStatus>,
    /// `true`: only overdue activities (planned, and should have ended). `false`: only others.
    pub is_overdue: Option<bool>,
    /// `true`: only calls with a recording. `false`: only other activities.
    // R-ICHK-17.
    pub has_recording: Option<bool>,
    /// Only activities that start at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub starts_at_gte: Option<DateTime<Utc>>,
    /// Only activities that start before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub starts_at_lt: Option<DateTime<Utc>>,
    /// Only activities changed at this instant or later. To poll for changes, use `sort=updated_at` and a value slightly before
    /// the last known change: concurrent writes become visible a moment later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub updated_at_gte: Option<DateTime<Utc>>,
    /// `true`: only archived records. Default: only records that are not archived.
    pub is_archived: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: ActivitySort,
}

impl Draft for ActivityFilter {}

/// Sort orders of activities.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
pub enum ActivitySort {
    /// Newest first, by creation.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first, by creation.
    #[serde(rename = "created_at")]
    OldestFirst,
    /// Earliest start first.
    #[serde(rename = "starts_at")]
    EarliestFirst,
    /// Latest start first.
    #[serde(rename = "-starts_at")]
    LatestFirst,
    /// Last changed first.
    #[serde(rename = "-updated_at")]
    ChangedLastFirst,
    /// Last changed at the end. Use it with `updated_at_gte` to poll for changes.
    #[serde(rename = "updated_at")]
    ChangedLastAtEnd,
}

impl SortKey<row::Entity> for ActivitySort {
    fn column(self) -> (Column, Order) {
        match self {
            Self::NewestFirst => (Column::CreatedAt, Order::Desc),
            Self::OldestFirst => (Column::CreatedAt, Order::Asc),
            Self::EarliestFirst => (Column::StartsAt, Order::Asc),
            Self::LatestFirst => (Column::StartsAt, Order::Desc),
            Self::ChangedLastFirst => (Column::UpdatedAt, Order::Desc),
            Self::ChangedLastAtEnd => (Column::UpdatedAt, Order::Asc),
        }
    }
}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        actor.require(Permission::ActivitiesRead)?;
        Ok(visibility::activity_visible_to(actor, Strategy::EachRow))
    }
}

/// The base query for a filter. With a user or record in the filter, the list is short, so visibility is checked for each row.
fn base_select(actor: &Actor, filter: &ActivityFilter) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::ActivitiesRead)?;
    let names_record = filter.lead_id.is_some() || filter.account_id.is_some() || filter.opportunity_id.is_some();
    let asked = if names_record || filter.owner_id.is_some() { Strategy::EachRow } else { Strategy::ByIndex };
    Ok(row::Entity::find().left_join(user::Entity).filter(visibility::activity_visible_to(actor, asked)))
}

/// Planned activities that should have ended.
fn overdue(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::Status.eq(Col(ActivityStatus::Planned)))
        .add(Column::StartsAt.lt(now))
        .add(Condition::any().add(Column::EndsAt.is_null()).add(Column::EndsAt.lt(now)))
}

/// One page of the activities visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read activities; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    now: DateTime<Utc>,
    filter: &ActivityFilter,
    paging: &Paging,
) -> Result<Page<ActivityView>, StoreError> {
    let select = base_select(actor, filter)?
        .filter(in_archive(Column::ArchivedAt, filter.is_archived))
        .apply_if(filter.lead_id, |select, value| select.filter(Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(Column::AccountId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(Column::OpportunityId.eq(value.uuid())))
        .apply_if(filter.owner_id, |select, value| select.filter(Column::OwnerId.eq(value.uuid())))
        .apply_if(filter.owner_id_in.as_ref(), |select, any| select.filter(Column::OwnerId.is_in(any.iter().map(|id| id.uuid()))))
        .apply_if(filter.kind, |select, value| select.filter(Column::Kind.eq(Col(value))))
        .apply_if(filter.category.as_ref(), |select, value| select.filter(Column::Category.eq(value.as_str())))
        .apply_if(filter.status, |select, value| select.filter(Column::Status.eq(Col(value))))
        .apply_if(filter.is_overdue, |select, value| select.filter(if value { overdue(now) } else { overdue(now).not() }))
        .apply_if(filter.has_recording, |select, value| {
            select.filter(if value { Column::RecordingUrl.is_not_null() } else { Column::RecordingUrl.is_null() })
        })
        .apply_if(filter.starts_at_gte, |select, value| select.filter(Column::StartsAt.gte(value)))
        .apply_if(filter.starts_at_lt, |select, value| select.filter(Column::StartsAt.lt(value)))
        .apply_if(filter.updated_at_gte, |select, value| select.filter(Column::UpdatedAt.gte(value)));
    let request = PageRequest::new(actor, paging);
    let found: Page<ActivityView> = page(db, select, filter.sort, filter, request).await?;
    Ok(found.map(ActivityView::without_password))
}

/// One activity, if visible to the actor. The remote access password is included only for its owner (R-EDU-49).
///
/// # Errors
/// `forbidden` without permission to read activities.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: ActivityId) -> Result<Option<ActivityView>, StoreError> {
    let visible = row::Model::visible_to(actor)?;
    let select = row::Entity::find_by_id(id.uuid()).left_join(user::Entity).filter(visible);
    let found: Option<ActivityView> = select.into_partial_model().one(&db.executor()).await?;
    let is_own = |activity: &ActivityView| activity.owner_id.is_some() && activity.owner_id == actor.user().map(UserId::uuid);
    Ok(found.map(|activity| if is_own(&activity) { activity } else { activity.without_password() }))
}

/// The number of past and future meetings of an account, and of its calls with a recording (R-ICHK-16, R-ICHK-17).
pub(crate) async fn counted(db: &dyn ReadDb, account: Uuid) -> Result<(u64, u64), StoreError> {
    let of_account = row::Entity::find().filter(Column::AccountId.eq(account)).filter(Column::ArchivedAt.is_null());
    let meetings = of_account
        .clone()
        .filter(Column::Kind.is_in([Col(ActivityKind::Meeting), Col(ActivityKind::OnlineMeeting)]))
        .filter(Column::Status.ne(Col(ActivityStatus::Cancelled)));
    let recordings = of_account.filter(Column::RecordingUrl.is_not_null());
    Ok((meetings.count(&db.executor()).await?, recordings.count(&db.executor()).await?))
}
