use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Deserializer};

/// Years that a CRM can mean. What lies outside is a slip of the keyboard, and one of the databases could not keep it.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Reads a day, or none, of a year that can be meant; for `deserialize_with`.
///
/// # Errors
/// What is no day, and `out_of_range`.
pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let day = Option::<NaiveDate>::deserialize(deserializer)?;
    if day.is_some_and(|day| !YEARS.contains(&day.year())) {
        return Err(serde::de::Error::custom("out_of_range"));
    }
    Ok(day)
}

/// Reads an instant, or none, of a year that can be meant, in whole microseconds; for `deserialize_with`.
///
/// # Errors
/// What is no instant, and `out_of_range`.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let instant = Option::<DateTime<Utc>>::deserialize(deserializer)?;
    if instant.is_some_and(|instant| !YEARS.contains(&instant.year())) {
        return Err(serde::de::Error::custom("out_of_range"));
    }
    Ok(instant.map(|instant| instant.trunc_subsecs(6)))
}

/// Reads an instant that must be given, of a year that can be meant, in whole microseconds; for `deserialize_with`.
///
/// # Errors
/// What is no instant, and `out_of_range`.
pub fn given_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    instant(deserializer)?.ok_or_else(|| serde::de::Error::custom("required"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_years_that_can_be_meant_are_read() {
        assert!(day(json!("2026-11-21")).unwrap().is_some());
        assert!(day(json!(null)).unwrap().is_none());
        for slip in ["0206-11-21", "-9999-01-01", "+20261-01-01"] {
            assert!(day(json!(slip)).is_err(), "{slip}");
        }
        assert!(instant(json!("+200000-01-01T00:00:00Z")).is_err());
        let precise = instant(json!("2026-11-21T01:02:03.123456789Z")).unwrap().unwrap();
        assert_eq!(precise.to_rfc3339(), "2026-11-21T01:02:03.123456+00:00");
    }
}
