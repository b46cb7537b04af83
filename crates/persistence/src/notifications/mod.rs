//! Notifications and notification preferences of users.

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

/// The type of a notification.
pub type NotificationKind = Col<notifications::NotificationKind>;
/// A language of messages to users.
pub type Language = Col<notifications::Language>;
/// Which types are also sent by e-mail.
pub type StoredChoices = Col<Json<notifications::EmailChoices>>;

pub(crate) use row::notification;
