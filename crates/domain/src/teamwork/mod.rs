//! Support requests: a salesperson asks a manager for support (R-EDU-14, R-EDU-15).

mod draft;
mod state;

pub use draft::{AnswerSupport, SupportRequestDraft, SupportVerdict};
pub use state::{SupportState, SupportStatus};

use crate::shared::Id;

/// A question of a salesperson to a manager, for example about doubtful data.
pub struct SupportRequest;

/// Identifier of a support request.
pub type SupportRequestId = Id<SupportRequest>;
