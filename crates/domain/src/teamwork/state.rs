use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{AnswerSupport, SupportVerdict};
use crate::identity::UserId;
use crate::shared::{Code, DomainError, Key, StringEnum, Text};
use crate::timers::{Due, State};

/// The status of a support request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupportStatus {
    /// Waiting for an answer.
    Open,
    /// Answered.
    Answered,
    /// Withdrawn by its author.
    Withdrawn,
}

impl StringEnum for SupportStatus {}

/// The state of a support request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportState {
    /// Open, answered or withdrawn.
    pub status: SupportStatus,
    /// The answer.
    pub answer: Option<Text<2000>>,
    /// The finding about the data.
    pub verdict: Option<SupportVerdict>,
    /// Who answered.
    pub answered_by: Option<UserId>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

impl SupportState {
    /// The initial state.
    pub const fn initial() -> Self {
        Self { status: SupportStatus::Open, answer: None, verdict: None, answered_by: None, answered_at: None }
    }

    /// Answers the request.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is not open.
    pub fn answered(&self, order: &AnswerSupport, by: UserId, now: DateTime<Utc>) -> Result<Self, DomainError> {
        self.require_open()?;
        Ok(Self {
            status: SupportStatus::Answered,
            answer: Some(order.answer.clone()),
            verdict: order.verdict,
            answered_by: Some(by),
            answered_at: Some(now),
        })
    }

    /// Withdraws the request.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is not open.
    pub fn withdrawn(&self) -> Result<Self, DomainError> {
        self.require_open()?;
        Ok(Self { status: SupportStatus::Withdrawn, ..self.clone() })
    }

    fn require_open(&self) -> Result<(), DomainError> {
        if self.status == SupportStatus::Open {
            return Ok(());
        }
        let refusal = DomainError::from(Code::WrongStatus).fact("current_status", self.status);
        Err(refusal.fact("allowed_from", [SupportStatus::Open]))
    }
}

impl State for SupportState {
    fn timers(&self) -> Vec<Due> {
        Vec::new()
    }

    fn stage(&self) -> Option<&Key> {
        None
    }

    fn facts(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![("status", json!(self.status))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_edu_15_a_request_is_answered_or_withdrawn_once() {
        let (open, now) = (SupportState::initial(), "2026-11-23T02:00:00Z".parse().unwrap());
        let order = AnswerSupport { answer: Text::parse("Có thật").unwrap(), verdict: Some(SupportVerdict::Real) };
        let leader = UserId::new(uuid::Uuid::nil());
        for settled in [open.answered(&order, leader, now).unwrap(), open.withdrawn().unwrap()] {
            assert_eq!(settled.answered(&order, leader, now).unwrap_err().code, Code::WrongStatus);
            assert_eq!(settled.withdrawn().unwrap_err().facts["allowed_from"], serde_json::json!(["open"]));
        }
    }
}
