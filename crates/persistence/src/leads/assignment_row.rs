//! One row of `lead_assignments`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use super::AssignmentCause;
use crate::storage::sort::HasCreatedAt;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "lead_assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub lead_id: Uuid,
    pub owner_id: Uuid,
    pub previous_owner_id: Option<Uuid>,
    pub cause: AssignmentCause,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub recalled_at: Option<DateTime<Utc>>,
    pub next_owner_id: Option<Uuid>,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: BelongsTo<crate::identity::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasCreatedAt for Entity {
    const CREATED_AT: Column = Column::CreatedAt;
}
