use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::SecretFault;
use crate::{ReadDb, StoreError, Tx, telephony};

mod row {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "secret_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub created_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The identifiers of the keys that this database needs, oldest first. Empty if no key was ever used.
pub async fn wanted(db: &dyn ReadDb) -> Result<Vec<String>, StoreError> {
    let rows = row::Entity::find().order_by_asc(row::Column::CreatedAt).all(&db.executor()).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Requires that the process has every key that this database needs.
///
/// # Errors
/// The missing key.
pub async fn require_all(db: &dyn ReadDb) -> Result<(), StoreError> {
    let wanted = wanted(db).await?;
    let held = db.keys().secret.as_ref().map(super::SecretKeys::ids);
    match (held, wanted.into_iter()) {
        (None, mut wanted) => Err(wanted.next().map_or(SecretFault::NoKey, SecretFault::UnknownKey).into()),
        (Some(held), mut wanted) => match wanted.find(|id| !held.contains(id)) {
            Some(missing) => Err(SecretFault::UnknownKey(missing).into()),
            None => Ok(()),
        },
    }
}

/// Encrypts every secret with the first key, unless it already is, and stores which keys are needed from now on. Returns the
/// number of secrets encrypted.
///
/// # Errors
/// When a secret cannot be decrypted.
pub async fn encrypt_all(tx: &Tx) -> Result<usize, StoreError> {
    let newest = tx.keys.secret()?.ids().into_iter().next().ok_or(SecretFault::NoKey)?;
    let changed = telephony::encrypt_again(tx).await?;
    let mut in_use = telephony::keys_in_use(tx).await?;
    in_use.push(newest.clone());
    row::Entity::delete_many().filter(row::Column::Id.is_not_in(in_use)).exec(&tx.executor()).await?;
    if row::Entity::find_by_id(newest.clone()).one(&tx.executor()).await?.is_none() {
        let row = row::ActiveModel { id: Set(newest), created_at: Set(tx.now) };
        row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    }
    Ok(changed)
}

/// Deletes the secrets whose keys are lost, so that the database needs no lost key. Returns the number.
pub async fn forget_unreadable(tx: &Tx) -> Result<u64, StoreError> {
    let forgotten = telephony::forget_unreadable(tx).await?;
    encrypt_all(tx).await?;
    Ok(forgotten)
}
