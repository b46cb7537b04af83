use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::{CardStatus, Policies};
use crate::shared::{Code, DomainError, StringEnum};

/// Where an opportunity stands; exactly one of the three.
// R-ICHK-61…64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityStatus {
    /// Being worked.
    Open,
    /// Sold.
    Won,
    /// Not sold.
    Lost,
}

impl StringEnum for OpportunityStatus {}

impl OpportunityStatus {
    /// The status as stages name it.
    pub const fn card(self) -> CardStatus {
        match self {
            Self::Open => CardStatus::Open,
            Self::Won => CardStatus::Won,
            Self::Lost => CardStatus::Lost,
        }
    }

    /// An open opportunity may be closed, as won or as lost.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed already.
    pub fn may_close(self) -> Result<(), DomainError> {
        self.require(&[Self::Open])
    }

    /// Evidence is given and judged while the opportunity is open.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn may_take_evidence(self) -> Result<(), DomainError> {
        self.require(&[Self::Open])
    }

    /// A closed opportunity may be reopened.
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

/// Whether an opportunity keeps the account with its salesperson (primary), or is a further service on the side.
// R-ICHK-44, A-19.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Classification {
    /// Main (cơ hội chính): keeps the account, and wants evidence where the playbook says so.
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
    /// None is wanted.
    NotRequired,
    /// None has been given yet, or what was given does not count.
    Missing,
    /// There is some.
    Provided,
    /// Customer care found it wanting.
    Warned,
}

impl StringEnum for EvidenceStatus {}

impl EvidenceStatus {
    /// What a new or reopened opportunity begins with (R-ICHK-73, R-ICHK-82).
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

/// Whether losing an opportunity puts its account back into the pool: it was a primary one, and no other primary one of the
/// account is open or won (R-ICHK-79, A-24, A-42).
pub fn losing_releases_account(policies: &Policies, lost: Classification, other_primary_open_or_won: u64) -> bool {
    policies.losing_last_primary_opportunity_frees_account && lost == Classification::Primary && other_primary_open_or_won == 0
}
