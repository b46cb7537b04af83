//! What colleagues ask each other.

mod query;
mod row;
mod store;

pub use query::{SupportFilter, SupportRequestView, find, list, was_answered};
pub use store::{LockedSupportRequest, NewSupportRequest, insert, lock, stand};

use chot_domain::teamwork;

use crate::Col;

/// Where a request for support stands.
pub type SupportStatus = Col<teamwork::SupportStatus>;
/// What was found out.
pub type SupportVerdict = Col<teamwork::SupportVerdict>;
