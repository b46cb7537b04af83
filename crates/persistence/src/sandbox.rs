//! How far the clock of a sandbox is ahead of the system clock. Stored in the database, for all processes.

use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};

use crate::storage::locked::{LockRow, write};
use crate::{ReadDb, StoreError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sandbox_clock")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub microseconds_ahead: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many microseconds the clock is ahead.
pub async fn microseconds_ahead(db: &dyn ReadDb) -> Result<i64, StoreError> {
    let ahead = row::Entity::find_by_id(1_i64).select_only().column(row::Column::MicrosecondsAhead);
    Ok(ahead.into_tuple::<i64>().one(&db.executor()).await?.unwrap_or_default())
}

/// Moves the clock ahead, unless it is further ahead already: it never goes back. Returns how far ahead it is afterwards.
pub async fn put_ahead(tx: &Tx, microseconds: i64) -> Result<i64, StoreError> {
    let now = row::Entity::find_by_id(1_i64).lock_row().one(&tx.executor()).await?;
    let further = now.map_or(0, |row| row.microseconds_ahead).max(microseconds);
    write(tx, row::ActiveModel { id: Set(1), microseconds_ahead: Set(further) }).await?;
    Ok(further)
}
