use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Draft, Key, StringEnum, Text, Violations};

/// Notes that contact was made or tried.
// R-EDU-20.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Đã gọi, khách hẹn gửi báo giá"}))]
pub struct MarkContacted {
    /// More about it, for the history.
    pub note: Option<Text<2000>>,
}

impl Draft for MarkContacted {}

/// Whether a lead's information turned out to be real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationResult {
    /// The information is real; the lead becomes qualified.
    Real,
    /// It is not; the lead is closed as junk (R-SUNO-17).
    NotReal,
}

impl StringEnum for VerificationResult {}

/// Notes whether a lead's information is real.
// R-SUNO-15.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"result": "real"}))]
pub struct VerifyLead {
    /// What was found.
    pub result: VerificationResult,
    /// A junk reason of the playbook; wanted when the information is not real, and only then.
    pub reason: Option<Key>,
    /// More about it, for the history.
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
    /// More about it, for the history.
    pub note: Option<Text<2000>>,
}

impl Draft for JunkLead {
    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.junk_reasons, Some(&self.reason), "/reason", violations);
    }
}

/// Hands a lead back: the salesperson is taken off it and it returns to those who distribute.
// R-EDU-18, R-EDU-19.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Số điện thoại không tồn tại"}))]
pub struct ReturnLead {
    /// Why, for those who distribute.
    pub reason: Text<500>,
}

impl Draft for ReturnLead {}

/// Parks a lead.
// R-SUNO-21, R-GRP-14.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"follow_up_at": "2027-03-01T02:00:00Z", "reason": "Quý sau mới có ngân sách"}))]
pub struct RecycleLead {
    /// When to come back to it, in the future. On that day it stands in its owner's due list.
    // R-SUNO-22.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub follow_up_at: Option<DateTime<Utc>>,
    /// Why, for the history.
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
