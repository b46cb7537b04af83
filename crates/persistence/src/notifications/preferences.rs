use chot_domain::identity::UserId;
use chot_domain::notifications::{EmailChoices, Language, PreferencesDraft};
use chot_domain::shared::{Code, DomainError, Json};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use utoipa::ToSchema;

use super::row::preferences;
use crate::storage::locked::{LockRow, write};
use crate::{Col, ReadDb, StoreError, Tx};

/// How a user wants to be told of things.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = StoredNotificationPreferences)]
pub struct PreferencesView {
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The language of e-mails, and of the inbox where the request names none in `Accept-Language`.
    pub language: Language,
    /// Which kinds of notifications come by e-mail as well. The inbox gets every kind.
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

/// How a user wants to be told of things; of who never said it, what holds for all.
pub async fn preferences(db: &impl ReadDb, user: UserId) -> Result<PreferencesView, StoreError> {
    Ok(view(preferences::Entity::find_by_id(user.uuid()).one(db.executor()).await?))
}

/// The preferences of a user as they are, locked by the unit of work if there is something to lock.
pub struct LockedPreferences {
    user: UserId,
    view: PreferencesView,
    is_stored: bool,
}

impl LockedPreferences {
    /// What was said.
    pub fn draft(&self) -> PreferencesDraft {
        PreferencesDraft { language: self.view.language, email: self.view.email.clone() }
    }

    /// Refuses to go on if the caller has seen another version.
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

/// Locks how a user wants to be told of things.
pub async fn lock_preferences(tx: &Tx, user: UserId) -> Result<LockedPreferences, StoreError> {
    let row = preferences::Entity::find_by_id(user.uuid()).lock_row().one(&tx.conn).await?;
    Ok(LockedPreferences { user, is_stored: row.is_some(), view: view(row) })
}

/// Writes how a user wants to be told of things. Of two who write first at once, the unique key refuses one.
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
    preferences::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}
