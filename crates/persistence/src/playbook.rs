//! The current playbook and its history.

use chot_domain::playbook::Playbook;
use chot_domain::shared::Json;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Col, ReadDb, StoreError, Tx};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    pub type PlaybookDocument = crate::Col<chot_domain::shared::Json<chot_domain::playbook::Playbook>>;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "playbooks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        pub document: PlaybookDocument,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The current playbook, with its version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaybookView {
    /// Version number. It grows with each replacement.
    pub version: i64,
    /// The document.
    pub playbook: Playbook,
}

/// The current playbook, if the deployment has one.
pub async fn current(db: &dyn ReadDb) -> Result<Option<PlaybookView>, StoreError> {
    let newest = row::Entity::find().order_by_desc(row::Column::Version).one(&db.executor()).await?;
    Ok(newest.map(|row| PlaybookView { version: row.version, playbook: row.document.0.0.upgrade() }))
}

/// Stores the first playbook.
///
/// # Errors
/// When a playbook already exists.
pub async fn insert_first(tx: &Tx, playbook: &Playbook) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        version: Set(1),
        document: Set(Col(Json(playbook.clone()))),
        created_by: Set(tx.actor.user().map(|user| user.uuid())),
        created_at: Set(tx.now),
    };
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}
