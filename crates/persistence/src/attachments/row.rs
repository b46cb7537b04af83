//! One row of `attachments`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::FileType;
use crate::identity::user;
use crate::storage::locked::{Archived, HasRow, Parents, Versioned};
use crate::storage::sort::HasCreatedAt;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub activity_id: Option<Uuid>,
    pub lead_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub opportunity_id: Option<Uuid>,
    pub file_name: String,
    pub content_type: FileType,
    pub size: i64,
    pub sha256: String,
    pub storage_key: String,
    pub category: Option<String>,
    pub description: Option<String>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "created_by", to = "id")]
    pub creator: BelongsTo<Option<user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}

impl HasRow for chot_domain::attachments::Attachment {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::attachments::Attachment;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const PARENTS: Parents<Column> = Parents {
        account: Some(Column::AccountId),
        lead: Some(Column::LeadId),
        opportunity: Some(Column::OpportunityId),
        activity: Some(Column::ActivityId),
    };
}

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}
