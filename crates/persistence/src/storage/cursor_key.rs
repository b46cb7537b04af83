use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm::{DbErr, EntityTrait};
use tokio::sync::OnceCell;

use crate::StoreError;
use crate::storage::executor::Executor;

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "cursor_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub secret: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The key that binds cursors. The deployment created it; each process reads it once.
#[derive(Clone, Debug, Default)]
pub(crate) struct CursorKey(Arc<OnceCell<Vec<u8>>>);

impl CursorKey {
    /// The key.
    pub async fn read(&self, connection: Executor<'_>) -> Result<&[u8], StoreError> {
        let read = || async {
            let row = row::Entity::find().one(&connection).await?;
            let missing = || DbErr::RecordNotFound("the key that binds cursors".into());
            let row = row.ok_or_else(missing)?;
            STANDARD.decode(row.secret).map_err(|_| StoreError::Database(missing()))
        };
        Ok(self.0.get_or_try_init(read).await?)
    }
}
