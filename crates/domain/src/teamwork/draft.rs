use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::AccountId;
use crate::identity::UserId;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::records::{RecordRef, exactly_one, named};
use crate::shared::{Draft, StringEnum, Text, Violations};

/// A support request: a question to a manager about exactly one visible record.
// R-EDU-14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"lead_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "reason": "Facebook mới lập, không liên quan đến giáo dục"}))]
pub struct SupportRequestDraft {
    /// The related lead.
    pub lead_id: Option<LeadId>,
    /// The related account.
    pub account_id: Option<AccountId>,
    /// The related opportunity.
    pub opportunity_id: Option<OpportunityId>,
    /// Why support is needed.
    pub reason: Text<2000>,
    /// The user who should answer. Default: the managers of the caller.
    pub addressee_id: Option<UserId>,
}

impl SupportRequestDraft {
    /// All related records in the input. A valid draft has exactly one.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> {
        named(self.lead_id, self.account_id, self.opportunity_id)
    }
}

impl Draft for SupportRequestDraft {
    fn check(&self, violations: &mut Violations) {
        exactly_one(self.records(), &["/lead_id", "/account_id", "/opportunity_id"], violations);
    }
}

/// A manager's finding about data that a salesperson doubted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupportVerdict {
    /// The data is real.
    Real,
    /// The data is not real.
    NotReal,
}

impl StringEnum for SupportVerdict {}

/// Answers a support request.
// R-EDU-15.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answer": "Đã kiểm tra trên Google, trung tâm có thật", "verdict": "real"}))]
pub struct AnswerSupport {
    /// The answer.
    pub answer: Text<2000>,
    /// Whether the data is real, if that was the question.
    pub verdict: Option<SupportVerdict>,
}

impl Draft for AnswerSupport {}
