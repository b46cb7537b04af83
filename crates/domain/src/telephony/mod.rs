//! Calls as telephone exchanges tell of them: in any order, more than once, each at last an activity on the right record.

mod call;
mod draft;
mod status;
mod stringee;

pub use call::{Call, CallAbout, CallReport};
pub use draft::{CallDraft, StringeeSettings};
pub use status::{CallDirection, CallStatus};
pub use stringee::{STRINGEE, StringeeEvent, StringeeParty};

use crate::shared::Id;

/// A call, as an exchange tells of it.
pub struct ExchangeCall;
/// Identifier of a call.
pub type CallId = Id<ExchangeCall>;
