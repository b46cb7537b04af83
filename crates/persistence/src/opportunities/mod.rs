//! Opportunities, and the boards that show them.

mod board;
mod by_account;
pub mod evidence;
mod history;
mod query;
pub(crate) mod row;
mod store;
mod view;

pub use board::{Board, BoardAccountCard, BoardCard, BoardColumn, BoardFilter, LeadCard, OpportunityCard, board};
pub use by_account::{assign_to_account_owner, only_open_primary, open_from, open_of, primary_open_or_won, won_of};
pub use history::{stage_history, timeline};
pub use query::{OpportunityFilter, OpportunitySort, find, is_visible, list};
pub use store::{LockedOpportunity, NewOpportunity, draft, insert, update};
pub use view::{OpportunityView, StageHistoryEntry};

use chot_domain::opportunities;

use crate::Col;

/// The status of an opportunity.
pub type OpportunityStatus = Col<opportunities::OpportunityStatus>;
/// Primary or secondary.
pub type Classification = Col<opportunities::Classification>;
/// Whether there is proof that an opportunity is worked.
pub type EvidenceStatus = Col<opportunities::EvidenceStatus>;
