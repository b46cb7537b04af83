use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::activities::ActivityId;
use crate::attachments::AttachmentId;
use crate::playbook::Playbook;
use crate::shared::{Draft, Money, StringEnum, Text, Violations};

/// The kind of a piece of evidence.
// R-ICHK-67…72.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A detailed quotation was sent (R-ICHK-68, R-ICHK-69).
    Quotation,
    /// A meeting or demo took place and has a recap (R-ICHK-70).
    Meeting,
    /// A message or e-mail with detailed advice was sent (R-ICHK-71).
    Message,
    /// A call with detailed advice was made and has a recap (R-ICHK-72).
    Call,
    /// A file shows the work (R-ICHK-74).
    File,
}

impl StringEnum for EvidenceKind {}

/// Evidence that an opportunity is worked. `kind` defines which fields are required and allowed. Only a file (`attachment_id`)
/// or a successful call through the telephone exchange (`activity_id`) is a proof.
// R-ICHK-67…72.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "quotation", "sent_at": "2026-11-23T01:30:00Z", "code_count": 20, "summary": "Báo giá 20 mã truy xuất"}))]
pub struct EvidenceDraft {
    /// What the evidence shows.
    pub kind: EvidenceKind,
    /// When the quotation or message was sent; not in the future. Required for `quotation` and `message`, not allowed for other
    /// kinds.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub sent_at: Option<DateTime<Utc>>,
    /// Number of quoted product codes (số mã). A `quotation` contains `code_count`, `code_quantity` or both.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub code_count: Option<i64>,
    /// Number of quoted stamps or codes (số lượng code).
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub code_quantity: Option<i64>,
    /// The quoted service, for product categories that the playbook quotes by service.
    // R-ICHK-69.
    pub service_name: Option<Text<200>>,
    /// The price of that service, in whole đồng.
    pub price: Option<Money>,
    /// The advice given in a `message`, or the recap of a `meeting` or `call` whose activity has none.
    pub summary: Option<Text<5000>>,
    /// The activity that shows the work. Required for `meeting` and `call`. It must belong to this opportunity.
    pub activity_id: Option<ActivityId>,
    /// The file that proves the work. Required for `file`. It must belong to this opportunity or to one of its activities.
    pub attachment_id: Option<AttachmentId>,
}

const MOST_CODES: i64 = 1_000_000_000;

impl EvidenceDraft {
    /// A piece of evidence of this kind, with all other fields empty.
    pub const fn of(kind: EvidenceKind) -> Self {
        Self {
            kind,
            sent_at: None,
            code_count: None,
            code_quantity: None,
            service_name: None,
            price: None,
            summary: None,
            activity_id: None,
            attachment_id: None,
        }
    }

    fn check_amounts(&self, violations: &mut Violations) {
        for (pointer, count) in [("/code_count", self.code_count), ("/code_quantity", self.code_quantity)] {
            if count.is_some_and(|count| !(1..=MOST_CODES).contains(&count)) {
                violations.add(pointer, "out_of_range");
            }
        }
        if self.price.is_some_and(|price| !price.is_whole()) {
            violations.add("/price", "not_whole");
        }
    }

    /// Adds violations for missing required fields and for fields that the kind does not allow.
    fn check_members(&self, violations: &mut Violations) {
        use EvidenceKind::{Call, File, Meeting, Message, Quotation};
        let rules: [(&str, bool, &[EvidenceKind], &[EvidenceKind]); 8] = [
            ("/sent_at", self.sent_at.is_some(), &[Quotation, Message], &[Quotation, Message]),
            ("/code_count", self.code_count.is_some(), &[], &[Quotation]),
            ("/code_quantity", self.code_quantity.is_some(), &[], &[Quotation]),
            ("/service_name", self.service_name.is_some(), &[], &[Quotation]),
            ("/price", self.price.is_some(), &[], &[Quotation]),
            ("/summary", self.summary.is_some(), &[Message], &[Quotation, Meeting, Message, Call, File]),
            ("/activity_id", self.activity_id.is_some(), &[Meeting, Call], &[Quotation, Meeting, Message, Call, File]),
            ("/attachment_id", self.attachment_id.is_some(), &[File], &[Quotation, Meeting, Message, Call, File]),
        ];
        for (pointer, is_given, wanted_by, allowed_for) in rules {
            if !violations.is_valid(&[pointer]) {
                continue;
            }
            if !is_given && wanted_by.contains(&self.kind) {
                violations.add(pointer, "required");
            }
            if is_given && !allowed_for.contains(&self.kind) {
                violations.add(pointer, "not_for_this_evidence");
            }
        }
    }
}

impl Draft for EvidenceDraft {
    fn check(&self, violations: &mut Violations) {
        self.check_amounts(violations);
        if violations.is_valid(&["/kind"]) {
            self.check_members(violations);
        }
    }

    fn check_against(&self, _: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        if self.sent_at.is_some_and(|sent_at| sent_at > now) {
            violations.add("/sent_at", "in_the_future");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::shared::read;

    fn codes(body: Value) -> Vec<(String, String)> {
        let faults = read::<EvidenceDraft>(body).err().unwrap_or_default();
        faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn fault(pointer: &str, code: &str) -> (String, String) {
        (pointer.to_owned(), code.to_owned())
    }

    #[test]
    fn r_ichk_67_each_kind_wants_its_own_members() {
        assert_eq!(codes(json!({"kind": "file"})), [fault("/attachment_id", "required")]);
        assert_eq!(codes(json!({"kind": "meeting"})), [fault("/activity_id", "required")]);
        assert_eq!(codes(json!({"kind": "message"})), [fault("/sent_at", "required"), fault("/summary", "required")]);
        assert_eq!(codes(json!({"kind": "message", "sent_at": "2026-11-23T01:00:00Z", "summary": "Đã tư vấn"})), []);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let body = json!({"kind": "call", "sent_at": "hôm qua", "code_count": 0, "price": "1.5", "more": 1});
        let found = codes(body);
        for expected in [
            fault("/sent_at", "invalid_value"),
            fault("/code_count", "out_of_range"),
            fault("/price", "not_whole"),
            fault("/more", "unknown_member"),
            fault("/activity_id", "required"),
        ] {
            assert!(found.contains(&expected), "{expected:?} is not in {found:#?}");
        }
        assert_eq!(found.len(), 5, "{found:#?}");
    }

    #[test]
    fn members_of_another_kind_are_refused() {
        let file = json!({"kind": "file", "attachment_id": uuid::Uuid::nil(), "service_name": "Đăng ký nhãn hiệu"});
        assert_eq!(codes(file), [fault("/service_name", "not_for_this_evidence")]);
    }
}
