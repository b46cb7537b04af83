use chot_domain::identity::{Actor, Permission};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Reads, StoreError, Tx};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "telephone_exchanges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub provider: String,
        pub signing_secret: String,
        pub changed_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How a telephone exchange is set up. Its secret is never told.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TelephoneExchange)]
pub struct ExchangeView {
    /// The exchange.
    #[schema(max_length = 50, example = "stringee")]
    pub provider: String,
    /// Whether it has a secret; without one, nothing that it tells is believed.
    pub is_configured: bool,
    /// When the secret was set.
    pub changed_at: Option<DateTime<Utc>>,
    /// The path on this server to which the exchange is to send its events.
    #[schema(max_length = 200, example = "/api/v1/public/telephony/stringee/events")]
    pub webhook_path: String,
}

/// How an exchange is set up, for those who may speak in its name.
///
/// # Errors
/// `forbidden` without the right to log calls; when the database fails.
pub async fn find_exchange(reads: &impl Reads, actor: &Actor, provider: &str) -> Result<ExchangeView, StoreError> {
    actor.require(Permission::CallsLog)?;
    let row = row::Entity::find_by_id(provider.to_owned()).one(reads.connection()).await?;
    Ok(ExchangeView {
        provider: provider.to_owned(),
        is_configured: row.is_some(),
        changed_at: row.map(|row| row.changed_at),
        webhook_path: format!("/api/v1/public/telephony/{provider}/events"),
    })
}

/// The secret with which an exchange signs.
///
/// # Errors
/// When the database fails.
pub async fn signing_secret(reads: &impl Reads, provider: &str) -> Result<Option<String>, StoreError> {
    let row = row::Entity::find_by_id(provider.to_owned()).one(reads.connection()).await?;
    Ok(row.map(|row| row.signing_secret))
}

/// Writes the secret with which an exchange signs; the one before is good for nothing from now on.
///
/// # Errors
/// When the database fails.
pub async fn set_secret(tx: &Tx, provider: &str, secret: &str) -> Result<(), StoreError> {
    let row =
        row::ActiveModel { provider: Set(provider.to_owned()), signing_secret: Set(secret.to_owned()), changed_at: Set(tx.now) };
    let replacing =
        OnConflict::column(row::Column::Provider).update_columns([row::Column::SigningSecret, row::Column::ChangedAt]).to_owned();
    row::Entity::insert(row).on_conflict(replacing).exec_without_returning(&tx.conn).await?;
    Ok(())
}
