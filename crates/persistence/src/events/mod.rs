//! The past: append-only, one row for each thing that happened, written in the transaction that made it happen.

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

/// What happened.
pub type EventKind = Col<history::EventKind>;
/// What kind of record it happened to.
pub type SubjectKind = Col<history::SubjectKind>;
/// The kind of actor.
pub type ActorKind = Col<identity::ActorKind>;
