use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::conversions::{
    StoredAccountDraft, StoredActivities, StoredCarried, StoredContactDraft, StoredLeadState, StoredNotCarried,
    StoredOpportunities, StoredTagNames,
};
use super::{ConversionStatus, LeadStatus, TargetAction};
use crate::storage::locked::{HasRow, Parents, Versioned};
use crate::storage::sort::HasCreatedAt;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "conversions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub status: ConversionStatus,
    pub lead_id: Uuid,
    pub lead_status_before: LeadStatus,
    pub lead_stage_before: Option<String>,
    pub account_id: Uuid,
    pub account_action: TargetAction,
    pub account_version: i64,
    pub account_before: Option<StoredAccountDraft>,
    pub account_tags: StoredTagNames,
    pub contact_id: Option<Uuid>,
    pub contact_action: TargetAction,
    pub contact_version: Option<i64>,
    pub contact_before: Option<StoredContactDraft>,
    pub opportunities: StoredOpportunities,
    pub carried: StoredCarried,
    pub not_carried: StoredNotCarried,
    pub lead_before: Option<StoredLeadState>,
    pub cancelled_activities: Option<StoredActivities>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub reverted_by: Option<Uuid>,
    pub reverted_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "lead_id", to = "id")]
    pub lead: BelongsTo<super::row::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}

impl HasRow for chot_domain::leads::Conversion {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::leads::Conversion;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = None;
    const PARENTS: Parents<Column> = Parents { account: Some(Column::AccountId), lead: Some(Column::LeadId), ..Parents::NONE };
}
