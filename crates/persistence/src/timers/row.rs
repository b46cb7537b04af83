use chrono::{DateTime, Utc};
use sea_orm::Order;
use sea_orm::entity::prelude::*;

use super::{TimerKindColumn, TimerSort, TimerStateColumn};
use crate::storage::sort::SortKey;

#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "timers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: TimerKindColumn,
    pub subject_id: Uuid,
    pub due_at: DateTime<Utc>,
    pub run_at: DateTime<Utc>,
    pub state: TimerStateColumn,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl SortKey<Entity> for TimerSort {
    fn column(self) -> (Column, Order) {
        match self {
            Self::DueFirst => (Column::DueAt, Order::Asc),
            Self::DueLast => (Column::DueAt, Order::Desc),
        }
    }
}
