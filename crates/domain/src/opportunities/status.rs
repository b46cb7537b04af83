use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::{CardStatus, Policies};
use crate::shared::{Code, DomainError, StringEnum};

/// The status of an opportunity.
// R-ICHK-61…64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityStatus {
    /// Open: being worked.
    Open,
    /// Won: sold.
    Won,
    /// Lost: not sold.
    Lost,
}

impl StringEnum for OpportunityStatus {}

impl OpportunityStatus {
    /// The corresponding status of stages.
    pub const fn card(self) -> CardStatus {
        match self {
            Self::Open => CardStatus::Open,
            Self::Won => CardStatus::Won,
            Self::Lost => CardStatus::Lost,
        }
    }

    /// Only an open opportunity can be closed.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn may_close(self) -> Result<(), DomainError> {
        self.require(&[Self::Open])
    }

    /// Evidence can be given and reviewed only while the opportunity is open.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn may_take_evidence(self) -> Result<(), DomainError> {
        self.require(&[Self::Open])
    }

    /// Only a closed opportunity can be reopened.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is open.
    pub fn may_reopen(self) -> Result<(), DomainError> {
        self.require(&[Self::Won, Self::Lost])
    }

    fn require(self, allowed: &[Self]) -> Result<(), DomainError> {
        require(self, allowed)
    }
}

fn require<S: Copy + PartialEq + Serialize>(status: S, allowed: &[S]) -> Result<(), DomainError> {
    if allowed.contains(&status) {
        return Ok(());
    }
    Err(DomainError::from(Code::WrongStatus).fact("current_status", status).fact("allowed_from", allowed))
}

/// Primary: keeps the account with its owner. Secondary: an additional service.
// R-ICHK-44, A-19.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Classification {
    /// Primary (cơ hội chính): keeps the account with its owner, and needs evidence if the playbook requires it.
    #[default]
    Primary,
    /// Secondary (cơ hội phụ).
    Secondary,
}

impl StringEnum for Classification {}

/// Whether there is proof that an opportunity is worked.
// R-ICHK-82.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceStatus {
    /// No evidence is required.
    NotRequired,
    /// No evidence yet, or none that counts.
    Missing,
    /// There is valid evidence.
    Provided,
    /// Customer care rejected the evidence.
    Warned,
}

impl StringEnum for EvidenceStatus {}

impl EvidenceStatus {
    /// The initial status of a new or reopened opportunity (R-ICHK-73, R-ICHK-82).
    pub fn new(classification: Classification, policies: &Policies) -> Self {
        if policies.primary_opportunities_need_evidence && classification == Classification::Primary {
            Self::Missing
        } else {
            Self::NotRequired
        }
    }

    pub(super) fn require(self, allowed: &[Self]) -> Result<(), DomainError> {
        require(self, allowed)
    }
}

/// Whether losing an opportunity returns its account to the pool: it was primary, and no other primary opportunity of the
/// account is open or won (R-ICHK-79, A-24, A-42).
pub fn losing_releases_account(policies: &Policies, lost: Classification, other_primary_open_or_won: u64) -> bool {
    policies.losing_last_primary_opportunity_frees_account && lost == Classification::Primary && other_primary_open_or_won == 0
}
