//! The event log: append-only, one row for each event, written in the transaction that causes it.

mod feed;
mod row;
mod store;
mod timeline;

pub use feed::{BATCH, EventCount, Feed, FeedFilter, assign_positions, feed, has_new, recorded_by_system_since};
pub use store::{NewEvent, append};
pub use timeline::{EventView, Subjects, TimelineFilter, TimelineSort, blocking, facts_of_newest};
pub(crate) use timeline::{stages, timeline};

use chot_domain::{history, identity};

use crate::Col;

/// The type of an event.
pub type EventKind = Col<history::EventKind>;
/// The kind of record that an event is about.
pub type SubjectKind = Col<history::SubjectKind>;
/// The kind of actor.
pub type ActorKind = Col<identity::ActorKind>;
