//! Deliveries: outgoing messages, and when a failed one is retried.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Code, DomainError, Id, StringEnum};

/// An outgoing message, such as an e-mail.
pub struct Delivery;

/// Identifier of a delivery.
pub type DeliveryId = Id<Delivery>;

/// The channel of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// An e-mail.
    Email,
    /// A value of a newer version of the program. It is only read, never accepted or stored.
    #[serde(skip_deserializing)]
    Other,
}

impl StringEnum for DeliveryKind {
    const OTHER: Option<Self> = Some(Self::Other);
}

impl DeliveryKind {
    /// The channels that this version of the program can send by.
    pub const KNOWN: [Self; 1] = [Self::Email];
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting for the first or next attempt.
    Pending,
    /// Sent.
    Sent,
    /// Refused permanently or failed too often. There are no more attempts.
    Failed,
    /// Cancelled before it was sent.
    Cancelled,
}

impl StringEnum for DeliveryState {}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Failed, Self::Cancelled];

    /// The state after an administrator requests an immediate retry.
    ///
    /// # Errors
    /// `wrong_status` if it was sent or cancelled.
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
    /// It may succeed later: no response, or a request to try again.
    Transient,
    /// It was refused permanently.
    Permanent,
}

/// After this number of failed attempts a delivery is given up and shown to the administrator.
pub const ATTEMPTS: i64 = 12;

/// The pause after the first attempt, in seconds. Each further pause is twice as long.
const FIRST_PAUSE: i64 = 30;

/// The longest pause, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// The pause after `attempts` attempts; `None` if the delivery is given up. `chance` is a random number. It spreads deliveries
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
