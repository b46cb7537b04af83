//! What has to leave the house, and when it is tried again.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Code, DomainError, Id, StringEnum};

/// Something that has to leave the house.
pub struct Delivery;

/// Identifier of a delivery.
pub type DeliveryId = Id<Delivery>;

/// By which way it leaves. New words may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// An e-mail.
    Email,
}

impl StringEnum for DeliveryKind {}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be tried, for the first time or again.
    Pending,
    /// It has left the house.
    Sent,
    /// It was refused for good or failed too often, and was given up.
    Failed,
    /// It was taken back before it was sent.
    Cancelled,
}

impl StringEnum for DeliveryState {}

impl DeliveryState {
    /// Every state there is.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Failed, Self::Cancelled];

    /// It is tried again at once, because an administrator says so.
    ///
    /// # Errors
    /// `wrong_status` if it was sent or taken back.
    pub fn retried(self) -> Result<Self, DomainError> {
        if matches!(self, Self::Pending | Self::Failed) {
            return Ok(Self::Pending);
        }
        let allowed = [Self::Pending, Self::Failed];
        Err(DomainError::from(Code::WrongStatus).fact("current_status", self).fact("allowed_from", allowed))
    }
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed later: nobody answered, or we were asked to come again.
    Transient,
    /// It was refused for good.
    Permanent,
}

/// After so many attempts a delivery is given up and shown to the administrator.
pub const ATTEMPTS: i64 = 12;

/// The pause after the first attempt, in seconds; each further one is twice as long.
const FIRST_PAUSE: i64 = 30;

/// No pause is longer, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// How long to wait after so many attempts before the next; nothing, if it is given up. `chance`, a number of no meaning, spreads those
/// that failed together over the second half of the pause.
pub fn pause_after(attempts: i64, failure: Failure, chance: u32) -> Option<TimeDelta> {
    if attempts >= ATTEMPTS || failure == Failure::Permanent {
        return None;
    }
    let doublings = u32::try_from(attempts - 1).unwrap_or_default();
    let whole = FIRST_PAUSE.saturating_mul(1_i64.checked_shl(doublings).unwrap_or(i64::MAX)).min(LONGEST_PAUSE);
    let half = whole / 2;
    Some(TimeDelta::seconds(half + i64::from(chance) % (whole - half + 1)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pauses_grow_to_an_hour_and_end_after_twelve_attempts(attempts in 1_i64..40, chance: u32) {
            let pause = pause_after(attempts, Failure::Transient, chance);
            prop_assert_eq!(pause.is_none(), attempts >= ATTEMPTS);
            if let Some(pause) = pause {
                let whole = (30_i64 << (attempts - 1)).min(3_600);
                prop_assert!(pause >= TimeDelta::seconds(whole / 2) && pause <= TimeDelta::seconds(whole));
            }
            prop_assert_eq!(pause_after(attempts, Failure::Permanent, chance), None);
        }
    }

    #[test]
    fn only_what_has_not_left_is_tried_again() {
        assert_eq!(DeliveryState::Failed.retried(), Ok(DeliveryState::Pending));
        assert_eq!(DeliveryState::Pending.retried(), Ok(DeliveryState::Pending));
        for state in [DeliveryState::Sent, DeliveryState::Cancelled] {
            assert_eq!(state.retried().map_err(|refusal| refusal.code), Err(Code::WrongStatus));
        }
    }
}
