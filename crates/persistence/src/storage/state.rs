use chot_domain::history::EventKind;
use chot_domain::timers::State;

use crate::events::NewEvent;
use crate::storage::locked::{ChangeOf, Locked, Versioned, write};
use crate::tags::TaggedKind;
use crate::{StoreError, Tx};

/// A row of which a part changes by actions only: its state.
pub trait Stateful: Versioned {
    /// That part.
    type State: State;
    /// As what it stands on a board and has tags, if it does.
    const CARD: Option<TaggedKind> = None;

    /// The state as it is stored.
    fn state(&self) -> Self::State;

    /// The columns of another state.
    fn with_state(&self, row: ChangeOf<Self>, state: &Self::State) -> ChangeOf<Self>;

    /// The beginning of an event about the record, in the histories to which it belongs.
    fn event(&self, kind: EventKind) -> NewEvent;

    /// Whether the record is in the archive, where most of what is due waits.
    fn is_in_archive(&self) -> bool;
}

impl<R: Stateful> Locked<R> {
    /// The state of the record.
    pub fn state(&self) -> R::State {
        self.0.state()
    }

    /// The beginning of an event about the record, in the histories to which it belongs.
    pub fn event(&self, kind: EventKind) -> NewEvent {
        self.0.event(kind)
    }

    /// Whether the record is in the archive, where most of what is due waits.
    pub fn is_in_archive(&self) -> bool {
        self.0.is_in_archive()
    }
}

/// Stores another state of a record.
pub async fn update_state<R: Stateful>(tx: &Tx, record: &Locked<R>, next: &R::State) -> Result<(), StoreError> {
    write(tx, record.0.with_state(record.changed(tx), next)).await
}
