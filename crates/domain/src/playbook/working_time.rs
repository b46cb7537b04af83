use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Playbook;
use crate::shared::{StringEnum, Text, Violations};

/// Working time. If it is in force, rules that count minutes or plan activities use it.
//
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingTime {
    /// Whether the rules use working time. If `false`, they count all minutes, day and night.
    #[serde(default)]
    #[schema(required = true)]
    pub is_in_force: bool,
    /// The working hours of a week.
    #[schema(max_items = 50)]
    pub hours: Vec<WorkingHours>,
    /// Days off.
    #[serde(default)]
    #[schema(required = true, max_items = 500)]
    pub holidays: Vec<Holiday>,
}

/// Working hours on some days of the week, in the organisation's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingHours {
    /// The days.
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<Weekday>,
    /// Start.
    #[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", max_length = 8, example = "08:00:00")]
    pub from: NaiveTime,
    /// End, on the same day.
    #[schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", max_length = 8, example = "17:30:00")]
    pub to: NaiveTime,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Thứ Hai.
    Monday,
    /// Thứ Ba.
    Tuesday,
    /// Thứ Tư.
    Wednesday,
    /// Thứ Năm.
    Thursday,
    /// Thứ Sáu.
    Friday,
    /// Thứ Bảy.
    Saturday,
    /// Chủ nhật.
    Sunday,
}

impl StringEnum for Weekday {}

impl Weekday {
    fn of(day: NaiveDate) -> Self {
        match day.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

/// A day without working time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2027-04-30")]
    pub on: NaiveDate,
    /// Name of the holiday.
    pub name: Text<100>,
}

/// How many days ahead working time is searched. If there is none, normal time counts.
const DAYS_LOOKED_AT: usize = 60;

impl WorkingTime {
    pub(super) fn check(&self, violations: &mut Violations) {
        if self.hours.is_empty() {
            violations.add("/working_time/hours", "required");
        }
        for (index, _) in self.hours.iter().enumerate().filter(|(_, hours)| hours.to <= hours.from) {
            violations.add(&format!("/working_time/hours/{index}/to"), "before_the_start");
        }
    }

    /// The working hours of a day, in order.
    fn hours_on(&self, day: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
        if self.holidays.iter().any(|holiday| holiday.on == day) {
            return Vec::new();
        }
        let today = Weekday::of(day);
        let hours = self.hours.iter().filter(|hours| hours.days.contains(&today));
        let mut hours: Vec<_> = hours.map(|hours| (hours.from, hours.to)).collect();
        hours.sort_unstable();
        hours
    }
}

impl Playbook {
    /// The periods of working time from an instant on.
    fn working_pieces(&self, from: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let days = self.day_of(from).iter_days().take(DAYS_LOOKED_AT);
        let pieces = self.working_time.iter().filter(|time| time.is_in_force).flat_map(move |time| {
            let hours = days.clone().flat_map(|day| time.hours_on(day).into_iter().map(move |(from, to)| (day, from, to)));
            hours.map(|(day, from, to)| (self.instant_of(day, from), self.instant_of(day, to)))
        });
        pieces.map(move |(begins, ends)| (begins.max(from), ends)).filter(|(begins, ends)| begins < ends)
    }

    /// The instant `minutes` later: of working time, if that is in force.
    pub fn minutes_after(&self, from: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
        let mut left = TimeDelta::minutes(minutes.into());
        for (begins, ends) in self.working_pieces(from) {
            if left <= ends - begins {
                return begins + left;
            }
            left -= ends - begins;
        }
        from + TimeDelta::minutes(minutes.into())
    }

    /// The first instant of working time from `instant` on. Returns `instant` if working time is not in force.
    pub fn at_work(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        self.working_pieces(instant).next().map_or(instant, |(begins, _)| begins)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::playbook::embedded;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse().unwrap()
    }

    fn easyedu(is_in_force: bool) -> Playbook {
        let mut playbook = embedded("easyedu").unwrap();
        playbook.working_time.as_mut().unwrap().is_in_force = is_in_force;
        playbook
    }

    #[test]
    fn a_32_minutes_are_minutes_of_the_clock_unless_working_time_is_in_force() {
        let (clock, work) = (easyedu(false), easyedu(true));
        assert!(!embedded("easyedu").unwrap().working_time.unwrap().is_in_force, "off by default");
        let friday_evening = at("2026-11-27T17:10");
        assert_eq!(clock.minutes_after(friday_evening, 60), at("2026-11-27T18:10"));
        assert_eq!(work.minutes_after(friday_evening, 60), at("2026-11-28T08:40"), "20 minutes, and 40 on Saturday");
        assert_eq!(work.minutes_after(at("2026-11-28T11:30"), 60), at("2026-11-28T14:00"), "nobody works at noon");
    }

    #[test]
    fn nobody_works_on_sundays_and_at_tet() {
        let work = easyedu(true);
        assert_eq!(work.at_work(at("2026-11-29T10:00")), at("2026-11-30T08:00"));
        assert_eq!(work.at_work(at("2027-02-03T18:00")), at("2027-02-11T08:00"));
        assert_eq!(work.at_work(at("2026-11-27T10:00")), at("2026-11-27T10:00"));
        assert_eq!(easyedu(false).at_work(at("2026-11-29T10:00")), at("2026-11-29T10:00"));
    }

    proptest! {
        #[test]
        fn working_minutes_end_while_people_work_and_are_never_fewer(seconds in 1_760_000_000_i64..1_830_000_000, minutes in 1_u32..2_000) {
            let (clock, work) = (easyedu(false), easyedu(true));
            let from = DateTime::from_timestamp(seconds, 0).unwrap();
            let due = work.minutes_after(from, minutes);
            prop_assert!(due >= clock.minutes_after(from, minutes));
            let just_before = due - TimeDelta::seconds(1);
            prop_assert_eq!(work.at_work(just_before), just_before);
        }
    }
}
