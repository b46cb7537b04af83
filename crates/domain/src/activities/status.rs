use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Code, DomainError, StringEnum};

/// The type of an activity, or its channel.
// A-04, R-XCRM-13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A phone call.
    Call,
    /// An e-mail.
    Email,
    /// An SMS.
    Sms,
    /// A message in Zalo or a similar app.
    Message,
    /// A meeting in person.
    Meeting,
    /// An online meeting.
    OnlineMeeting,
    /// Any other task.
    Task,
    /// A note. It is done as soon as it is created (R-ICHK-56).
    Note,
}

impl StringEnum for ActivityKind {}

impl ActivityKind {
    /// The types that contact a customer: all but tasks and notes.
    pub const CONTACTS: [Self; 6] = [Self::Call, Self::Email, Self::Sms, Self::Message, Self::Meeting, Self::OnlineMeeting];

    /// Whether it is a meeting, in person or online.
    pub const fn is_meeting(self) -> bool {
        matches!(self, Self::Meeting | Self::OnlineMeeting)
    }
}

/// The status of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityStatus {
    /// Planned.
    Planned,
    /// Done, with any outcome.
    Done,
    /// Cancelled.
    Cancelled,
}

impl StringEnum for ActivityStatus {}

impl ActivityStatus {
    /// Only a planned activity can be completed, rescheduled or cancelled.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is done or cancelled.
    pub fn require_planned(self) -> Result<(), DomainError> {
        if self == Self::Planned {
            return Ok(());
        }
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", [Self::Planned]))
    }
}

/// The outcome of an activity.
// R-EDU-23, R-EDU-45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityOutcome {
    /// Successful.
    Successful,
    /// Failed.
    Failed,
    /// Nobody answered.
    NoAnswer,
    /// The customer confirmed the appointment.
    Confirmed,
    /// The customer moved the appointment.
    Moved,
}

impl StringEnum for ActivityOutcome {}

impl ActivityOutcome {
    /// The outcomes of an attempt that reached nobody (R-EDU-23, R-EDU-39).
    pub const NOT_REACHED: [Self; 2] = [Self::Failed, Self::NoAnswer];
}
