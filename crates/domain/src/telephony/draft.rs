use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CallAbout, CallDirection, CallReport, CallStatus};
use crate::accounts::AccountId;
use crate::identity::UserId;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::playbook::Playbook;
use crate::records::{RecordRef, at_most_one, named};
use crate::shared::{Draft, Key, Text, Violations, WebAddress};

/// A report of a telephone exchange about a call at one moment: started, answered, ended, or recording available.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"provider": "voip24h", "call_id": "20261123-0001", "status": "ended", "occurred_at": "2026-11-23T02:00:00Z", "direction": "outbound", "from_number": "02471000000", "to_number": "0912345678", "answer_seconds": 62, "recording_url": "https://rec.example.vn/20261123-0001.mp3"}))]
pub struct CallDraft {
    /// The exchange, by a key of your choice. `stringee` is not allowed, because it has its own webhook.
    pub provider: Key,
    /// The exchange's identifier of the call. All reports with the same identifier belong to one call.
    pub call_id: Text<100>,
    /// The status of the call. When it has ended, it is logged as an activity.
    pub status: CallStatus,
    /// Time of the status; not in the future.
    #[serde(deserialize_with = "crate::shared::given_instant")]
    pub occurred_at: DateTime<Utc>,
    /// Direction of the call. It decides which of the two numbers is the customer's.
    pub direction: CallDirection,
    /// The number of the caller.
    pub from_number: Option<Text<50>>,
    /// The called number.
    pub to_number: Option<Text<50>>,
    /// Talk time in seconds. Default: from answer to end.
    #[schema(minimum = 0, maximum = 86400)]
    pub answer_seconds: Option<i64>,
    /// Address of the recording.
    pub recording_url: Option<WebAddress>,
    /// The user on the line. Default: the owner of the related record.
    pub user_id: Option<UserId>,
    /// The related lead. At most one of lead, account and opportunity may be given. Default: the customer's number decides.
    pub lead_id: Option<LeadId>,
    /// The related account. The call counts for its open primary opportunity, if there is exactly one.
    //
    pub account_id: Option<AccountId>,
    /// The related opportunity.
    pub opportunity_id: Option<OpportunityId>,
}

/// How far the clock of an exchange may be ahead.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Maximum duration of a call in seconds: one day.
pub(super) const LONGEST: i64 = 86_400;

impl CallDraft {
    /// All related records in the input. A valid draft has at most one.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> {
        named(self.lead_id, self.account_id, self.opportunity_id)
    }
}

impl Draft for CallDraft {
    fn check(&self, violations: &mut Violations) {
        at_most_one(self.records(), violations);
        if self.answer_seconds.is_some_and(|seconds| !(0..=LONGEST).contains(&seconds)) {
            violations.add("/answer_seconds", "out_of_range");
        }
        if self.provider.as_str() == super::STRINGEE {
            violations.add("/provider", "reserved_key");
        }
    }

    fn check_against(&self, _: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        if self.occurred_at > now + AHEAD {
            violations.add("/occurred_at", "in_the_future");
        }
    }
}

impl CallDraft {
    /// The report in the common form of all exchanges.
    pub fn report(&self) -> CallReport {
        CallReport {
            provider: self.provider.clone(),
            call_id: self.call_id.clone(),
            status: Some(self.status),
            occurred_at: self.occurred_at,
            direction: Some(self.direction),
            from_number: self.from_number.clone(),
            to_number: self.to_number.clone(),
            answer_seconds: self.answer_seconds,
            recording_url: self.recording_url.clone(),
            agent: self.user_id.map(|user| user.to_string()),
            about: self.records().next().map(CallAbout::Record),
        }
    }
}

/// Settings of the Stringee exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"signing_secret": "bi-mat-ky-su-kien-cua-stringee"}))]
pub struct StringeeSettings {
    /// The secret with which Stringee signs its requests, from its dashboard. It is never returned.
    #[schema(write_only)]
    pub signing_secret: Text<200>,
}

impl Draft for StringeeSettings {
    const SECRETS: &'static [&'static str] = &["signing_secret"];
}
