use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::{ConversionStatus, LeadStatus, TargetAction};

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
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub account_before: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub account_tags: Json,
    pub contact_id: Option<Uuid>,
    pub contact_action: TargetAction,
    pub contact_version: Option<i64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub contact_before: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub opportunities: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub carried: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub not_carried: Json,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub reverted_by: Option<Uuid>,
    pub reverted_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
