//! One row of `support_requests`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{SupportStatus, SupportVerdict};
use crate::storage::locked::{HasRow, Parents, Versioned};
use crate::storage::sort::HasCreatedAt;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "support_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub lead_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub opportunity_id: Option<Uuid>,
    pub requester_id: Uuid,
    pub addressee_id: Option<Uuid>,
    pub reason: String,
    pub status: SupportStatus,
    pub answer: Option<String>,
    pub verdict: Option<SupportVerdict>,
    pub answered_by: Option<Uuid>,
    pub answered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "requester_id", to = "id")]
    pub requester: BelongsTo<crate::identity::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}

impl HasRow for chot_domain::teamwork::SupportRequest {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::teamwork::SupportRequest;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const PARENTS: Parents<Column> = Parents {
        account: Some(Column::AccountId),
        lead: Some(Column::LeadId),
        opportunity: Some(Column::OpportunityId),
        ..Parents::NONE
    };
}
