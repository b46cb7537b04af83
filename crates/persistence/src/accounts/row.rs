//! One row of `accounts`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::AccountType;
use crate::leads::{CustomerKind, StoredCustomFields, StoredProfile};
use crate::storage::locked::{Archived, HasRow, Versioned};
use crate::storage::sort::{HasCreatedAt, HasName, HasUpdatedAt};
use crate::tags::StoredTags;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub kind: CustomerKind,
    #[sea_orm(column_name = "type")]
    pub account_type: AccountType,
    pub name: String,
    pub name_key: String,
    pub parent_id: Option<Uuid>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub tax_code: Option<String>,
    pub citizen_id: Option<String>,
    pub rank: Option<String>,
    pub source: Option<String>,
    pub profile: StoredProfile,
    pub custom_fields: StoredCustomFields,
    pub description: Option<String>,
    pub stage: Option<String>,
    pub customer_status: Option<String>,
    pub owner_id: Option<Uuid>,
    pub holder_id: Option<Uuid>,
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

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}

impl HasName for Entity {
    const NAME_KEY: Column = Column::NameKey;
}

impl HasUpdatedAt for Entity {
    const UPDATED_AT: Column = Column::UpdatedAt;
}

impl HasRow for chot_domain::accounts::Account {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::accounts::Account;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
}

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}
