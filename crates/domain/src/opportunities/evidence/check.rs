use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Ledger;
use crate::opportunities::{EvidenceStatus, OpportunityId, OpportunityStatus};
use crate::shared::{Code, StringEnum};

/// Progress of the evidence check of a business date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Waiting for its time.
    Waiting,
    /// Running.
    Running,
    /// Done.
    Done,
}

impl StringEnum for CheckState {}

/// An opportunity that the check could not process. It stays unchanged, and the check continues with the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckFailure {
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// The error code.
    pub code: Code,
}

/// The result of the check for one opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckVerdict {
    /// Unchanged: it is closed.
    NotOpen,
    /// Unchanged: it was opened or reopened after the cut-off.
    OpenedAfterwards,
    /// Unchanged: it needs no evidence (R-ICHK-73).
    NotRequired,
    /// Unchanged: it has evidence.
    Provided,
    /// Lost: it has no evidence.
    Missing,
    /// Lost: customer care warned, and no newer evidence was given.
    Warned,
}

impl CheckVerdict {
    /// The result for this cut-off. Later evidence does not count, and there is no grace period.
    pub fn at(cut_off: DateTime<Utc>, status: OpportunityStatus, ledger: &Ledger) -> Self {
        if status != OpportunityStatus::Open {
            return Self::NotOpen;
        }
        if ledger.open_since > cut_off {
            return Self::OpenedAfterwards;
        }
        match ledger.status_at(cut_off) {
            EvidenceStatus::NotRequired => Self::NotRequired,
            EvidenceStatus::Provided => Self::Provided,
            EvidenceStatus::Missing => Self::Missing,
            EvidenceStatus::Warned => Self::Warned,
        }
    }

    /// Whether the check closes the opportunity as lost (R-ICHK-77).
    pub const fn loses(self) -> bool {
        matches!(self, Self::Missing | Self::Warned)
    }
}

/// The cut-off of a business date: 23:59:00 in the organisation's time zone (R-ICHK-77).
pub fn cut_off(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    let last_minute = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(NaiveTime::MIN);
    let local = date.and_time(last_minute);
    // A clock change can skip this local time. Then the same time in UTC is close enough.
    zone.from_local_datetime(&local).latest().map_or_else(|| local.and_utc(), |instant| instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opportunities::evidence::LedgerEntryKind;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn r_ichk_77_the_day_ends_at_23_59_in_the_organisations_time_zone() {
        let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(cut_off(chrono_tz::Asia::Ho_Chi_Minh, monday), at("2026-11-23T16:59:00Z"));
        assert_eq!(cut_off(chrono_tz::America::New_York, monday), at("2026-11-24T04:59:00Z"));
    }

    #[test]
    fn a_23_a_37_what_counts_is_what_stood_there_at_the_cut_off() {
        let cut_off = at("2026-11-23T16:59:00Z");
        let opened = |open_since| Ledger { is_required: true, open_since: at(open_since), entries: Vec::new() };
        let verdict = |ledger: &Ledger| CheckVerdict::at(cut_off, OpportunityStatus::Open, ledger);
        let nine_minutes_before = opened("2026-11-23T16:50:00Z");
        assert_eq!(verdict(&nine_minutes_before), CheckVerdict::Missing);
        assert_eq!(verdict(&nine_minutes_before.with(LedgerEntryKind::Proof, cut_off)), CheckVerdict::Provided);
        assert_eq!(
            verdict(&nine_minutes_before.with(LedgerEntryKind::Proof, at("2026-11-23T16:59:00.000001Z"))),
            CheckVerdict::Missing
        );
        assert_eq!(verdict(&opened("2026-11-23T16:59:01Z")), CheckVerdict::OpenedAfterwards);
        let warned = nine_minutes_before.with(LedgerEntryKind::Proof, at("2026-11-23T16:51:00Z"));
        assert_eq!(verdict(&warned.with(LedgerEntryKind::Warning, at("2026-11-23T16:52:00Z"))), CheckVerdict::Warned);
        assert_eq!(verdict(&warned.with(LedgerEntryKind::Warning, at("2026-11-23T17:00:00Z"))), CheckVerdict::Provided);
        assert_eq!(CheckVerdict::at(cut_off, OpportunityStatus::Won, &nine_minutes_before), CheckVerdict::NotOpen);
    }
}
