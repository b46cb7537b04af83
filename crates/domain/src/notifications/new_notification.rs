use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Language, NotificationKind};
use crate::accounts::AccountId;
use crate::history::{Subject, SubjectKind};
use crate::identity::UserId;
use crate::shared::Id;

/// Something that a user is about to be told.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// Who is told.
    pub user: UserId,
    /// Of what.
    pub kind: NotificationKind,
    /// What kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record that it is about.
    pub subject_id: Uuid,
    /// The account to which the record belongs.
    pub account: Option<AccountId>,
    /// What the words of the notification are made with, such as `name` and `reason`. No secrets.
    pub params: Map<String, Value>,
}

impl NewNotification {
    /// `user` is told of `kind`, about the record `subject`.
    pub fn new<K: Subject>(kind: NotificationKind, user: UserId, subject: Id<K>) -> Self {
        Self { user, kind, subject_kind: K::KIND, subject_id: subject.uuid(), account: None, params: Map::new() }
    }

    /// The record belongs to that account.
    #[must_use]
    pub fn account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// The record belongs to that account, if to any.
    #[must_use]
    pub fn account_if_any(self, account: Option<AccountId>) -> Self {
        Self { account, ..self }
    }

    /// Adds what the words are made with. Every kind wants the `name` of its record; what else it can say stands with its messages.
    #[must_use]
    pub fn param(mut self, name: &str, param: impl Serialize) -> Self {
        self.params.insert(name.to_owned(), serde_json::to_value(param).unwrap_or_default());
        self
    }

    /// The same for somebody else.
    #[must_use]
    pub fn to(&self, user: UserId) -> Self {
        Self { user, ..self.clone() }
    }
}

/// What an e-mail about a notification is made of. It becomes words when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailContent {
    /// The name of who is told.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// Of what.
    pub kind: NotificationKind,
    /// What kind of record it is about.
    pub subject_kind: SubjectKind,
    /// The record that it is about.
    pub subject_id: Uuid,
    /// What the words are made with.
    pub params: Map<String, Value>,
}

impl EmailContent {
    /// The letter that tells somebody of that name what a notice tells.
    pub fn of(notification: &NewNotification, name: &str, language: Language) -> Self {
        let NewNotification { user: _, kind, subject_kind, subject_id, account: _, params } = notification.clone();
        Self { name: name.to_owned(), language, kind, subject_kind, subject_id, params }
    }
}
