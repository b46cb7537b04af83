//! Timers: what falls due, when, and for which record. Actions set and cancel them; the worker runs them.

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

/// A task that falls due at a given time.
pub struct Timer;
impl Subject for Timer {
    const KIND: SubjectKind = SubjectKind::Timer;
}

/// Identifier of a timer.
pub type TimerId = Id<Timer>;

/// The state of a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerState {
    /// Waiting for its time.
    Pending,
    /// Done.
    Done,
    /// Cancelled by an action.
    Cancelled,
    /// Failed too often.
    Failed,
}

impl StringEnum for TimerState {}

/// The type of a timer in a column.
pub type TimerKindColumn = Col<TimerKind>;
/// The state of a timer in a column.
pub type TimerStateColumn = Col<TimerState>;
