use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::FileName;
use crate::accounts::AccountId;
use crate::activities::ActivityId;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::playbook::Playbook;
use crate::records::{RecordRef, exactly_one, named};
use crate::shared::{Draft, Key, Text, Violations};

/// A file to upload to a record, as the parts of a form. Exactly one part must identify the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"file": "(the content of hop-dong.pdf)", "account_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "category": "contract", "description": "Đã ký nháy"}))]
pub struct AttachmentDraft {
    /// The file, with its name. Allowed types: PNG, JPEG, GIF, WebP, PDF, Word, Excel, PowerPoint, plain text and CSV in UTF-8,
    /// MP3, WAV, M4A, Ogg, MP4 and ZIP. The content must match the name and the media type.
    // The draft holds only the name of this part. The content is handled separately.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    pub file: FileName,
    /// The lead of the file.
    pub lead_id: Option<LeadId>,
    /// The account of the file.
    // R-EDU-73.
    pub account_id: Option<AccountId>,
    /// The opportunity of the file.
    // R-ICHK-83.
    pub opportunity_id: Option<OpportunityId>,
    /// The activity of the file, such as a note.
    // R-ICHK-84.
    pub activity_id: Option<ActivityId>,
    /// The kind of document: an attachment category of the playbook.
    // R-EDU-73.
    pub category: Option<Key>,
    /// Free text.
    pub description: Option<Text<2000>>,
}

const NAMEABLE: [&str; 4] = ["/lead_id", "/account_id", "/opportunity_id", "/activity_id"];

impl AttachmentDraft {
    /// All records in the input. A valid draft has exactly one.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> {
        named(self.lead_id, self.account_id, self.opportunity_id).chain(self.activity_id.map(RecordRef::Activity))
    }
}

impl Draft for AttachmentDraft {
    fn check(&self, violations: &mut Violations) {
        exactly_one(self.records(), &NAMEABLE, violations);
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.attachment_categories, self.category.as_ref(), "/category", violations);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::shared::read;

    const ID: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

    fn faults(body: Value) -> Vec<(String, String)> {
        let read = read::<AttachmentDraft>(body).map_err(Violations::into_vec);
        read.err().unwrap_or_default().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn fault(pointer: &str, code: &str) -> (String, String) {
        (pointer.into(), code.into())
    }

    #[test]
    fn a_file_belongs_to_exactly_one_record() {
        assert_eq!(faults(json!({"file": "a.png", "lead_id": ID})), []);
        assert_eq!(faults(json!({"file": "a.png"})), [fault("", "record_required")]);
        assert_eq!(faults(json!({"file": "a.png", "lead_id": "x"})), [fault("/lead_id", "invalid_id")]);
        let two = json!({"file": "a.png", "lead_id": ID, "opportunity_id": ID});
        assert_eq!(faults(two), [fault("/opportunity_id", "only_one_record")]);
        let all_wrong = json!({"description": "x", "khong_co": "1"});
        let found = faults(all_wrong);
        assert!(
            found.contains(&fault("/file", "required")) && found.contains(&fault("/khong_co", "unknown_member")),
            "{found:?}"
        );
    }
}
