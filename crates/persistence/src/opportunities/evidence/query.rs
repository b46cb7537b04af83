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

/// A piece of evidence that an opportunity is worked. It is never changed.
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
    /// The customer.
    #[schema(format = Uuid)]
    pub account_id: Uuid,
    /// What it shows.
    pub kind: EvidenceKind,
    /// Whether it proves that the opportunity is worked: by a file, or by a successful call. Text alone proves nothing.
    pub proves: bool,
    /// When the quotation or message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// How many product codes were quoted.
    #[schema(minimum = 1)]
    pub code_count: Option<i64>,
    /// How many stamps or codes were quoted.
    #[schema(minimum = 1)]
    pub code_quantity: Option<i64>,
    /// The service quoted.
    #[schema(max_length = 200)]
    pub service_name: Option<String>,
    /// The price quoted for the service.
    pub price: Option<StoredMoney>,
    /// What was said: advice, or a recap.
    #[schema(max_length = 5000)]
    pub summary: Option<String>,
    /// The activity that shows it.
    #[schema(format = Uuid)]
    pub activity_id: Option<Uuid>,
    /// The file that proves it.
    #[schema(format = Uuid)]
    pub attachment_id: Option<Uuid>,
    /// When it was given: a warning is cleared by what was given later.
    pub given_at: DateTime<Utc>,
    /// The user who gave it; nobody, if the system did.
    #[schema(format = Uuid)]
    pub created_by: Option<Uuid>,
    /// The name of that user.
    #[sea_orm(from_expr = "Expr::col((user::Entity, user::Column::FullName))")]
    #[schema(max_length = 200)]
    pub created_by_name: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Which evidence of an opportunity is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EvidenceFilter {
    /// Only evidence of this kind.
    #[param(inline)]
    pub kind: Option<chot_domain::opportunities::evidence::EvidenceKind>,
    /// Only evidence that proves, or only evidence that does not.
    pub proves: Option<bool>,
    /// The order; the newest first, if not said.
    #[param(inline)]
    pub sort: TimeSort,
}

impl Draft for EvidenceFilter {}

/// Evidence is seen by those who see its opportunity.
fn all_visible_to(actor: &Actor) -> Result<Select<evidence::Entity>, StoreError> {
    actor.require(chot_domain::identity::Permission::OpportunitiesRead)?;
    let select = evidence::Entity::find().left_join(user::Entity);
    Ok(select.filter(account_visible_to(actor, evidence::Column::AccountId)))
}

/// One page of the evidence of an opportunity that the actor may see; nothing, if it is out of sight.
///
/// # Errors
/// `forbidden` without the right to read opportunities; when the cursor is not of this list.
pub async fn list_evidence(
    db: &impl ReadDb,
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

/// One piece of evidence, if the actor may see it.
///
/// # Errors
/// `forbidden` without the right to read opportunities.
pub async fn find_evidence(db: &impl ReadDb, actor: &Actor, id: EvidenceId) -> Result<Option<EvidenceView>, StoreError> {
    let select = all_visible_to(actor)?.filter(evidence::Column::Id.eq(id.uuid()));
    Ok(select.into_partial_model().one(db.executor()).await?)
}
