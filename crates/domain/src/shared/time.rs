use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Deserializer};

/// Plausible years. Other years are typing errors, and one of the databases could not store them.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Reads an optional date of a plausible year; for `deserialize_with`.
///
/// # Errors
/// Not a date; `out_of_range`.
pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let day = Option::<NaiveDate>::deserialize(deserializer)?;
    if day.is_some_and(|day| !YEARS.contains(&day.year())) {
        return Err(serde::de::Error::custom("out_of_range"));
    }
    Ok(day)
}

/// Reads an optional instant of a plausible year, in whole microseconds; for `deserialize_with`.
///
/// # Errors
/// Not an instant; `out_of_range`.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let instant = Option::<DateTime<Utc>>::deserialize(deserializer)?;
    if instant.is_some_and(|instant| !YEARS.contains(&instant.year())) {
        return Err(serde::de::Error::custom("out_of_range"));
    }
    Ok(instant.map(|instant| instant.trunc_subsecs(6)))
}

/// Reads an optional instant to compare with; for `deserialize_with` in filters. Any valid instant is accepted: what is before or after
/// everything that can be stored is read as the limit.
///
/// # Errors
/// Not an instant.
pub fn bound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let instant = Option::<DateTime<Utc>>::deserialize(deserializer)?;
    Ok(instant.map(|instant| instant.clamp(EARLIEST, LATEST).trunc_subsecs(6)))
}

const EARLIEST: DateTime<Utc> = at(-2_208_988_800);
const LATEST: DateTime<Utc> = at(253_402_300_799);

const fn at(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(instant) => instant,
        None => DateTime::<Utc>::UNIX_EPOCH,
    }
}

/// Reads a required instant of a plausible year, in whole microseconds; for `deserialize_with`.
///
/// # Errors
/// Not an instant; `required`; `out_of_range`.
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
        assert_eq!(bound(json!("1899-12-31T00:00:00Z")).unwrap().unwrap().to_rfc3339(), "1900-01-01T00:00:00+00:00");
        assert_eq!(bound(json!("2026-11-21T01:02:03Z")).unwrap(), instant(json!("2026-11-21T01:02:03Z")).unwrap());
        assert_eq!(bound(json!("+200000-01-01T00:00:00Z")).unwrap(), Some(LATEST));
        assert!(bound(json!("hôm qua")).is_err());
        let precise = instant(json!("2026-11-21T01:02:03.123456789Z")).unwrap().unwrap();
        assert_eq!(precise.to_rfc3339(), "2026-11-21T01:02:03.123456+00:00");
    }
}
