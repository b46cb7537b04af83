//! Support requests.

mod query;
pub(crate) mod row;
mod store;

pub use query::{SupportFilter, SupportRequestView, find, list, was_answered};
pub use store::{LockedSupportRequest, NewSupportRequest, insert};

use chot_domain::teamwork;

use crate::Col;

/// The status of a support request.
pub type SupportStatus = Col<teamwork::SupportStatus>;
/// A manager's finding about doubtful data.
pub type SupportVerdict = Col<teamwork::SupportVerdict>;
