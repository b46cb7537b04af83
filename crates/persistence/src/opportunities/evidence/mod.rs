//! Evidence that opportunities are worked, its reviews, and the checks at 23:59.

mod check_context;
mod checks;
mod context;
mod counts;
mod query;
mod review_query;
mod reviews;
mod row;
mod sample;
mod store;

pub use check_context::{CheckContext, check_context};
pub use checks::{
    CheckCounts, CheckFilter, EvidenceCheckView, LockedCheck, advance_check, candidates, earliest_wanting, finish_check,
    is_check_planned, list_checks, lock_check, newest_check, next_cut_off, note_failure, plan_check,
};
pub use context::load_context;
pub use counts::{closed_since, wanted_at};
pub use query::{EvidenceFilter, EvidenceView, find_evidence, list_evidence};
pub use review_query::{EvidenceReviewView, ReviewFilter, find_review, list_reviews, reviews_of_draw};
pub use reviews::{LockedReview, complete_review, insert_settled, pending_review};
pub use sample::{SampledOpportunity, eligible, insert_sample};
pub use store::{NewEvidence, insert_evidence, ledger, ledgers};

use chot_domain::opportunities::evidence;
use chot_domain::shared::Json;

use crate::Col;

/// The kind of a piece of evidence.
pub type EvidenceKind = Col<evidence::EvidenceKind>;
/// The result of a review.
pub type ReviewOutcome = Col<evidence::ReviewOutcome>;
/// Progress of an evidence check.
pub type CheckState = Col<evidence::CheckState>;
/// The opportunities that a check could not process.
pub type CheckFailures = Col<Json<Vec<evidence::CheckFailure>>>;
