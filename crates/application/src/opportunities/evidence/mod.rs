//! Actions on the evidence of opportunities, and the check at 23:59.

mod check;
mod check_preview;
mod review;
mod submit;

pub(crate) use check::{BATCH, check_one_by_one, run_evidence_check};
pub use check::{begin_checks_today, plan_first_check};
pub use check_preview::{EvidenceCheckPreview, check_preview};
pub use review::{accept, accept_review, sample_evidence, warn, warn_review};
pub(crate) use submit::on_file;
pub use submit::submit;
pub(crate) use submit::submit_automatically;
