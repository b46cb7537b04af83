//! One row of `contacts`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::storage::locked::{Archived, HasRow, Parents, Versioned};
use crate::storage::sort::{HasCreatedAt, HasName, HasUpdatedAt};
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub account_id: Uuid,
    pub full_name: String,
    pub name_key: String,
    pub job_title: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub description: Option<String>,
    pub search_text: String,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
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

impl HasRow for chot_domain::accounts::Contact {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::accounts::Contact;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const PARENTS: Parents<Column> = Parents { account: Some(Column::AccountId), ..Parents::NONE };
}

impl Archived for Model {
    const ARCHIVED_AT: Column = Column::ArchivedAt;
}
