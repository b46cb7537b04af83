use chrono::{DateTime, NaiveTime, Timelike, Utc};

use crate::playbook::Playbook;

/// When to call again after a call that reached nobody (R-EDU-40, A-33).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallBack {
    /// Start of the next half-day. An earlier call is too soon.
    pub not_before: DateTime<Utc>,
    /// Start of work in that half-day: the suggested time.
    pub suggested_at: DateTime<Utc>,
}

/// The hour when the morning ends.
const NOON: u32 = 12;

/// The next half-day after a failed call: the afternoon after a call in the morning, the next morning after a call in the
/// afternoon. Uses the organisation's time zone (R-EDU-40, A-33).
pub fn next_call_back(called_at: DateTime<Utc>, playbook: &Playbook) -> CallBack {
    let local = called_at.with_timezone(&playbook.time_zone);
    let today = local.date_naive();
    let (day, begins, work_begins) = if local.hour() < NOON {
        (today, hour(NOON, 0), hour(13, 30))
    } else {
        (today.succ_opt().unwrap_or(today), hour(0, 0), hour(8, 0))
    };
    CallBack { not_before: playbook.instant_of(day, begins), suggested_at: playbook.instant_of(day, work_begins) }
}

fn hour(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::playbook::embedded;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn r_edu_40_morning_leads_to_the_afternoon_and_afternoon_to_the_next_morning() {
        let easyedu = embedded("easyedu").unwrap();
        let next = |called| next_call_back(at(called), &easyedu);
        let afternoon = CallBack { not_before: at("2026-11-23T12:00:00+07:00"), suggested_at: at("2026-11-23T13:30:00+07:00") };
        let morning = CallBack { not_before: at("2026-11-24T00:00:00+07:00"), suggested_at: at("2026-11-24T08:00:00+07:00") };
        assert_eq!(next("2026-11-23T08:15:00+07:00"), afternoon);
        assert_eq!(next("2026-11-23T11:59:59+07:00"), afternoon);
        assert_eq!(next("2026-11-23T12:00:00+07:00"), morning);
        assert_eq!(next("2026-11-23T23:59:00+07:00"), morning);
    }

    proptest! {
        #[test]
        fn a_33_the_next_half_day_is_always_later_and_never_two_away(seconds in 0_i64..2_000_000_000) {
            let easyedu = embedded("easyedu").unwrap();
            let called = DateTime::from_timestamp(seconds, 0).unwrap();
            let next = next_call_back(called, &easyedu);
            prop_assert!(called < next.not_before && next.not_before <= called + chrono::TimeDelta::hours(12));
            prop_assert!(next.not_before <= next.suggested_at);
        }
    }
}
