//! Attachments: files of a lead, an account, an opportunity or an activity, and the rules for uploads.
//!
//! The type of a file is always detected from its content, never taken from its name or declared type.

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

/// A file of a record.
pub struct Attachment;

/// Identifier of an attachment.
pub type AttachmentId = Id<Attachment>;
