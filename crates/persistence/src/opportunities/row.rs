//! One row of `opportunities`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{Classification, EvidenceStatus, OpportunityStatus};
use crate::catalog::StoredMoney;
use crate::storage::locked::{Archived, HasRow, Parents, Versioned};
use crate::tags::StoredTags;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "opportunities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub account_id: Uuid,
    pub owner_id: Option<Uuid>,
    pub lead_id: Option<Uuid>,
    pub name: String,
    pub name_key: String,
    pub phone: Option<String>,
    pub classification: Classification,
    pub status: OpportunityStatus,
    pub stage: String,
    pub stage_entered_at: DateTime<Utc>,
    pub expected_revenue: Option<StoredMoney>,
    pub revenue_key: i64,
    pub currency: String,
    pub stars: i64,
    pub expected_close_on: Option<NaiveDate>,
    pub close_key: NaiveDate,
    pub description: Option<String>,
    pub evidence_status: EvidenceStatus,
    pub open_since: DateTime<Utc>,
    pub evidence_changed_at: DateTime<Utc>,
    pub newest_proof_id: Option<Uuid>,
    pub lost_reason: Option<String>,
    pub customer_feedback: Option<String>,
    pub next_approach_on: Option<NaiveDate>,
    pub closed_at: Option<DateTime<Utc>>,
    pub demonstrated_at: Option<DateTime<Utc>>,
    pub closing_due_at: Option<DateTime<Utc>>,
    pub tags: StoredTags,
    pub created_by: Option<Uuid>,
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: BelongsTo<Option<crate::identity::user::Entity>>,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<crate::accounts::account_row::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasRow for chot_domain::opportunities::Opportunity {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::opportunities::Opportunity;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const PARENTS: Parents<Column> = Parents { account: Some(Column::AccountId), ..Parents::NONE };
}

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}

/// The products and services of an opportunity.
pub(crate) mod product {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "opportunity_products")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub opportunity_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        pub place: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
