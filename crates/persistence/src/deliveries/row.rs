use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{DeliveryKind, DeliveryState};
use crate::storage::locked::{HasRow, Versioned};
use crate::storage::sort::HasCreatedAt;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub kind: DeliveryKind,
    pub recipient: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    pub state: DeliveryState,
    pub attempts: i64,
    pub run_at: DateTime<Utc>,
    pub claim: Option<Uuid>,
    pub locked_until: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub dedupe_key: String,
    pub notification_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}

impl HasRow for chot_domain::deliveries::Delivery {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::deliveries::Delivery;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
}
