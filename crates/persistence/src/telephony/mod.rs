//! Calls as telephone exchanges tell of them, and the exchanges themselves.

mod calls;
mod exchanges;

pub use calls::{CallView, KnownCall, find, lock, save};
pub use exchanges::{ExchangeView, find_exchange, set_secret, signing_secret};
pub(crate) use exchanges::{encrypt_again, forget_unreadable, keys_in_use};

use chot_domain::telephony;

use crate::Col;

/// How far a call has come.
pub type CallStatus = Col<telephony::CallStatus>;
/// Who called whom.
pub type CallDirection = Col<telephony::CallDirection>;
