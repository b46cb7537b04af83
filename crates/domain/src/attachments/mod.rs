//! Files on records: what is uploaded to a lead, an account, an opportunity or an activity, and what may be uploaded at all.
//!
//! A file is taken for what its content shows, never for what it is called or declared to be.

mod container;
mod content;
mod draft;
mod file_name;
mod file_type;

pub use content::Content;
pub use draft::AttachmentDraft;
pub use file_name::FileName;
pub use file_type::FileType;

use crate::shared::Id;

/// A file on a record.
pub struct Attachment;

/// Identifier of a file on a record.
pub type AttachmentId = Id<Attachment>;
