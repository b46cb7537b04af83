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

/// One time that a lead was given to a salesperson, and what became of it.
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
    /// The salesperson whom it was given to.
    #[schema(format = Uuid)]
    pub owner_id: Uuid,
    /// Their name.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub owner_name: String,
    /// Who had it before.
    #[schema(format = Uuid)]
    pub previous_owner_id: Option<Uuid>,
    /// How it came to them.
    pub cause: AssignmentCause,
    /// Who gave it; nobody, if it was the system.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it was taken back, since no contact was made in time.
    // R-EDU-21.
    pub recalled_at: Option<DateTime<Utc>>,
    /// Whom it was given to then; nobody, if it went back into the pool.
    #[schema(format = Uuid)]
    pub next_owner_id: Option<Uuid>,
}

/// Which times are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadAssignmentFilter {
    /// Only of this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only to this salesperson.
    #[param(value_type = Option<String>, format = Uuid)]
    pub owner_id: Option<UserId>,
    /// Only those that were taken back for want of contact, or only the others.
    pub is_recalled: Option<bool>,
    /// Only at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_lt: Option<DateTime<Utc>>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for LeadAssignmentFilter {}

/// Of which time the leads given out are counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RecallReportFilter {
    /// Only leads given at this instant or later.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_gte: Option<DateTime<Utc>>,
    /// Only leads given before this instant.
    #[serde(default, deserialize_with = "chot_domain::shared::instant")]
    pub created_at_lt: Option<DateTime<Utc>>,
}

impl Draft for RecallReportFilter {}

/// How a salesperson keeps the time to make contact.
// R-EDU-22.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecallCount {
    /// The salesperson.
    pub owner_id: UserId,
    /// Their name.
    #[schema(max_length = 200)]
    pub owner_name: String,
    /// How often a lead was given to them.
    #[schema(minimum = 1)]
    pub given: i64,
    /// How often it was taken back for want of contact.
    #[schema(minimum = 0)]
    pub recalled: i64,
}

fn all_owned_by_scope(actor: &Actor) -> Result<Select<row::Entity>, StoreError> {
    actor.require(Permission::LeadsRead)?;
    Ok(row::Entity::find().inner_join(user::Entity).filter(scope::owned_by_scope(actor, row::Column::OwnerId)))
}

/// One page of the times that leads were given to salespeople within reach.
///
/// # Errors
/// `forbidden` without the right to read leads; when the cursor is not of this list.
pub async fn list_assignments(
    db: &impl ReadDb,
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

/// How those within reach keep the time to make contact, one entry each; who lost most comes first (R-EDU-22).
///
/// # Errors
/// `forbidden` without the right to read leads.
pub async fn recall_report(db: &impl ReadDb, actor: &Actor, filter: &RecallReportFilter) -> Result<Vec<RecallCount>, StoreError> {
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
    let rows: Vec<(Uuid, String, i64, i64)> = select.into_tuple().all(db.executor()).await?;
    let counted = |(owner, owner_name, given, recalled)| RecallCount { owner_id: Id::new(owner), owner_name, given, recalled };
    Ok(rows.into_iter().map(counted).collect())
}

/// Notes that a lead was given to a salesperson.
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
    row::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Notes that a lead is taken from its salesperson, and whom it goes to.
pub async fn note_recall(tx: &Tx, lead: &LockedLead, next: Option<UserId>) -> Result<(), StoreError> {
    let newest = row::Entity::find()
        .filter(row::Column::LeadId.eq(lead.id().uuid()))
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .select_only()
        .column(row::Column::Id);
    let Some(id) = newest.into_tuple::<Uuid>().one(&tx.conn).await? else {
        return Ok(());
    };
    row::Entity::update_many()
        .col_expr(row::Column::RecalledAt, Expr::value(tx.now))
        .col_expr(row::Column::NextOwnerId, Expr::value(next.map(Id::uuid)))
        .filter(row::Column::Id.eq(id))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// Of those who work here in one of these roles, to whom a lead was given least recently: not the one who is left out. Whoever asks has
/// everybody else wait who asks, so that of two leads each goes to another one.
pub async fn least_recently_given(tx: &Tx, roles: &[Key], but: Option<UserId>) -> Result<Option<UserId>, StoreError> {
    let eligible = user::Entity::find()
        .filter(user::Column::Role.is_in(roles.iter().map(Key::as_str)))
        .filter(user::Column::IsActive.eq(true))
        .apply_if(but, |select, but| select.filter(user::Column::Id.ne(but.uuid())))
        .select_only()
        .column(user::Column::Id);
    let waiting = eligible.clone().order_by_asc(user::Column::Id).lock(LockType::NoKeyUpdate);
    waiting.into_tuple::<Uuid>().all(&tx.conn).await?;
    let longest =
        eligible.order_by_with_nulls(Expr::expr(last_given()), Order::Asc, NullOrdering::First).order_by_asc(user::Column::Id);
    Ok(longest.into_tuple::<Uuid>().one(&tx.conn).await?.map(Id::new))
}

/// When a lead was last given to the user of the row.
fn last_given() -> SelectStatement {
    Query::select()
        .expr(Expr::col((row::Entity, row::Column::CreatedAt)).max())
        .from(row::Entity)
        .and_where(Expr::col((row::Entity, row::Column::OwnerId)).equals((user::Entity, user::Column::Id)))
        .to_owned()
}
