//! Attachments: data about files, and the storage of their contents.

mod files;
mod query;
pub(crate) mod row;
mod store;
mod view;

pub use files::{Files, IncomingFile, StoredFile};
pub use query::{content, find, list, origin, orphans};
pub use store::{LockedAttachment, insert};
pub use view::{AttachmentFilter, AttachmentView, FileContentRef, Origin};

use chot_domain::attachments;

use crate::Col;

/// The type of a file.
pub type FileType = Col<attachments::FileType>;
