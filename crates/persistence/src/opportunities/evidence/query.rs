use chot_domain::identity::Actor;
use chot_domain::opportunities::OpportunityId;
use chot_domain::opportunities::evidence::EvidenceId;
use chot_domain::shared::Draft;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::EvidenceKind;
use super::row::evidence;
use crate::accounts::account_visible_to;
use crate::catalog::StoredMoney;
use crate::identity::user;
use crate::opportunities::is_visible;
use crate::storage::page::{PageRequest, Paging, page};
use crate::storage::sort::TimeSort;
use crate::{Col, Page, ReadDb, StoreError};

/// A piece of evidence that an opportunity is worked. It never changes.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "evidence::Entity")]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// The opportunity.
    #[schema(format = Uuid)]
    pub opportunity_id: Uuid,
    /// The account of the opportunity.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// What the evidence shows.
    pub kind: EvidenceKind,
    /// Whether it is a proof: a file or a successful call. Text alone is not a proof.
    pub proves: bool,
    /// When the quotation or message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Number of quoted product codes.
    #[schema(minimum = 1)]
    pub code_count: Option<i64>,
    /// Number of quoted stamps or codes.
    #[schema(minimum = 1)]
    pub code_quantity: Option<i64>,
    /// The quoted service.
    #[schema(max_length = 200)]
    pub service_name: Option<String>,
    /// The price of the service.
    pub price: Option<StoredMoney>,
    /// The advice given, or the recap.
    #[schema(max_length = 5000)]
    pub summary: Option<String>,
    /// The activity that shows the work.
    #[schema(format = Uuid)]
    pub activity_id: Option<Uuid>,
    /// The file that proves the work.
    #[schema(format = Uuid)]
    pub attachment_id: Option<Uuid>,
    /// When it was given. A proof given after a warning clears the warning.
    pub given_at: DateTime<Utc>,
    /// The user who gave it; `null` for the system.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// Name of that user.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub created_by_name: Option<String>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

/// Filter for the evidence of an opportunity.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EvidenceFilter {
    /// Only evidence of this kind.
    #[param(inline)]
    pub kind: Option<chot_domain::opportunities::evidence::EvidenceKind>,
    /// `true`: only proofs. `false`: only other evidence.
    pub proves: Option<bool>,
    /// Sort order. Default: newest first.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for EvidenceFilter {}

/// Evidence is visible to everybody who sees its opportunity.
fn all_visible_to(actor: &Actor) -> Result<Select<evidence::Entity>, StoreError> {
    actor.require(chot_domain::identity::Permission::OpportunitiesRead)?;
    let select = evidence::Entity::find().left_join(user::Entity);
    Ok(select.filter(account_visible_to(actor, evidence::Column::AccountId)))
}

/// One page of the evidence of a visible opportunity; `None` if it is not visible.
///
/// # Errors
/// `forbidden` without permission to read opportunities; `invalid_cursor`.
pub async fn list_evidence(
    db: &dyn ReadDb,
    actor: &Actor,
    opportunity: OpportunityId,
    filter: &EvidenceFilter,
    paging: &Paging,
) -> Result<Option<Page<EvidenceView>>, StoreError> {
    if !is_visible(db, actor, opportunity).await? {
        return Ok(None);
    }
    let select = all_visible_to(actor)?
        .filter(evidence::Column::OpportunityId.eq(opportunity.uuid()))
        .apply_if(filter.kind, |select, value| select.filter(evidence::Column::Kind.eq(Col(value))))
        .apply_if(filter.proves, |select, value| select.filter(evidence::Column::Proves.eq(value)));
    let below = [opportunity.uuid()];
    let request = PageRequest::new(actor, paging).bound_to(&below);
    page(db, select, filter.sort, filter, request).await.map(Some)
}

/// One piece of evidence, if visible to the actor.
///
/// # Errors
/// `forbidden` without permission to read opportunities.
pub async fn find_evidence(db: &dyn ReadDb, actor: &Actor, id: EvidenceId) -> Result<Option<EvidenceView>, StoreError> {
    let select = all_visible_to(actor)?.filter(evidence::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(&db.executor()).await?)
}
