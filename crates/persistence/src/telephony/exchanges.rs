use chot_domain::identity::{Actor, Permission};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use utoipa::ToSchema;

use crate::secret_keys::{Place, Sealed};
use crate::storage::db::Keys;
use crate::storage::locked::{LockRow, write};
use crate::{ReadDb, StoreError, Tx};

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
        /// The key that encrypts the secret; none if it was stored before such keys existed.
        pub secret_key_id: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Settings of a telephone exchange. The secret is never returned.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TelephoneExchange)]
pub struct ExchangeView {
    /// The exchange.
    #[schema(max_length = 50, example = "stringee")]
    pub provider: String,
    /// Whether it has a secret. Without one, its events are refused.
    pub is_configured: bool,
    /// When the secret was set.
    pub changed_at: Option<DateTime<Utc>>,
    /// The path on this server to which the exchange must send its events.
    #[schema(max_length = 200, example = "/api/v1/public/telephony/stringee/events")]
    pub webhook_path: String,
}

/// The settings of an exchange, for actors who may log calls.
///
/// # Errors
/// `forbidden` without permission to log calls.
pub async fn find_exchange(db: &dyn ReadDb, actor: &Actor, provider: &str) -> Result<ExchangeView, StoreError> {
    actor.require(Permission::CallsLog)?;
    let row = row::Entity::find_by_id(provider.to_owned()).one(&db.executor()).await?;
    Ok(ExchangeView {
        provider: provider.to_owned(),
        is_configured: row.is_some(),
        changed_at: row.map(|row| row.changed_at),
        webhook_path: format!("/api/v1/public/telephony/{provider}/events"),
    })
}

const fn place(provider: &str) -> Place<'_> {
    Place { table: "telephone_exchanges", column: "signing_secret", row: provider }
}

/// The secret with which an exchange signs its requests.
///
/// # Errors
/// When the secret cannot be decrypted.
pub async fn signing_secret(db: &dyn ReadDb, provider: &str) -> Result<Option<String>, StoreError> {
    let row = row::Entity::find_by_id(provider.to_owned()).one(&db.executor()).await?;
    row.map(|row| opened(db.keys(), row)).transpose()
}

fn opened(keys: &Keys, row: row::Model) -> Result<String, StoreError> {
    let Some(key_id) = row.secret_key_id else {
        return Ok(row.signing_secret);
    };
    Ok(keys.secret()?.open(place(&row.provider), &Sealed { key_id, text: row.signing_secret })?)
}

/// Stores the secret with which an exchange signs. The old secret stops working.
///
/// # Errors
/// When there is no key to encrypt the secret.
pub async fn set_secret(tx: &Tx, provider: &str, secret: &str) -> Result<(), StoreError> {
    let sealed = tx.keys.secret()?.seal(place(provider), secret)?;
    let row = row::ActiveModel {
        provider: Set(provider.to_owned()),
        signing_secret: Set(sealed.text),
        changed_at: Set(tx.now),
        secret_key_id: Set(Some(sealed.key_id)),
    };
    let changed = [row::Column::SigningSecret, row::Column::ChangedAt, row::Column::SecretKeyId];
    let replacing = OnConflict::column(row::Column::Provider).update_columns(changed).to_owned();
    row::Entity::insert(row).on_conflict(replacing).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Encrypts with the first key all secrets that are encrypted with another key or not at all. Returns their number.
///
/// # Errors
/// When a secret cannot be decrypted.
pub(crate) async fn encrypt_again(tx: &Tx) -> Result<usize, StoreError> {
    let keys = tx.keys.secret()?;
    let newest = keys.ids().into_iter().next();
    let mut changed = 0;
    for row in row::Entity::find().lock_row().all(&tx.executor()).await? {
        if row.secret_key_id == newest {
            continue;
        }
        let provider = row.provider.clone();
        let sealed = keys.seal(place(&provider), &opened(&tx.keys, row)?)?;
        let row = row::ActiveModel {
            provider: Set(provider),
            signing_secret: Set(sealed.text),
            secret_key_id: Set(Some(sealed.key_id)),
            ..Default::default()
        };
        write(tx, row).await?;
        changed += 1;
    }
    Ok(changed)
}

/// Deletes the secrets whose keys the process does not have. Returns their number.
///
/// # Errors
/// When there are no keys at all.
pub(crate) async fn forget_unreadable(tx: &Tx) -> Result<u64, StoreError> {
    let held = tx.keys.secret()?.ids();
    let lost = row::Entity::delete_many()
        .filter(row::Column::SecretKeyId.is_not_null())
        .filter(row::Column::SecretKeyId.is_not_in(held));
    Ok(lost.exec(&tx.executor()).await?.rows_affected)
}

/// The keys that secrets are encrypted with.
pub(crate) async fn keys_in_use(db: &dyn ReadDb) -> Result<Vec<String>, StoreError> {
    let rows = row::Entity::find().all(&db.executor()).await?;
    Ok(rows.into_iter().filter_map(|row| row.secret_key_id).collect())
}
