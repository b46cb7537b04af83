use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::{TeamId, UserId};
use crate::playbook::Playbook;
use crate::shared::{Code, DomainError, Draft, Key, StringEnum, Text, Violations};

/// The result of a review by customer care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// Not reviewed yet.
    Pending,
    /// The evidence is valid.
    Accepted,
    /// The evidence is not valid (R-ICHK-87).
    Warned,
}

impl StringEnum for ReviewOutcome {}

impl ReviewOutcome {
    /// A review can be completed only once.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is completed.
    pub fn may_settle(self) -> Result<(), DomainError> {
        if self == Self::Pending {
            return Ok(());
        }
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", [Self::Pending]))
    }
}

/// Warns that the evidence of an opportunity is not valid.
// R-ICHK-87, R-ICHK-90.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Ảnh không phải cuộc trao đổi với khách hàng này"}))]
pub struct WarnEvidence {
    /// What is wrong, for the salesperson.
    pub reason: Text<500>,
}

impl Draft for WarnEvidence {}

/// Draws random opportunities with evidence, for review.
// R-ICHK-86, R-ICHK-91.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"count": 10, "stage": "quoted"}))]
pub struct DrawEvidence {
    /// Number of opportunities to draw, 1 to 100. If fewer are available, all of them are drawn.
    #[schema(minimum = 1, maximum = 100)]
    pub count: i32,
    /// Only opportunities with this owner.
    pub owner_id: Option<UserId>,
    /// Only opportunities of the members of this team.
    pub team_id: Option<TeamId>,
    /// Only opportunities in this stage.
    pub stage: Option<Key>,
    /// Only opportunities whose newest evidence was given at this time or later.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub given_since: Option<DateTime<Utc>>,
}

impl DrawEvidence {
    /// Number of opportunities to draw.
    pub fn most(&self) -> usize {
        usize::try_from(self.count).unwrap_or_default()
    }
}

impl Draft for DrawEvidence {
    fn check(&self, violations: &mut Violations) {
        if !(1..=100).contains(&self.count) {
            violations.add("/count", "out_of_range");
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        if self.stage.as_ref().is_some_and(|stage| playbook.stage(stage.as_str()).is_none()) {
            violations.add("/stage", "unknown_key");
        }
    }
}

/// Draws at most `most` candidates, each with the same probability. `below(n)` returns a random number below `n`.
pub fn sample<T>(mut candidates: Vec<T>, most: usize, mut below: impl FnMut(usize) -> usize) -> Vec<T> {
    let sampled = most.min(candidates.len());
    for place in 0..sampled {
        let other = place + below(candidates.len() - place);
        candidates.swap(place, other);
    }
    candidates.truncate(sampled);
    candidates
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn r_ichk_91_a_draw_takes_none_twice_and_no_more_than_there_are(size in 0_usize..40, most in 0_usize..60, numbers in prop::collection::vec(any::<usize>(), 60)) {
            let mut numbers = numbers.into_iter();
            let sampled = sample((0..size).collect(), most, |below| numbers.next().unwrap() % below);
            prop_assert_eq!(sampled.len(), most.min(size));
            prop_assert_eq!(sampled.iter().collect::<BTreeSet<_>>().len(), sampled.len());
            prop_assert!(sampled.iter().all(|one| *one < size));
        }
    }

    #[test]
    fn a_review_is_settled_once() {
        assert!(ReviewOutcome::Pending.may_settle().is_ok());
        assert_eq!(ReviewOutcome::Accepted.may_settle().unwrap_err().code, Code::WrongStatus);
    }
}
