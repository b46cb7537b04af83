use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::CardStatus;
use crate::shared::{Code, DomainError, StringEnum};

/// The status of a lead.
// requirements section 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadStatus {
    /// Has no owner yet.
    New,
    /// Assigned to a salesperson.
    Assigned,
    /// Contact was made or attempted.
    Contacting,
    /// The information is real.
    Qualified,
    /// Converted to an account; see the conversion.
    Converted,
    /// Parked; to be contacted again on a date.
    Recycled,
    /// Closed as not real, with a reason.
    Junk,
    /// Returned by the salesperson, for assignment to another one.
    Returned,
}

impl StringEnum for LeadStatus {}

/// An action that changes the status of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadAction {
    /// A manager assigns it to a salesperson.
    Assign,
    /// A salesperson claims it.
    Claim,
    /// Contact was made or attempted.
    MarkContacted,
    /// The information was found real.
    Qualify,
    /// Closes it as not real.
    Junk,
    /// Returns it for assignment to another salesperson.
    Return,
    /// Parks it.
    Recycle,
    /// Resumes it.
    Resume,
    /// Converts it to a customer.
    Convert,
}

impl LeadStatus {
    /// Every status, in the order of the process.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Assigned,
        Self::Contacting,
        Self::Qualified,
        Self::Converted,
        Self::Recycled,
        Self::Junk,
        Self::Returned,
    ];

    /// The status after `action`.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if the action is not allowed in this status; [`Code::LeadAlreadyConverted`] if converted.
    pub fn after(self, action: LeadAction) -> Result<Self, DomainError> {
        if let Some(next) = self.next(action) {
            return Ok(next);
        }
        let code = if self == Self::Converted { Code::LeadAlreadyConverted } else { Code::WrongStatus };
        let allowed: Vec<Self> = Self::ALL.into_iter().filter(|status| status.next(action).is_some()).collect();
        Err(DomainError::from(code).fact("current_status", self).fact("allowed_from", allowed))
    }

    fn next(self, action: LeadAction) -> Option<Self> {
        use LeadAction as Do;
        match (action, self) {
            (Do::Assign | Do::Claim, Self::New | Self::Assigned | Self::Returned) => Some(Self::Assigned),
            // A new owner does not change the status of a lead that is being worked, or of a parked one.
            (Do::Assign | Do::Claim, Self::Contacting | Self::Qualified | Self::Recycled) => Some(self),
            (Do::MarkContacted, Self::Assigned | Self::Contacting) => Some(Self::Contacting),
            (Do::Qualify, Self::Assigned | Self::Contacting | Self::Qualified) => Some(Self::Qualified),
            (Do::Junk, Self::New | Self::Assigned | Self::Contacting | Self::Qualified | Self::Recycled | Self::Returned) => {
                Some(Self::Junk)
            }
            (Do::Return, Self::Assigned | Self::Contacting | Self::Qualified) => Some(Self::Returned),
            (Do::Recycle, Self::New | Self::Assigned | Self::Contacting | Self::Qualified | Self::Recycled) => {
                Some(Self::Recycled)
            }
            (Do::Resume, Self::Recycled | Self::Junk) => Some(Self::Contacting),
            (Do::Convert, Self::New | Self::Assigned | Self::Contacting | Self::Qualified) => Some(Self::Converted),
            _ => None,
        }
    }

    /// Whether a salesperson still tries to contact it.
    pub const fn is_being_contacted(self) -> bool {
        matches!(self, Self::Assigned | Self::Contacting)
    }

    /// The corresponding status of stages.
    pub const fn card(self) -> CardStatus {
        match self {
            Self::New => CardStatus::New,
            Self::Assigned => CardStatus::Assigned,
            Self::Contacting => CardStatus::Contacting,
            Self::Qualified => CardStatus::Qualified,
            Self::Converted => CardStatus::Converted,
            Self::Recycled => CardStatus::Recycled,
            Self::Junk => CardStatus::Junk,
            Self::Returned => CardStatus::Returned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERBS: [LeadAction; 9] = [
        LeadAction::Assign,
        LeadAction::Claim,
        LeadAction::MarkContacted,
        LeadAction::Qualify,
        LeadAction::Junk,
        LeadAction::Return,
        LeadAction::Recycle,
        LeadAction::Resume,
        LeadAction::Convert,
    ];

    #[test]
    fn a_converted_lead_takes_no_verb() {
        for action in VERBS {
            assert_eq!(LeadStatus::Converted.after(action).unwrap_err().code, Code::LeadAlreadyConverted);
        }
    }

    #[test]
    fn every_status_but_new_is_reached_by_a_verb_and_every_refusal_says_from_where_it_would_go() {
        for status in LeadStatus::ALL.into_iter().filter(|status| *status != LeadStatus::New) {
            let reached = VERBS.iter().any(|action| LeadStatus::ALL.iter().any(|from| from.after(*action) == Ok(status)));
            assert!(reached, "{status:?}");
        }
        let refusal = LeadStatus::New.after(LeadAction::Return).unwrap_err();
        assert_eq!(refusal.facts["allowed_from"], serde_json::json!(["assigned", "contacting", "qualified"]));
    }

    #[test]
    fn r_suno_17_junk_is_left_only_by_taking_the_lead_up_again() {
        let ways_out: Vec<_> = VERBS.into_iter().filter(|action| LeadStatus::Junk.after(*action).is_ok()).collect();
        assert_eq!(ways_out, [LeadAction::Resume]);
    }
}
