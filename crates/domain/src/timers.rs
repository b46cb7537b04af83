//! Timers: what falls due automatically.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Key, StringEnum};

/// The type of a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The follow-up date of a parked lead (R-SUNO-22).
    LeadFollowUp,
    /// The end of the time to contact a lead, after which another salesperson gets it (R-EDU-21).
    LeadRecall,
    /// The evidence check of a business date (R-ICHK-77).
    EvidenceCheck,
    /// The start of an activity planned by a playbook rule.
    ActivityDue,
    /// The end of a trial (R-EDU-38).
    TrialEnd,
    /// The end of the time to close an opportunity after its demo (R-EDU-62).
    ClosingTime,
    /// The deletion of a remote access password (R-EDU-50).
    RemoteAccessExpiry,
    /// A value of a newer version of the program. It is only read, never accepted or stored.
    #[serde(skip_deserializing)]
    Other,
}

impl StringEnum for TimerKind {
    const OTHER: Option<Self> = Some(Self::Other);
}

impl TimerKind {
    /// The types that this version of the program can run.
    pub const KNOWN: [Self; 7] = [
        Self::LeadFollowUp,
        Self::LeadRecall,
        Self::EvidenceCheck,
        Self::ActivityDue,
        Self::TrialEnd,
        Self::ClosingTime,
        Self::RemoteAccessExpiry,
    ];

    /// Whether it runs while its record is archived. All other types wait until the record is restored.
    pub const fn runs_in_archive(self) -> bool {
        matches!(self, Self::RemoteAccessExpiry | Self::EvidenceCheck | Self::TrialEnd)
    }
}

/// A timer's type and due time.
pub type Due = (TimerKind, DateTime<Utc>);

/// The part of a record that actions change.
pub trait State: Clone + PartialEq {
    /// The timers of a record in this state. It uses the due times in the state, never the playbook: a changed playbook moves
    /// no timer.
    fn timers(&self) -> Vec<Due>;

    /// The stage, for records that have one.
    fn stage(&self) -> Option<&Key>;

    /// The facts about the state for the history, before and after an action.
    fn facts(&self) -> Vec<(&'static str, serde_json::Value)>;
}
