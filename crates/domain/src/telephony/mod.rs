//! Calls reported by telephone exchanges, in any order and possibly repeated. Each call finally becomes an activity of the
//! right record.

mod call;
mod draft;
mod status;
mod stringee;

pub use call::{Call, CallAbout, CallReport};
pub use draft::{CallDraft, StringeeSettings};
pub use status::{CallDirection, CallStatus};
pub use stringee::{STRINGEE, StringeeEvent, StringeeParty};

use crate::shared::Id;

/// A call reported by an exchange.
pub struct ExchangeCall;
/// Identifier of a call.
pub type CallId = Id<ExchangeCall>;
