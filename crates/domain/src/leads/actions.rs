use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Draft, Key, StringEnum, Text, Violations};

/// Records that contact was made or attempted.
// R-EDU-20.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Đã gọi, khách hẹn gửi báo giá"}))]
pub struct MarkContacted {
    /// Further details, stored in the history.
    pub note: Option<Text<2000>>,
}

impl Draft for MarkContacted {}

/// Result of the verification of a lead's information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationResult {
    /// The information is real. The lead becomes qualified.
    Real,
    /// The information is not real. The lead is closed as junk (R-SUNO-17).
    NotReal,
}

impl StringEnum for VerificationResult {}

/// Records whether a lead's information is real.
// R-SUNO-15.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"result": "real"}))]
pub struct VerifyLead {
    /// Result of the verification.
    pub result: VerificationResult,
    /// A junk reason of the playbook. Required for `not_real`, not allowed otherwise.
    pub reason: Option<Key>,
    /// Further details, stored in the history.
    pub note: Option<Text<2000>>,
}

impl Draft for VerifyLead {
    fn check(&self, violations: &mut Violations) {
        if !violations.is_valid(&["/result", "/reason"]) {
            return;
        }
        match (self.result, &self.reason) {
            (VerificationResult::NotReal, None) => violations.add("/reason", "required"),
            (VerificationResult::Real, Some(_)) => violations.add("/reason", "not_for_this_result"),
            _ => {}
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.junk_reasons, self.reason.as_ref(), "/reason", violations);
    }
}

/// Closes a lead as junk.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "wrong_number"}))]
pub struct JunkLead {
    /// A junk reason of the playbook.
    pub reason: Key,
    /// Further details, stored in the history.
    pub note: Option<Text<2000>>,
}

impl Draft for JunkLead {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.junk_reasons, Some(&self.reason), "/reason", violations);
    }
}

/// Returns a lead to the people who assign leads. Its owner is removed.
// R-EDU-18, R-EDU-19.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Số điện thoại không tồn tại"}))]
pub struct ReturnLead {
    /// The reason, for the people who assign leads.
    pub reason: Text<500>,
}

impl Draft for ReturnLead {}

/// Parks a lead until later.
// R-SUNO-21, R-GRP-14.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"follow_up_at": "2027-03-01T02:00:00Z", "reason": "Quý sau mới có ngân sách"}))]
pub struct RecycleLead {
    /// When to contact the lead again, in the future. From then on the lead is in its owner's due list.
    // R-SUNO-22.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub follow_up_at: Option<DateTime<Utc>>,
    /// The reason, stored in the history.
    pub reason: Option<Text<500>>,
}

impl Draft for RecycleLead {
    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        match self.follow_up_at {
            None if playbook.policies.recycling_needs_date => violations.add("/follow_up_at", "required"),
            Some(at) if at <= now => violations.add("/follow_up_at", "in_the_past"),
            _ => {}
        }
    }
}
