use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::AccountId;
use crate::identity::UserId;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::records::{RecordRef, exactly_one, named};
use crate::shared::{Draft, StringEnum, Text, Violations};

/// A question to those who lead, about exactly one record in sight.
// R-EDU-14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"lead_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "reason": "Facebook mới lập, không liên quan đến giáo dục"}))]
pub struct SupportRequestDraft {
    /// The lead that it is about.
    pub lead_id: Option<LeadId>,
    /// The account that it is about.
    pub account_id: Option<AccountId>,
    /// The opportunity that it is about.
    pub opportunity_id: Option<OpportunityId>,
    /// Why support is wanted.
    pub reason: Text<2000>,
    /// Who is to answer, if not whoever leads the team.
    pub addressee_id: Option<UserId>,
}

impl SupportRequestDraft {
    /// All records that are named; a valid draft names one.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> {
        named(self.lead_id, self.account_id, self.opportunity_id)
    }
}

impl Draft for SupportRequestDraft {
    fn check(&self, violations: &mut Violations) {
        exactly_one(self.records(), &["/lead_id", "/account_id", "/opportunity_id"], violations);
    }
}

/// What a leader found out about data that a salesperson doubted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupportVerdict {
    /// The data is real.
    Real,
    /// It is not.
    NotReal,
}

impl StringEnum for SupportVerdict {}

/// Answers a request for support.
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
