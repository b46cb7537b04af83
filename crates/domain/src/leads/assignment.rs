use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::UserId;
use crate::shared::StringEnum;

/// One assignment of a lead to a salesperson (R-EDU-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadAssignment {
    /// The new owner.
    pub owner: UserId,
    /// The owner before, if any.
    pub previous_owner: Option<UserId>,
    /// The cause.
    pub cause: AssignmentCause,
}

impl LeadAssignment {
    /// The assignment that an action made, given the owner before and after it. `None` if the owner did not change or was
    /// removed.
    pub fn between(before: Option<UserId>, after: Option<UserId>, cause: AssignmentCause) -> Option<Self> {
        after.filter(|owner| before != Some(*owner)).map(|owner| Self { owner, previous_owner: before, cause })
    }
}

/// Why a lead was assigned to a salesperson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentCause {
    /// The lead was created with this owner.
    Created,
    /// Somebody with the right to assign leads assigned it.
    Assigned,
    /// The salesperson claimed it from the pool.
    Claimed,
    /// The previous owner made no contact in time.
    Recalled,
}

impl StringEnum for AssignmentCause {}
