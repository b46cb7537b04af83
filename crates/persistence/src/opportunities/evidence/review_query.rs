use chot_domain::identity::{Actor, Permission, UserId};
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::{EvidenceDrawId, EvidenceReviewId};
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ReviewOutcome;
use super::row::review;
use crate::accounts::account_visible_to;
use crate::opportunities::{EvidenceStatus, row as opportunity};
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError};

/// A review of the evidence of an opportunity by customer care, from a random draw or without one.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "review::Entity")]
#[schema(as = EvidenceReview)]
pub struct EvidenceReviewView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The opportunity.
    #[schema(format = Uuid)]
    pub opportunity_id: Uuid,
    /// Name of the opportunity.
    #[sea_orm(from_expr = "Expr::col((opportunity::Entity, opportunity::Column::Name))")]
    #[schema(max_length = 200)]
    pub opportunity_name: String,
    /// The current evidence status of the opportunity.
    #[sea_orm(from_expr = "Expr::col((opportunity::Entity, opportunity::Column::EvidenceStatus))")]
    pub evidence_status: EvidenceStatus,
    /// The owner of the opportunity.
    #[sea_orm(from_expr = "Expr::col((opportunity::Entity, opportunity::Column::OwnerId))")]
    #[schema(format = Uuid)]
    pub owner_id: Option<Uuid>,
    /// The account of the opportunity.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// The newest evidence at the time of the draw or review.
    #[schema(format = Uuid)]
    pub evidence_id: Option<Uuid>,
    /// Result of the review.
    pub outcome: ReviewOutcome,
    /// What is wrong with the evidence, for a warning.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The draw; `null` if it was reviewed without a draw.
    #[schema(format = Uuid)]
    pub draw_id: Option<Uuid>,
    /// The user who drew it.
    #[schema(format = Uuid)]
    pub drawn_by: Option<Uuid>,
    /// When it was drawn.
    pub drawn_at: Option<DateTime<Utc>>,
    /// The user who reviewed it.
    #[schema(format = Uuid)]
    pub reviewed_by: Option<Uuid>,
    /// When it was reviewed.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Filter for reviews.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ReviewFilter {
    /// Only reviews with this result; `pending` lists those still to do.
    #[param(inline)]
    pub outcome: Option<chot_domain::opportunities::evidence::ReviewOutcome>,
    /// Only reviews that this user drew.
    #[param(value_type = Option<String>, format = Uuid)]
    pub drawn_by: Option<UserId>,
    /// Only reviews of this draw.
    #[param(value_type = Option<String>, format = Uuid)]
    pub draw_id: Option<EvidenceDrawId>,
    /// Only reviews of this opportunity.
    #[param(value_type = Option<String>, format = Uuid)]
    pub opportunity_id: Option<OpportunityId>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for ReviewFilter {}

/// A review is visible to actors who may review evidence and see the opportunity.
fn all_visible_to(actor: &Actor) -> Result<Select<review::Entity>, StoreError> {
    actor.require(Permission::EvidenceReview)?;
    actor.require(Permission::OpportunitiesRead)?;
    let select = review::Entity::find().inner_join(opportunity::Entity);
    Ok(select.filter(account_visible_to(actor, review::Column::AccountId)))
}

/// One page of the reviews visible to the actor.
///
/// # Errors
/// `forbidden` without permission to review; `invalid_cursor`.
pub async fn list_reviews(
    db: &dyn ReadDb,
    actor: &Actor,
    filter: &ReviewFilter,
    paging: &Paging,
) -> Result<Page<EvidenceReviewView>, StoreError> {
    let select = all_visible_to(actor)?
        .apply_if(filter.outcome, |select, value| select.filter(review::Column::Outcome.eq(Col(value))))
        .apply_if(filter.drawn_by, |select, value| select.filter(review::Column::DrawnBy.eq(value.uuid())))
        .apply_if(filter.draw_id, |select, value| select.filter(review::Column::DrawId.eq(value.uuid())))
        .apply_if(filter.opportunity_id, |select, value| select.filter(review::Column::OpportunityId.eq(value.uuid())));
    let request = PageRequest::new(actor, paging);
    page(db, select, filter.sort, filter, request).await
}

/// One review, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to review.
pub async fn find_review(db: &dyn ReadDb, actor: &Actor, id: EvidenceReviewId) -> Result<Option<EvidenceReviewView>, StoreError> {
    let select = all_visible_to(actor)?.filter(review::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}

/// The reviews of a draw, at most 100.
///
/// # Errors
/// `forbidden` without permission to review.
pub async fn reviews_of_draw(
    db: &dyn ReadDb,
    actor: &Actor,
    draw: EvidenceDrawId,
) -> Result<Vec<EvidenceReviewView>, StoreError> {
    let select = all_visible_to(actor)?.filter(review::Column::DrawId.eq(draw.uuid())).order_by_asc(review::Column::Id);
    Ok(select.into_partial_model().all(&db.executor()).await?)
}
