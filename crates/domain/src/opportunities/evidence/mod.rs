//! Evidence that an opportunity is worked, reviews of it by customer care, and the check at 23:59 (R-ICHK-65…91).

mod check;
mod context;
mod draft;
mod ledger;
#[cfg(test)]
mod model;
mod review;

pub use check::{CheckFailure, CheckState, CheckVerdict, cut_off};
pub use context::{ActivityEvidence, ActivityShows, EvidenceContext, FileEvidence, QuotationForm};
pub use draft::{EvidenceDraft, EvidenceKind};
pub use ledger::{Ledger, LedgerEntry, LedgerEntryKind};
pub use review::{DrawEvidence, ReviewOutcome, WarnEvidence, sample};

use crate::shared::Id;

/// A piece of evidence that an opportunity is worked.
pub struct Evidence;
/// A review of the evidence of an opportunity by customer care.
pub struct EvidenceReview;
/// A random draw of opportunities for review.
pub struct EvidenceDraw;
/// The evidence check of one business date.
pub struct EvidenceCheck;

/// Identifier of a piece of evidence.
pub type EvidenceId = Id<Evidence>;
/// Identifier of a review.
pub type EvidenceReviewId = Id<EvidenceReview>;
/// Identifier of a draw.
pub type EvidenceDrawId = Id<EvidenceDraw>;
/// Identifier of an evidence check.
pub type EvidenceCheckId = Id<EvidenceCheck>;
