use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Language, NotificationKind};
use crate::accounts::AccountId;
use crate::history::{Subject, SubjectKind};
use crate::identity::UserId;
use crate::shared::Id;

/// A notification to send to a user.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// The recipient.
    pub user: UserId,
    /// The type.
    pub kind: NotificationKind,
    /// The kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record it is about.
    pub subject_id: Uuid,
    /// The account of that record.
    pub account: Option<AccountId>,
    /// Values for the text of the notification, such as `name` and `reason`. No secrets.
    pub params: Map<String, Value>,
}

impl NewNotification {
    /// A notification of `user` about the record `subject`.
    pub fn new<K: Subject>(kind: NotificationKind, user: UserId, subject: Id<K>) -> Self {
        Self { user, kind, subject_kind: K::KIND, subject_id: subject.uuid(), account: None, params: Map::new() }
    }

    /// Sets the account of the record.
    #[must_use]
    pub fn account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Sets the account of the record, if it has one.
    #[must_use]
    pub fn account_if_any(self, account: Option<AccountId>) -> Self {
        Self { account, ..self }
    }

    /// Adds a value for the text. Every type requires the `name` of its record; the messages of a type define its other values.
    #[must_use]
    pub fn param(mut self, name: &str, param: impl Serialize) -> Self {
        self.params.insert(name.to_owned(), serde_json::to_value(param).unwrap_or_default());
        self
    }

    /// The same notification for another user.
    #[must_use]
    pub fn to(&self, user: UserId) -> Self {
        Self { user, ..self.clone() }
    }
}

/// The content of an e-mail about a notification. The text is made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailContent {
    /// Name of the recipient.
    pub name: String,
    /// Language of the e-mail.
    pub language: Language,
    /// Type of the notification.
    pub kind: NotificationKind,
    /// The kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record it is about.
    pub subject_id: Uuid,
    /// Values for the text.
    pub params: Map<String, Value>,
}

impl EmailContent {
    /// The content of the e-mail for a notification, for a recipient with this name.
    pub fn of(notification: &NewNotification, name: &str, language: Language) -> Self {
        let NewNotification { user: _, kind, subject_kind, subject_id, account: _, params } = notification.clone();
        Self { name: name.to_owned(), language, kind, subject_kind, subject_id, params }
    }
}
