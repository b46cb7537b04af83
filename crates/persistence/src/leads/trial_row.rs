//! One row of `trials`.

use chrono::{DateTime, Utc};
use sea_orm::Order;
use sea_orm::entity::prelude::*;

use super::{TrialSort, TrialStatus};
use crate::storage::locked::{HasRow, Parents, Versioned};
use crate::storage::sort::SortKey;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "trials")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub lead_id: Uuid,
    pub status: TrialStatus,
    pub link: Option<String>,
    pub note: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl HasRow for chot_domain::leads::Trial {
    type Row = Model;
}

impl Versioned for Model {
    type Kind = chot_domain::leads::Trial;
    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const PARENTS: Parents<Column> = Parents { lead: Some(Column::LeadId), ..Parents::NONE };
}

impl SortKey<Entity> for TrialSort {
    fn column(self) -> (Column, Order) {
        match self {
            Self::NewestFirst => (Column::CreatedAt, Order::Desc),
            Self::OldestFirst => (Column::CreatedAt, Order::Asc),
            Self::EndingFirst => (Column::EndsAt, Order::Asc),
        }
    }
}
