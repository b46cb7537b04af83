//! Files on records: what is known of them, and where their content is kept.

pub(crate) mod row;

use chot_domain::attachments;

use crate::Col;

/// What a file is.
pub type FileType = Col<attachments::FileType>;
