use chot_domain::identity::UserId;
use chot_domain::notifications::{EmailChoices, Language, PreferencesDraft};
use chot_domain::shared::{Code, DomainError, Json};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use utoipa::ToSchema;

use super::row::preferences;
use crate::storage::locked::{LockRow, write};
use crate::{Col, ReadDb, StoreError, Tx};

/// The notification preferences of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StoredNotificationPreferences)]
pub struct PreferencesView {
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The language of e-mails. It is also the language of the inbox if the request has no `Accept-Language`.
    pub language: Language,
    /// Which types of notifications are also sent by e-mail. The inbox gets every type.
    pub email: EmailChoices,
}

/// The version of preferences that were never changed.
const UNTOUCHED: i64 = 1;

fn view(row: Option<preferences::Model>) -> PreferencesView {
    match row {
        Some(row) => PreferencesView { version: row.version, language: row.language.0, email: row.email.0.0 },
        None => PreferencesView { version: UNTOUCHED, language: Language::default(), email: EmailChoices::default() },
    }
}

/// The notification preferences of a user; the defaults if none are stored.
pub async fn preferences(db: &dyn ReadDb, user: UserId) -> Result<PreferencesView, StoreError> {
    Ok(view(preferences::Entity::find_by_id(user.uuid()).one(&db.executor()).await?))
}

/// The preferences of a user. The row is locked, if it exists.
pub struct LockedPreferences {
    user: UserId,
    view: PreferencesView,
    is_stored: bool,
}

impl LockedPreferences {
    /// The draft with the current values.
    pub fn draft(&self) -> PreferencesDraft {
        PreferencesDraft { language: self.view.language, email: self.view.email.clone() }
    }

    /// Compares the version with the one that the caller has seen.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Result<(), DomainError> {
        match seen {
            Some(seen) if seen != self.view.version => {
                Err(DomainError::from(Code::VersionMismatch).fact("version", self.view.version))
            }
            _ => Ok(()),
        }
    }
}

/// Locks the notification preferences of a user.
pub async fn lock_preferences(tx: &Tx, user: UserId) -> Result<LockedPreferences, StoreError> {
    let row = preferences::Entity::find_by_id(user.uuid()).lock_row().one(&tx.executor()).await?;
    Ok(LockedPreferences { user, is_stored: row.is_some(), view: view(row) })
}

/// Stores notification preferences. If two calls store the first ones concurrently, the unique key refuses one of them.
pub async fn write_preferences(tx: &Tx, locked: &LockedPreferences, draft: &PreferencesDraft) -> Result<(), StoreError> {
    let row = preferences::ActiveModel {
        user_id: Set(locked.user.uuid()),
        version: Set(locked.view.version + 1),
        language: Set(Col(draft.language)),
        email: Set(Col(Json(draft.email.clone()))),
        updated_at: Set(tx.now),
    };
    if locked.is_stored {
        return write(tx, row).await;
    }
    preferences::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}
