use chot_domain::accounts::AccountId;
use chot_domain::history::{EventKind, Subject, SubjectKind};
use chot_domain::shared::{Changes, Id};
use chot_domain::timers::State;
use sea_orm::ActiveValue::Set;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::row::{event, values};
use crate::{Col, StoreError, Tx};

/// An event to store.
#[derive(Clone, Debug)]
pub struct NewEvent {
    kind: EventKind,
    subject_kind: SubjectKind,
    subject_id: Uuid,
    account_id: Option<AccountId>,
    parent_id: Option<Uuid>,
    facts: Map<String, Value>,
    changes: Changes,
}

impl NewEvent {
    /// An event of this type about `subject`.
    pub fn new<K: Subject>(kind: EventKind, subject: Id<K>) -> Self {
        let subject_id = subject.uuid();
        Self {
            kind,
            subject_kind: K::KIND,
            subject_id,
            account_id: None,
            parent_id: None,
            facts: Map::new(),
            changes: Changes::new(),
        }
    }

    /// Adds the event to the history of a lead or opportunity to which the subject belongs.
    #[must_use]
    pub fn parent(mut self, parent: Option<Uuid>) -> Self {
        self.parent_id = parent;
        self
    }

    /// Adds the event to the history of an account.
    #[must_use]
    pub fn account(mut self, account: AccountId) -> Self {
        self.account_id = Some(account);
        self
    }

    /// Adds a fact. Facts contain no personal data: they are never erased.
    #[must_use]
    pub fn fact(mut self, name: &str, fact: impl Serialize) -> Self {
        self.facts.insert(name.to_owned(), serde_json::to_value(fact).unwrap_or_default());
        self
    }

    /// Adds the facts of the states before and after.
    #[must_use]
    pub fn from_to<S: State>(mut self, before: &S, after: &S) -> Self {
        for (name, fact) in before.facts() {
            self.facts.insert(format!("{name}_before"), fact);
        }
        self.facts.extend(after.facts().into_iter().map(|(name, fact)| (name.to_owned(), fact)));
        self
    }

    /// Adds old and new values. They can be personal data, and can be erased.
    #[must_use]
    pub fn changes(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }

    /// Adds text written by a person, which can be personal data.
    #[must_use]
    pub fn text(mut self, name: &str, text: Option<impl Serialize>) -> Self {
        if let Some(text) = text {
            let to = serde_json::to_value(text).unwrap_or_default();
            self.changes.insert(name.to_owned(), chot_domain::shared::Change { from: Value::Null, to });
        }
        self
    }
}

/// Stores an event.
pub async fn append(tx: &Tx, event: NewEvent) -> Result<(), StoreError> {
    let id = tx.new_id::<NewEvent>().uuid();
    let row = event::ActiveModel {
        id: Set(id),
        kind: Set(Col(event.kind)),
        subject_kind: Set(Col(event.subject_kind)),
        subject_id: Set(event.subject_id),
        account_id: Set(event.account_id.map(AccountId::uuid)),
        parent_id: Set(event.parent_id),
        cause_id: Set(tx.cause()),
        actor_kind: Set(Col(tx.actor.kind())),
        actor_id: Set(tx.actor.id()),
        actor_user_id: Set(tx.actor.user().map(|user| user.uuid())),
        occurred_at: Set(tx.now),
        facts: Set(Value::Object(event.facts)),
        position: Set(None),
    };
    tx.append(row).await?;
    if event.changes.is_empty() {
        return Ok(());
    }
    let changes = serde_json::to_value(event.changes).unwrap_or_default();
    let row = values::ActiveModel { event_id: Set(id), changes: Set(changes) };
    tx.append(row).await
}
