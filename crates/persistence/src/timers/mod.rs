//! The future: what falls due, when, for which record. Set and cancelled by verbs, claimed by the worker.

mod query;
mod row;
mod store;

use chot_domain::history::{Subject, SubjectKind};
use chot_domain::shared::{Id, Word};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Col;

pub use query::{Backlog, TimerFilter, TimerSort, TimerView, TimersRun, backlog, find, list, next_run_at, run_since};
pub use store::{DueTimer, cancel, claim_due, complete, delete_finished_before, follow, postpone, retry, set};

/// Something that falls due.
pub struct Timer;
impl Subject for Timer {
    const KIND: SubjectKind = SubjectKind::Timer;
}

/// Identifier of a timer.
pub type TimerId = Id<Timer>;

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// A recycled lead is to be taken up again (R-SUNO-22).
    LeadFollowUp,
    /// A lead that was not contacted in time is to go to another salesperson (R-EDU-21).
    LeadRecall,
    /// The evidence of a business date is to be checked (R-ICHK-77).
    EvidenceCheck,
    /// Something that a rule of the playbook has planned is to be done.
    ActivityDue,
    /// The days of a trial are over (R-EDU-38).
    TrialEnd,
    /// The time to close an opportunity after its demo is over (R-EDU-62).
    ClosingTime,
    /// The password to a customer's computer is to be deleted (R-EDU-50).
    RemoteAccessExpiry,
}

impl Word for TimerKind {}

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

impl Word for TimerState {}

/// What falls due, as it stands in a column.
pub type TimerKindColumn = Col<TimerKind>;
/// Where a timer stands, as it stands in a column.
pub type TimerStateColumn = Col<TimerState>;
