use chot_domain::history::EventKind;
use chot_domain::timers::State;

use crate::events::NewEvent;
use crate::storage::locked::{ChangeOf, Locked, Versioned, write};
use crate::tags::TaggedKind;
use crate::{StoreError, Tx};

/// A row with a state: the part that only actions change.
pub trait Stateful: Versioned {
    /// The state.
    type State: State;
    /// The kind of record on boards and for tags, if it has them.
    const CARD: Option<TaggedKind> = None;

    /// The stored state.
    fn state(&self) -> Self::State;

    /// The columns for another state.
    fn with_state(&self, row: ChangeOf<Self>, state: &Self::State) -> ChangeOf<Self>;

    /// Starts an event about the record, for its histories.
    fn event(&self, kind: EventKind) -> NewEvent;

    /// Whether the record is archived; most of its timers wait then.
    fn is_in_archive(&self) -> bool;
}

impl<R: Stateful> Locked<R> {
    /// The state of the record.
    pub fn state(&self) -> R::State {
        self.0.state()
    }

    /// Starts an event about the record, for its histories.
    pub fn event(&self, kind: EventKind) -> NewEvent {
        self.0.event(kind)
    }

    /// Whether the record is archived; most of its timers wait then.
    pub fn is_in_archive(&self) -> bool {
        self.0.is_in_archive()
    }
}

/// Stores a new state of a record.
pub async fn update_state<R: Stateful>(tx: &Tx, record: &Locked<R>, next: &R::State) -> Result<(), StoreError> {
    write(tx, record.0.with_state(record.changed(tx), next)).await
}
