use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::UserId;
use crate::shared::StringEnum;

/// One time that a lead is given to a salesperson (R-EDU-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadAssignment {
    /// To whom.
    pub owner: UserId,
    /// Who had it before.
    pub previous_owner: Option<UserId>,
    /// How.
    pub cause: AssignmentCause,
}

impl LeadAssignment {
    /// What a verb did that had a lead with one salesperson, or nobody, and has it with another one now; nothing, if it did not.
    pub fn between(before: Option<UserId>, after: Option<UserId>, cause: AssignmentCause) -> Option<Self> {
        after.filter(|owner| before != Some(*owner)).map(|owner| Self { owner, previous_owner: before, cause })
    }
}

/// How a lead comes to a salesperson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentCause {
    /// It was created for them, or by them.
    Created,
    /// Somebody who distributes gave it to them.
    Assigned,
    /// They took it from the pool.
    Claimed,
    /// The one before them made no contact in time.
    Recalled,
}

impl StringEnum for AssignmentCause {}
