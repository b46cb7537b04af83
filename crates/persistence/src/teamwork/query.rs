use chot_domain::accounts::AccountId;
use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::leads::LeadId;
use chot_domain::opportunities::OpportunityId;
use chot_domain::shared::Draft;
use chot_domain::teamwork::SupportRequestId;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DerivePartialModel, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::row::{self, Column};
use super::{SupportStatus, SupportVerdict};
use crate::identity::user;
use crate::related::{self, Strategy};
use crate::storage::locked::{Scoped, Versioned};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::scope;
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError};

/// A support request: a question of a salesperson to a manager.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "row::Entity")]
#[schema(as = SupportRequest)]
pub struct SupportRequestView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The related lead.
    #[schema(format = Uuid)]
    pub lead_id: Option<Uuid>,
    /// The related account, directly or through an opportunity.
    #[schema(format = Uuid)]
    pub account_id: Option<Uuid>,
    /// The related opportunity.
    #[schema(format = Uuid)]
    pub opportunity_id: Option<Uuid>,
    /// The user who asks.
    #[schema(format = Uuid)]
    pub requester_id: Uuid,
    /// Name of that user.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub requester_name: String,
    /// The user who should answer; `null` if the team has several managers or none.
    #[schema(format = Uuid)]
    pub addressee_id: Option<Uuid>,
    /// Why support is needed.
    #[schema(max_length = 2000, example = "Facebook mới lập, không liên quan đến giáo dục")]
    pub reason: String,
    /// Open, answered or withdrawn.
    pub status: SupportStatus,
    /// The answer.
    #[schema(max_length = 2000)]
    pub answer: Option<String>,
    /// Whether the data is real.
    pub verdict: Option<SupportVerdict>,
    /// Who answered.
    #[schema(format = Uuid)]
    pub answered_by: Option<Uuid>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Filter for support requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SupportFilter {
    /// Only requests with this status.
    #[param(inline)]
    pub status: Option<chot_domain::teamwork::SupportStatus>,
    /// Only requests related to this lead.
    #[param(value_type = Option<String>, format = Uuid)]
    pub lead_id: Option<LeadId>,
    /// Only requests related to this account and its opportunities.
    #[param(value_type = Option<String>, format = Uuid)]
    pub account_id: Option<AccountId>,
    /// Only requests related to this opportunity.
    #[param(value_type = Option<String>, format = Uuid)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only requests of this user.
    #[param(value_type = Option<String>, format = Uuid)]
    pub requester_id: Option<UserId>,
    /// Only requests that this user should answer.
    #[param(value_type = Option<String>, format = Uuid)]
    pub addressee_id: Option<UserId>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for SupportFilter {}

impl Scoped for row::Model {
    fn visible_to(actor: &Actor) -> Result<Condition, StoreError> {
        visible_to(actor, Strategy::EachRow)
    }
}

/// The requests visible to the actor: the actor's own, those to answer, those of users in the actor's scope, and those about
/// visible records.
fn visible_to(actor: &Actor, asked: Strategy) -> Result<Condition, StoreError> {
    actor.require(Permission::SupportRequest)?;
    let requested = scope::owned_by_scope(actor, Column::RequesterId);
    if requested.is_empty() {
        return Ok(Condition::all());
    }
    let mut ways = related::visible_through(actor, row::Model::PARENTS, asked);
    ways.push(requested);
    ways.extend(actor.user().map(|user| Condition::all().add(Column::AddresseeId.eq(user.uuid()))));
    Ok(related::in_any(ways, Column::Id, asked))
}

/// One page of the support requests visible to the actor.
///
/// # Errors
/// `forbidden` without permission to request support; `invalid_cursor`.
pub async fn list(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &SupportFilter,
    paging: &Paging,
) -> Result<Page<SupportRequestView>, StoreError> {
    let select = row::Entity::find()
        .filter(visible_to(actor, Strategy::ByIndex)?)
        .left_join(user::Entity)
        .apply_if(filter.status, |select, value| select.filter(Column::Status.eq(Col(value))))
        .apply_if(filter.lead_id, |select, value| select.filter(Column::LeadId.eq(value.uuid())))
        .apply_if(filter.account_id, |select, value| select.filter(Column::AccountId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(Column::OpportunityId.eq(value.uuid())))
        .apply_if(filter.requester_id, |select, value| select.filter(Column::RequesterId.eq(value.uuid())))
        .apply_if(filter.addressee_id, |select, value| select.filter(Column::AddresseeId.eq(value.uuid())));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One support request, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to request support.
pub async fn find(db: &dyn ReadDb, actor: &Actor, id: SupportRequestId) -> Result<Option<SupportRequestView>, StoreError> {
    let select = row::Entity::find_by_id(id.uuid()).left_join(user::Entity).filter(row::Model::visible_to(actor)?);
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// Whether a support request about a lead was answered.
pub async fn was_answered(db: &dyn ReadDb, lead: LeadId) -> Result<bool, StoreError> {
    let answered = Col(chot_domain::teamwork::SupportStatus::Answered);
    let about = row::Entity::find().filter(Column::LeadId.eq(lead.uuid())).filter(Column::Status.eq(answered));
    let found: Option<Uuid> = about.select_only().column(Column::Id).limit(1).into_tuple().one(&db.executor()).await?;
    Ok(found.is_some())
}
