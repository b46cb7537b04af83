//! How colleagues help each other: a salesperson asks those who lead for support (R-EDU-14, R-EDU-15).

mod draft;
mod state;

pub use draft::{AnswerSupport, SupportRequestDraft, SupportVerdict};
pub use state::{SupportState, SupportStatus};

use crate::shared::Id;

/// A question of a salesperson to those who lead, such as about suspect data.
pub struct SupportRequest;

/// Identifier of a request for support.
pub type SupportRequestId = Id<SupportRequest>;
