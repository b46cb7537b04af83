//! Opportunities: possible sales to an account. They move through the stages of a pipeline until they are won or lost
//! (R-ICHK-36…64).

mod draft;
pub mod evidence;
mod state;
mod status;

pub(crate) use draft::check_first_stage;
pub use draft::{LoseOpportunity, OpportunityDraft, ReopenOpportunity, WinOpportunity};
pub use state::OpportunityState;
pub use status::{Classification, EvidenceStatus, OpportunityStatus, losing_releases_account};

use crate::shared::{Id, MergePatch};

/// A possible sale.
pub struct Opportunity;
/// A change to an opportunity.
pub type OpportunityPatch = MergePatch<OpportunityDraft>;

/// Identifier of an opportunity.
pub type OpportunityId = Id<Opportunity>;
