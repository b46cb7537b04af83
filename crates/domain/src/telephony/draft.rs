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

/// What a telephone exchange tells of a call at one moment: when it began, was answered, was over, or can be heard.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"provider": "voip24h", "call_id": "20261123-0001", "status": "ended", "occurred_at": "2026-11-23T02:00:00Z", "direction": "outbound", "from_number": "02471000000", "to_number": "0912345678", "answer_seconds": 62, "recording_url": "https://rec.example.vn/20261123-0001.mp3"}))]
pub struct CallDraft {
    /// The exchange, by a name of your choice. `stringee` is told of by its own webhook.
    pub provider: Key,
    /// What the exchange calls the call. All that is told under one name is one call.
    pub call_id: Text<100>,
    /// How far the call has come. Once it has ended, it is written down as an activity.
    pub status: CallStatus,
    /// When that was; not in the future.
    #[serde(deserialize_with = "crate::shared::given_instant")]
    pub occurred_at: DateTime<Utc>,
    /// Who called whom; the customer's number is the one at the other end.
    pub direction: CallDirection,
    /// The number that called.
    pub from_number: Option<Text<50>>,
    /// The number that was called.
    pub to_number: Option<Text<50>>,
    /// For how many seconds people talked; from the answer to the end, if not said.
    #[schema(minimum = 0, maximum = 86400)]
    pub answer_seconds: Option<i64>,
    /// Where the call can be heard.
    pub recording_url: Option<WebAddress>,
    /// The colleague on the line. If not said, the call belongs to the owner of the record.
    pub user_id: Option<UserId>,
    /// The lead that was called. Of lead, account and opportunity at most one is named; if none is, the customer's number decides.
    pub lead_id: Option<LeadId>,
    /// The account that was called. The call counts for its open primary opportunity, if there is exactly one.
    //
    pub account_id: Option<AccountId>,
    /// The opportunity that was called about.
    pub opportunity_id: Option<OpportunityId>,
}

/// Clocks of exchanges may go ahead by so much.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// No call lasts longer than a day.
pub(super) const LONGEST: i64 = 86_400;

impl CallDraft {
    /// All records that are named; a valid draft names one at most.
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
    /// The same in the words in which every exchange is understood.
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

/// How the exchange of Stringee is known to be itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"signing_secret": "bi-mat-ky-su-kien-cua-stringee"}))]
pub struct StringeeSettings {
    /// The secret with which Stringee signs what it tells, as its dashboard shows it. It is never told again.
    #[schema(write_only)]
    pub signing_secret: Text<200>,
}

impl Draft for StringeeSettings {
    const SECRETS: &'static [&'static str] = &["signing_secret"];
}
