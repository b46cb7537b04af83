use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{CallDirection, CallStatus};
use crate::activities::{ActivityDraft, ActivityKind, ActivityOutcome};
use crate::records::RecordRef;
use crate::shared::{Key, PhoneNumber, Text, WebAddress};

/// A report of an exchange about a call at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallReport {
    /// The exchange.
    pub provider: Key,
    /// The exchange's identifier of the call.
    pub call_id: Text<100>,
    /// The status; none if the report contains only other data, such as the recording.
    pub status: Option<CallStatus>,
    /// The time of the report.
    pub occurred_at: DateTime<Utc>,
    /// Inbound, outbound or internal.
    pub direction: Option<CallDirection>,
    /// The number of the caller.
    pub from_number: Option<Text<50>>,
    /// The called number.
    pub to_number: Option<Text<50>>,
    /// Talk time in seconds.
    pub answer_seconds: Option<i64>,
    /// Address of the recording.
    pub recording_url: Option<WebAddress>,
    /// The user on the line, by e-mail address or identifier.
    pub agent: Option<String>,
    /// The related record, given when the call was dialled.
    pub about: Option<CallAbout>,
}

/// The related record of a call, given when it was dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallAbout {
    /// A record of a known kind.
    Record(RecordRef),
    /// A record of unknown kind, by identifier.
    Any(Uuid),
}

/// A call, merged from all reports about it. Repeated or late reports make no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The most advanced status of all reports.
    pub status: Option<CallStatus>,
    /// Inbound, outbound or internal.
    pub direction: Option<CallDirection>,
    /// The number of the caller.
    pub from_number: Option<Text<50>>,
    /// The called number.
    pub to_number: Option<Text<50>>,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Talk time in seconds, as counted by the exchange.
    pub answer_seconds: Option<i64>,
    /// Address of the recording.
    pub recording_url: Option<WebAddress>,
}

impl Call {
    /// The call merged with a report. Each field takes the earliest or largest value of all reports, so the order of reports
    /// does not matter; fields that cannot change keep their first value. Times are in the organisation's clock, which is
    /// `clock_ahead` ahead of the exchange's.
    #[must_use]
    pub fn merge(&self, report: &CallReport, clock_ahead: TimeDelta) -> Self {
        let occurred_at = report.occurred_at + clock_ahead;
        let at = |status: CallStatus| report.status.filter(|reported| *reported == status).map(|_| occurred_at);
        let known = self.clone();
        Self {
            status: known.status.max(report.status),
            direction: known.direction.or(report.direction),
            from_number: known.from_number.or_else(|| report.from_number.clone()),
            to_number: known.to_number.or_else(|| report.to_number.clone()),
            started_at: earliest(known.started_at, report.status.map(|_| occurred_at)),
            answered_at: earliest(known.answered_at, at(CallStatus::Answered)),
            ended_at: earliest(known.ended_at, at(CallStatus::Ended)),
            answer_seconds: known.answer_seconds.max(report.answer_seconds.map(|seconds| seconds.max(0))),
            recording_url: known.recording_url.or_else(|| report.recording_url.clone()),
        }
    }

    /// Talk time in seconds: as reported by the exchange, otherwise from answer to end. `None` until the call has ended.
    pub fn talk_seconds(&self) -> Option<i64> {
        let ended_at = self.ended_at?;
        let counted = || self.answered_at.map_or(TimeDelta::zero(), |answered_at| ended_at - answered_at);
        Some(self.answer_seconds.unwrap_or_else(|| counted().num_seconds().max(0)))
    }

    /// The outcome of a call that has ended: successful if the talk time was long enough.
    pub fn outcome(&self, successful_from: u32) -> Option<ActivityOutcome> {
        Some(match self.talk_seconds()? {
            0 => ActivityOutcome::NoAnswer,
            seconds if seconds >= i64::from(successful_from) => ActivityOutcome::Successful,
            _ => ActivityOutcome::Failed,
        })
    }

    /// The customer's number, if it is valid.
    pub fn customer(&self) -> Option<PhoneNumber> {
        let number = match self.direction? {
            CallDirection::Inbound => self.from_number.as_ref(),
            CallDirection::Outbound => self.to_number.as_ref(),
            CallDirection::Internal => None,
        };
        PhoneNumber::parse(number?.as_str()).ok()
    }

    /// The activity to log once the call has ended. Internal calls are not logged.
    pub fn activity(&self, successful_from: u32) -> Option<ActivityDraft> {
        let outcome = self.outcome(successful_from).filter(|_| self.direction != Some(CallDirection::Internal))?;
        Some(ActivityDraft {
            kind: ActivityKind::Call,
            category: None,
            subject: self.subject(),
            description: None,
            lead_id: None,
            account_id: None,
            opportunity_id: None,
            owner_id: None,
            starts_at: self.started_at,
            ends_at: None,
            attendees: Vec::new(),
            location: None,
            meeting_link: None,
            remote_access: None,
            check_list: None,
            done_at: self.ended_at,
            outcome: Some(outcome),
            summary: None,
        })
    }

    /// The subject of the activity.
    pub fn subject(&self) -> Text<200> {
        let what = if self.direction == Some(CallDirection::Inbound) { "Cuộc gọi đến" } else { "Cuộc gọi đi" };
        let number = self.customer().map(|number| format!(" {number}"));
        Text::from_stored(format!("{what}{}", number.unwrap_or_default()))
    }
}

fn earliest(known: Option<DateTime<Utc>>, reported: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (known, reported) {
        (Some(known), Some(reported)) => Some(known.min(reported)),
        (known, reported) => known.or(reported),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(status: Option<CallStatus>, second: i64, answer_seconds: Option<i64>) -> CallReport {
        CallReport {
            provider: Key::from_stored("stringee".into()),
            call_id: Text::from_stored("call-vn-1".into()),
            status,
            occurred_at: DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap(),
            direction: Some(CallDirection::Outbound),
            from_number: Some(Text::from_stored("842471000000".into())),
            to_number: Some(Text::from_stored("84912345678".into())),
            answer_seconds,
            recording_url: None,
            agent: None,
            about: None,
        }
    }

    fn story() -> Vec<CallReport> {
        use CallStatus::{Answered, Created, Ended, Ringing, Started};
        let times = [(Created, 0), (Started, 1), (Ringing, 3), (Answered, 9)];
        let mut story: Vec<_> = times.into_iter().map(|(status, second)| report(Some(status), second, None)).collect();
        story.push(report(Some(Ended), 71, Some(62)));
        story.push(CallReport { recording_url: WebAddress::parse("rec.example.vn/1").ok(), ..report(None, 90, None) });
        story
    }

    fn after(reports: &[CallReport]) -> Call {
        reports.iter().fold(Call::default(), |call, report| call.merge(report, TimeDelta::zero()))
    }

    #[test]
    fn a_22_a_call_is_successful_when_people_talked_long_enough() {
        let outcome = |seconds, from| {
            after(&[report(Some(CallStatus::Answered), 9, None), report(Some(CallStatus::Ended), 71, seconds)]).outcome(from)
        };
        assert_eq!(outcome(Some(62), 1), Some(ActivityOutcome::Successful));
        assert_eq!(outcome(Some(62), 63), Some(ActivityOutcome::Failed));
        assert_eq!(outcome(Some(0), 1), Some(ActivityOutcome::NoAnswer));
        // The exchange reports no talk time: it is measured from answer to end.
        assert_eq!(outcome(None, 62), Some(ActivityOutcome::Successful));
        assert_eq!(after(&[report(Some(CallStatus::Ended), 71, None)]).outcome(1), Some(ActivityOutcome::NoAnswer));
        assert_eq!(after(&[report(Some(CallStatus::Answered), 9, Some(62))]).outcome(1), None);
    }

    #[test]
    fn in_a_sandbox_calls_have_the_time_of_the_sandbox() {
        let ended = report(Some(CallStatus::Ended), 71, None);
        let call = Call::default().merge(&ended, TimeDelta::days(3));
        assert_eq!(call.ended_at, Some(ended.occurred_at + TimeDelta::days(3)));
    }

    #[test]
    fn the_number_of_the_customer_is_the_one_at_the_other_end() {
        let call = after(&story());
        assert_eq!(call.customer().unwrap().as_str(), "+84912345678");
        assert_eq!(call.subject().as_str(), "Cuộc gọi đi +84912345678");
        let inbound = Call { direction: Some(CallDirection::Inbound), ..call };
        assert_eq!(inbound.customer().unwrap().as_str(), "+842471000000");
        assert_eq!(Call { direction: Some(CallDirection::Internal), ..inbound }.customer(), None);
    }

    proptest! {
        #[test]
        fn in_whatever_order_and_however_often_a_call_is_told_it_is_the_same(
            order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
            again in proptest::collection::vec(0..6_usize, 0..12),
        ) {
            let story = story();
            let reported: Vec<_> = order.iter().chain(&again).map(|place| story[*place].clone()).collect();
            prop_assert_eq!(after(&reported), after(&story));
        }
    }
}
