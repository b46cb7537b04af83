//! What falls due by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Key, StringEnum};

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

impl StringEnum for TimerKind {}

impl TimerKind {
    /// Whether it falls due even while its record is in the archive. Everything else waits until the record is restored.
    pub const fn runs_in_archive(self) -> bool {
        matches!(self, Self::RemoteAccessExpiry | Self::EvidenceCheck | Self::TrialEnd)
    }
}

/// Something that falls due, and when.
pub type Due = (TimerKind, DateTime<Utc>);

/// The part of a record that changes by actions.
pub trait State: Clone + PartialEq {
    /// What falls due for a record in this state. It reads due times that the state holds and never the playbook: a changed playbook moves
    /// no timer.
    fn timers(&self) -> Vec<Due>;

    /// The stage of the playbook, of a record that has one.
    fn stage(&self) -> Option<&Key>;

    /// What the history tells of the state, before and after an action.
    fn facts(&self) -> Vec<(&'static str, serde_json::Value)>;
}
