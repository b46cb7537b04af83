//! One row of `leads`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::storage::locked::{Archived, HasRow, Versioned};
use crate::tags::StoredTags;

use super::{
    CustomerKind, LeadStatus, StoredContactPerson, StoredContactPoints, StoredCustomFields, StoredProfile, VerificationResult,
};

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "leads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub kind: CustomerKind,
    pub status: LeadStatus,
    pub stage: Option<String>,
    pub name: String,
    pub name_key: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub contact_points: StoredContactPoints,
    pub tax_code: Option<String>,
    pub citizen_id: Option<String>,
    pub source: String,
    pub rank: Option<String>,
    pub product_id: Option<Uuid>,
    pub contact_person: Option<StoredContactPerson>,
    pub profile: StoredProfile,
    pub custom_fields: StoredCustomFields,
    pub need: Option<String>,
    pub description: Option<String>,
    pub owner_id: Option<Uuid>,
    pub holder_id: Option<Uuid>,
    pub assigned_at: Option<DateTime<Utc>>,
    pub is_returning_customer: bool,
    pub verification: Option<VerificationResult>,
    pub close_reason: Option<String>,
    pub close_note: Option<String>,
    pub follow_up_at: Option<DateTime<Utc>>,
    pub follow_up_key: DateTime<Utc>,
    pub is_follow_up_due: bool,
    pub recall_at: Option<DateTime<Utc>>,
    pub form_id: Option<Uuid>,
    pub conversion_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub tags: StoredTags,
    pub created_by: Option<Uuid>,
    pub search_text: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: BelongsTo<Option<crate::identity::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasRow for chot_domain::leads::Lead {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::leads::Lead;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
}

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}

/// Further ways to contact a lead, in the form used for comparing.
pub(super) mod contact_point {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "lead_contact_points")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub lead_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub value: String,
        #[sea_orm(belongs_to, from = "lead_id", to = "id")]
        pub lead: BelongsTo<super::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
