use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::{LeadAssignment, LeadId};
use chot_domain::shared::{Draft, Id, Key};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, NullOrdering, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DerivePartialModel, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::assignment_row as row;
use super::{AssignmentCause, LockedLead};
use crate::identity::user;
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::scope;
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError, Tx};

/// One assignment of a lead to a salesperson, and its result.
// R-EDU-22.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = LeadAssignment)]
pub struct LeadAssignmentView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// The lead.
    #[schema(format = Uuid)]
    pub lead_id: Uuid,
    /// The salesperson who received the lead.
    #[schema(format = Uuid)]
    pub owner_id: Uuid,
    /// Name of that salesperson.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: String,
    /// The owner before.
    #[schema(format = Uuid)]
    pub previous_owner_id: Option<Uuid>,
    /// Why it was assigned.
    pub cause: AssignmentCause,
    /// Who assigned it; `null` for the system.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was assigned.
    pub created_at: DateTime<Utc>,
    /// When it was recalled, because no contact was made in time.
    // R-EDU-21.
    pub recalled_at: Option<DateTime<Utc>>,
    /// The owner after the recall; `null` if the lead went back to the pool.
    #[schema(format = Uuid)]
    pub next_owner_id: Option<Uuid>,
}

/// Filter for assignments.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadAssignmentFilter {
    /// Only assignments of this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only assignments to this salesperson.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// `true`: only recalled assignments. `false`: only others.
    pub is_recalled: Option<bool>,
    /// Only assignments at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only assignments before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for LeadAssignmentFilter {}

/// Filter for the report on recalls.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RecallReportFilter {
    /// Only assignments at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only assignments before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::bound")]
    pub created_at_lt: Option<DateTime<Utc>>,
}

impl Draft for RecallReportFilter {}

/// How many leads of a salesperson were recalled, because no contact was made in time.
// R-EDU-22.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecallCount {
    /// The salesperson.
    pub owner_id: UserId,
    /// Name of the salesperson.
    #[schema(max_length = 200)]
    pub owner_name: String,
    /// Number of assignments to the salesperson.
    #[schema(minimum = 1)]
    pub given: i64,
    /// Number of these that were recalled.
    #[schema(minimum = 0)]
    pub recalled: i64,
}

fn all_owned_by_scope(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    Ok(row::Entity::find().inner_join(user::Entity).filter(scope::owned_by_scope(actor, row::Column::OwnerId)))
}

/// One page of the assignments to salespeople in the actor's scope.
///
/// # Errors
/// `forbidden` without permission to read leads; `invalid_cursor`.
pub async fn list_assignments(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &LeadAssignmentFilter,
    paging: &Paging,
) -> Result<Page<LeadAssignmentView>, StoreError> {
    let is_recalled = |recalled: bool| {
        if recalled { row::Column::RecalledAt.is_not_null() } else { row::Column::RecalledAt.is_null() }
    };
    let select = all_owned_by_scope(actor)?
        .apply_if(filter.lead_id, |select, value| select.filter(row::Column::LeadId.eq(value.uuid())))
        .apply_if(filter.owner_id, |select, value| select.filter(row::Column::OwnerId.eq(value.uuid())))
        .apply_if(filter.is_recalled, |select, value| select.filter(is_recalled(value)))
        .apply_if(filter.created_at_gte, |select, value| select.filter(row::Column::CreatedAt.gte(value)))
        .apply_if(filter.created_at_lt, |select, value| select.filter(row::Column::CreatedAt.lt(value)));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// Recalls by salesperson in the actor's scope. The salesperson with most recalls comes first (R-EDU-22).
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn recall_report(db: &dyn ReadDb, actor: &Actor, filter: &RecallReportFilter) -> Result<Vec<RecallCount>, StoreError> {
    let select = all_owned_by_scope(actor)?
        .apply_if(filter.created_at_gte, |select, value| select.filter(row::Column::CreatedAt.gte(value)))
        .apply_if(filter.created_at_lt, |select, value| select.filter(row::Column::CreatedAt.lt(value)))
        .select_only()
        .column(row::Column::OwnerId)
        .column(user::Column::FullName)
        .column_as(row::Column::Id.count(), "given")
        .column_as(row::Column::RecalledAt.count(), "recalled")
        .group_by(row::Column::OwnerId)
        .group_by(user::Column::FullName)
        .order_by_desc(row::Column::RecalledAt.count())
        .order_by_asc(row::Column::OwnerId);
    let rows: Vec<(Uuid, String, i64, i64)> = select.into_tuple().all(&db.executor()).await?;
    let counted = |(owner, owner_name, given, recalled)| RecallCount { owner_id: Id::new(owner), owner_name, given, recalled };
    Ok(rows.into_iter().map(counted).collect())
}

/// Records the assignment of a lead to a salesperson.
pub async fn note_assignment(tx: &Tx, lead: LeadId, given: &LeadAssignment) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(tx.new_id::<LeadAssignment>().uuid()),
        lead_id: Set(lead.uuid()),
        owner_id: Set(given.owner.uuid()),
        previous_owner_id: Set(given.previous_owner.map(Id::uuid)),
        cause: Set(Col(given.cause)),
        created_by: Set(tx.actor.user().map(Id::uuid)),
        created_at: Set(tx.now),
        recalled_at: Set(None),
        next_owner_id: Set(None),
    };
    tx.append(row).await
}

/// Records that a lead is recalled from its owner, and who gets it next.
pub async fn note_recall(tx: &Tx, lead: &LockedLead, next: Option<UserId>) -> Result<(), StoreError> {
    let newest = row::Entity::find()
        .filter(row::Column::LeadId.eq(lead.id().uuid()))
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .select_only()
        .column(row::Column::Id);
    let Some(id) = newest.into_tuple::<Uuid>().one(&tx.executor()).await? else {
        return Ok(());
    };
    row::Entity::update_many()
        .col_expr(row::Column::RecalledAt, Expr::value(tx.now))
        .col_expr(row::Column::NextOwnerId, Expr::value(next.map(Id::uuid)))
        .filter(row::Column::Id.eq(id))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// The active user in one of `roles`, other than `but`, whose last assignment is oldest. Locks all candidates, so that two
/// concurrent calls return different users.
pub async fn least_recently_given(tx: &Tx, roles: &[Key], but: Option<UserId>) -> Result<Option<UserId>, StoreError> {
    let eligible = user::Entity::find()
        .filter(user::Column::Role.is_in(roles.iter().map(Key::as_str)))
        .filter(user::Column::IsActive.eq(true))
        .apply_if(but, |select, but| select.filter(user::Column::Id.ne(but.uuid())))
        .select_only()
        .column(user::Column::Id);
    let waiting = eligible.clone().order_by_asc(user::Column::Id).lock(LockType::NoKeyUpdate);
    waiting.into_tuple::<Uuid>().all(&tx.executor()).await?;
    let longest =
        eligible.order_by_with_nulls(Expr::expr(last_given()), Order::Asc, NullOrdering::First).order_by_asc(user::Column::Id);
    Ok(longest.into_tuple::<Uuid>().one(&tx.executor()).await?.map(Id::new))
}

/// Time of the last assignment to the user in the row.
fn last_given() -> SelectStatement {
    Query::select()
        .expr(Expr::col((row::Entity, row::Column::CreatedAt)).max())
        .from(row::Entity)
        .and_where(Expr::col((row::Entity, row::Column::OwnerId)).equals((user::Entity, user::Column::Id)))
        .to_owned()
}
