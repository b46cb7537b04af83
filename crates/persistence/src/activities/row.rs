//! One row of `activities`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{ActivityKind, ActivityOutcome, ActivityRule, ActivityStatus, StoredAttendees, StoredCheckList, StoredRemoteAccess};
use crate::storage::locked::{Archived, HasRow, Parents, Versioned};

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub kind: ActivityKind,
    pub category: Option<String>,
    pub subject: String,
    pub description: Option<String>,
    pub lead_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub opportunity_id: Option<Uuid>,
    pub stage: Option<String>,
    pub owner_id: Option<Uuid>,
    pub status: ActivityStatus,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub outcome: Option<ActivityOutcome>,
    pub summary: Option<String>,
    pub cancel_reason: Option<String>,
    pub is_too_long: bool,
    pub attendees: StoredAttendees,
    pub location: Option<String>,
    pub meeting_link: Option<String>,
    pub remote_access: Option<StoredRemoteAccess>,
    pub check_list: StoredCheckList,
    pub is_via_telephony: bool,
    pub talk_seconds: Option<i64>,
    pub recording_url: Option<String>,
    pub rule: Option<ActivityRule>,
    pub due_at: Option<DateTime<Utc>>,
    pub reminder_of_id: Option<Uuid>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: BelongsTo<Option<crate::identity::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasRow for chot_domain::activities::Activity {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::activities::Activity;
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

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}
