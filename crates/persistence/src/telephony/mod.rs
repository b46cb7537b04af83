//! Calls reported by telephone exchanges, and the settings of the exchanges.

mod calls;
mod exchanges;

pub use calls::{CallView, KnownCall, find, lock, save};
pub use exchanges::{ExchangeView, find_exchange, set_secret, signing_secret};
pub(crate) use exchanges::{encrypt_again, forget_unreadable, keys_in_use};

use chot_domain::telephony;

use crate::Col;

/// The status of a call.
pub type CallStatus = Col<telephony::CallStatus>;
/// The direction of a call.
pub type CallDirection = Col<telephony::CallDirection>;
