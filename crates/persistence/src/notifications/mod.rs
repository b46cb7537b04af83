//! What each user was told, and how they want to be told.

mod preferences;
mod row;
mod store;
mod view;

pub use preferences::{LockedPreferences, PreferencesView, lock_preferences, preferences, write_preferences};
pub use store::{LockedNotification, insert, mark_all_read, mark_read};
pub use view::{NotificationFilter, NotificationView, find, list, unread};

use chot_domain::notifications;
use chot_domain::shared::Json;

use crate::Col;

/// What a notification tells of.
pub type NotificationKind = Col<notifications::NotificationKind>;
/// A language that people are written to in.
pub type Language = Col<notifications::Language>;
/// Which kinds come by e-mail.
pub type StoredChoices = Col<Json<notifications::EmailChoices>>;

pub(crate) use row::notification;
