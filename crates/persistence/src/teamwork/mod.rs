//! What colleagues ask each other.

mod query;
pub(crate) mod row;
mod store;

pub use query::{SupportFilter, SupportRequestView, find, list, was_answered};
pub use store::{LockedSupportRequest, NewSupportRequest, insert};

use chot_domain::teamwork;

use crate::Col;

/// Where a request for support stands.
pub type SupportStatus = Col<teamwork::SupportStatus>;
/// What was found out.
pub type SupportVerdict = Col<teamwork::SupportVerdict>;
