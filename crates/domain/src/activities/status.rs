use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Code, DomainError, StringEnum};

/// What is done, by which channel.
// A-04, R-XCRM-13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A telephone call.
    Call,
    /// An e-mail.
    Email,
    /// A short message by telephone.
    Sms,
    /// A message by Zalo or the like.
    Message,
    /// A meeting in person.
    Meeting,
    /// A meeting over the net.
    OnlineMeeting,
    /// Something else to be done.
    Task,
    /// A note. It is done as soon as it is written (R-ICHK-56).
    Note,
}

impl StringEnum for ActivityKind {}

impl ActivityKind {
    /// What makes contact with somebody, as tasks and notes do not.
    pub const CONTACTS: [Self; 6] = [Self::Call, Self::Email, Self::Sms, Self::Message, Self::Meeting, Self::OnlineMeeting];

    /// Whether people meet, in person or over the net.
    pub const fn is_meeting(self) -> bool {
        matches!(self, Self::Meeting | Self::OnlineMeeting)
    }
}

/// Where an activity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityStatus {
    /// To be done.
    Planned,
    /// Done, with whatever outcome.
    Done,
    /// Called off.
    Cancelled,
}

impl StringEnum for ActivityStatus {}

impl ActivityStatus {
    /// What is planned can be completed, moved or called off.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is done or called off already.
    pub fn require_planned(self) -> Result<(), DomainError> {
        if self == Self::Planned {
            return Ok(());
        }
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", [Self::Planned]))
    }
}

/// What came of an activity.
// R-EDU-23, R-EDU-45.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActivityOutcome {
    /// It went as it should.
    Successful,
    /// It did not.
    Failed,
    /// Nobody answered.
    NoAnswer,
    /// The customer confirmed the appointment that this was about.
    Confirmed,
    /// The customer moved the appointment that this was about.
    Moved,
}

impl StringEnum for ActivityOutcome {}

impl ActivityOutcome {
    /// What comes of an attempt that reached nobody (R-EDU-23, R-EDU-39).
    pub const NOT_REACHED: [Self; 2] = [Self::Failed, Self::NoAnswer];
}
