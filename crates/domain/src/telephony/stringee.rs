use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::draft::{AHEAD, LONGEST};
use super::{CallAbout, CallDirection, CallReport, CallStatus};
use crate::records::RecordRef;
use crate::shared::{Draft, Id, Key, Text, Violations, WebAddress};

/// The key of the exchange.
pub const STRINGEE: &str = "stringee";

/// An event of Stringee about a call. Other members are ignored, because Stringee may add some at any time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct StringeeEvent {
    /// Stringee's identifier of the call.
    pub call_id: Text<100>,
    /// `created`, `started`, `ringing`, `answered` or `ended`; other values are ignored.
    #[schema(max_length = 100)]
    pub call_status: Option<String>,
    /// Time of the event, in milliseconds since 1970.
    #[schema(minimum = 0, maximum = 253_402_300_799_000_i64)]
    pub timestamp_ms: i64,
    /// The caller.
    pub from: Option<StringeeParty>,
    /// The called party.
    pub to: Option<StringeeParty>,
    /// The Stringee user who requested the call, given as e-mail address or identifier of a user of this system.
    #[schema(max_length = 500)]
    pub request_from_user_id: Option<String>,
    /// Data given when the call was dialled: the identifier of the opportunity, lead or account, or a JSON object with
    /// `opportunity_id`, `lead_id` or `account_id`.
    #[serde(rename = "clientCustomData")]
    #[schema(max_length = 2000)]
    pub client_custom_data: Option<String>,
    /// Talk time in seconds.
    #[serde(rename = "answerDuration")]
    #[schema(minimum = 0, maximum = 86400)]
    pub answer_duration: Option<i64>,
    /// Address of the recording; often sent later, in a separate event.
    #[schema(max_length = 2000)]
    pub recording_url: Option<String>,
}

/// A party of a call.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct StringeeParty {
    /// The number, or the Stringee user.
    #[schema(max_length = 500)]
    pub number: Option<String>,
    /// Another name of the party.
    #[schema(max_length = 500)]
    pub alias: Option<String>,
    /// `internal` or `external`.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    pub place: Option<String>,
}

impl Draft for StringeeEvent {
    fn check(&self, violations: &mut Violations) {
        if DateTime::from_timestamp_millis(self.timestamp_ms).is_none_or(|at| at.timestamp() < 0 || at > DISTANT) {
            violations.add("/timestamp_ms", "out_of_range");
        }
        if self.answer_duration.is_some_and(|seconds| !(0..=LONGEST).contains(&seconds)) {
            violations.add("/answerDuration", "out_of_range");
        }
    }
}

const DISTANT: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last_second_of_9999) => last_second_of_9999,
    None => DateTime::<Utc>::MAX_UTC,
};

/// Older events are refused. Stringee retries for less than a day, so an older event comes from somebody who replays it.
const OLDEST: TimeDelta = TimeDelta::hours(24);

impl StringeeEvent {
    /// Time of the event, by the clock of the exchange.
    pub fn occurred_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.timestamp_ms).unwrap_or_default()
    }

    /// Adds a violation for an event that is too old or in the future. `received_at` is the system time.
    pub fn check_age(&self, received_at: DateTime<Utc>, violations: &mut Violations) {
        if self.occurred_at() > received_at + AHEAD {
            violations.add("/timestamp_ms", "in_the_future");
        } else if self.occurred_at() < received_at - OLDEST {
            violations.add("/timestamp_ms", "too_old");
        }
    }

    /// The report in the common form of all exchanges.
    pub fn report(&self) -> CallReport {
        let direction = self.direction();
        let ours = if direction == Some(CallDirection::Inbound) { &self.to } else { &self.from };
        let alias = ours.as_ref().and_then(|party| party.alias.clone().or_else(|| party.number.clone()));
        let asked = self.request_from_user_id.clone().filter(|name| !name.trim().is_empty());
        let asked = asked.filter(|_| direction != Some(CallDirection::Inbound));
        CallReport {
            provider: Key::from_stored(STRINGEE.into()),
            call_id: self.call_id.clone(),
            status: self.status(),
            occurred_at: self.occurred_at(),
            direction,
            from_number: self.from.as_ref().and_then(StringeeParty::number),
            to_number: self.to.as_ref().and_then(StringeeParty::number),
            answer_seconds: self.answer_duration.filter(|_| self.status() == Some(CallStatus::Ended)),
            recording_url: self.recording_url.as_deref().and_then(|address| WebAddress::parse(address).ok()),
            agent: asked.or(alias).map(|name| name.trim().to_lowercase()),
            about: self.client_custom_data.as_deref().and_then(about),
        }
    }

    fn status(&self) -> Option<CallStatus> {
        match self.call_status.as_deref()? {
            "created" => Some(CallStatus::Created),
            "started" => Some(CallStatus::Started),
            "ringing" => Some(CallStatus::Ringing),
            "answered" => Some(CallStatus::Answered),
            "ended" => Some(CallStatus::Ended),
            _ => None,
        }
    }

    fn direction(&self) -> Option<CallDirection> {
        let is_external = |party: &Option<StringeeParty>| Some(party.as_ref()?.place.as_deref()? == "external");
        match (is_external(&self.from)?, is_external(&self.to)?) {
            (true, _) => Some(CallDirection::Inbound),
            (false, true) => Some(CallDirection::Outbound),
            (false, false) => Some(CallDirection::Internal),
        }
    }
}

impl StringeeParty {
    /// The number, if it can be stored.
    fn number(&self) -> Option<Text<50>> {
        Text::parse(self.number.as_deref()?).ok()
    }
}

/// The record given when the call was dialled.
fn about(said: &str) -> Option<CallAbout> {
    let plain = |text: &str| text.trim().parse::<Id<()>>().ok().map(Id::uuid);
    if let Some(id) = plain(said) {
        return Some(CallAbout::Any(id));
    }
    let json: Value = serde_json::from_str(said).ok()?;
    let member = |name: &str| json.get(name).and_then(Value::as_str).and_then(plain);
    let of_opportunity = member("opportunity_id").map(|id: Uuid| RecordRef::Opportunity(Id::new(id)));
    let of_lead = || member("lead_id").map(|id| RecordRef::Lead(Id::new(id)));
    let record = of_opportunity.or_else(of_lead).or_else(|| member("account_id").map(|id| RecordRef::Account(Id::new(id))));
    record.map(CallAbout::Record)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shared::read;

    const ID: &str = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";

    fn event(more: Value) -> StringeeEvent {
        let mut reported = json!({
            "type": "stringee_call", "project_id": 7, "call_id": "call-vn-1", "call_status": "ended", "timestamp_ms": 1_795_399_200_000_i64,
            "from": {"number": "842471000000", "alias": "Lan@CongTy.vn", "is_online": true, "type": "internal"},
            "to": {"number": "84912345678", "alias": "84912345678", "type": "external"}, "answerDuration": 62,
        });
        reported.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(reported).unwrap()
    }

    fn report(more: Value) -> CallReport {
        event(more).report()
    }

    #[test]
    fn what_stringee_tells_is_understood() {
        let reported = report(json!({}));
        assert_eq!((reported.status, reported.direction), (Some(CallStatus::Ended), Some(CallDirection::Outbound)));
        assert_eq!((reported.agent.as_deref(), reported.answer_seconds), (Some("lan@congty.vn"), Some(62)));
        assert_eq!(reported.to_number.unwrap().as_str(), "84912345678");
        assert_eq!(report(json!({"call_status": "agentEnded"})).status, None);
        assert_eq!(report(json!({"request_from_user_id": "minh@congty.vn"})).agent.as_deref(), Some("minh@congty.vn"));
        let inbound =
            json!({"from": {"number": "84912345678", "type": "external"}, "to": {"alias": "lan@congty.vn", "type": "internal"}});
        assert_eq!(
            (report(inbound.clone()).direction, report(inbound).agent.as_deref()),
            (Some(CallDirection::Inbound), Some("lan@congty.vn"))
        );
    }

    #[test]
    fn a_22_the_record_is_named_by_itself_or_in_json() {
        let about = |said: &str| report(json!({"clientCustomData": said})).about;
        assert_eq!(about(ID), Some(CallAbout::Any(ID.parse().unwrap())));
        assert_eq!(
            about(&json!({"opportunity_id": ID}).to_string()),
            Some(CallAbout::Record(RecordRef::Opportunity(ID.parse().unwrap())))
        );
        assert_eq!(about(&json!({"lead_id": ID}).to_string()), Some(CallAbout::Record(RecordRef::Lead(ID.parse().unwrap()))));
        for nothing in ["", "xin chào", "[]", "{}", "{\"lead_id\": 5}"] {
            assert_eq!(about(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn faults_are_found_beside_members_that_are_not_described() {
        let found = |reported: Value| {
            let (_, faults) = crate::shared::read_with_faults::<StringeeEvent>(reported).unwrap();
            faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
        };
        let of = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        let beside = |member: &str, value: Value| {
            let mut reported =
                json!({"call_id": "p1", "type": "stringee_call", "timestamp_ms": 1_795_399_200_000_i64, "khac": {"a": [1]}});
            reported[member] = value;
            found(reported)
        };
        assert_eq!(beside("timestamp_ms", json!("1795399200000")), of("/timestamp_ms", "wrong_type"));
        assert_eq!(beside("timestamp_ms", json!(u64::MAX)), of("/timestamp_ms", "invalid_value"));
        assert_eq!(beside("timestamp_ms", json!(i64::MIN)), of("/timestamp_ms", "out_of_range"));
        assert_eq!(beside("from", json!("84987654321")), of("/from", "wrong_type"));
        assert_eq!(beside("from", json!({"number": 5, "is_online": true})), of("/from/number", "wrong_type"));
        for seconds in [-1, 86_401, 1_000_000_000_000_000_000_i64] {
            assert_eq!(beside("answerDuration", json!(seconds)), of("/answerDuration", "out_of_range"));
        }
        assert_eq!(beside("answerDuration", json!(86_400)), []);
        assert_eq!(found(json!([])), of("", "wrong_type"));
    }

    #[test]
    fn an_event_from_yesterday_or_from_tomorrow_is_a_replay_or_a_lie() {
        let at = event(json!({})).occurred_at();
        let found = |received_at| {
            let mut violations = Violations::default();
            event(json!({})).check_age(received_at, &mut violations);
            violations.into_vec().into_iter().map(|one| one.code).collect::<Vec<_>>()
        };
        assert_eq!(found(at + TimeDelta::hours(24)), [""; 0]);
        assert_eq!(found(at - TimeDelta::minutes(5)), [""; 0]);
        assert_eq!(found(at + TimeDelta::hours(24) + TimeDelta::seconds(1)), ["too_old"]);
        assert_eq!(found(at - TimeDelta::minutes(6)), ["in_the_future"]);
    }
}
