//! The future: what falls due, when, for which record. Set and cancelled by verbs, claimed by the worker.

mod query;
mod row;
mod store;

use chot_domain::history::{Subject, SubjectKind};
use chot_domain::shared::{Id, StringEnum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Col;

pub use chot_domain::timers::TimerKind;
pub use query::{TimerBacklog, TimerFilter, TimerRunCount, TimerSort, TimerView, backlog, find, list, next_run_at, run_since};
pub use store::{
    DueTimer, cancel, cancel_below, complete, delete_finished_before, due, is_pending, postpone, replace, retry, set,
};

/// Something that falls due.
pub struct Timer;
impl Subject for Timer {
    const KIND: SubjectKind = SubjectKind::Timer;
}

/// Identifier of a timer.
pub type TimerId = Id<Timer>;

/// Where a timer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerState {
    /// Waits for its time.
    Pending,
    /// Its verb has run.
    Done,
    /// A verb took it back.
    Cancelled,
    /// Its verb failed too often.
    Failed,
}

impl StringEnum for TimerState {}

/// What falls due, as it stands in a column.
pub type TimerKindColumn = Col<TimerKind>;
/// Where a timer stands, as it stands in a column.
pub type TimerStateColumn = Col<TimerState>;
