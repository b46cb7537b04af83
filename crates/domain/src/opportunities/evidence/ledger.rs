use chrono::{DateTime, Utc};

use crate::opportunities::EvidenceStatus;

/// The kind of a ledger entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerEntryKind {
    /// A proof: a file or a successful call (R-ICHK-74, R-ICHK-75).
    Proof,
    /// Customer care rejected the evidence (R-ICHK-87).
    Warning,
    /// Customer care accepted the evidence. This also withdraws a warning.
    Acceptance,
}

/// A ledger entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The time of the entry.
    pub at: DateTime<Utc>,
    /// The kind.
    pub word: LedgerEntryKind,
}

/// Everything that determines the evidence status of an opportunity at any instant. The stored status is the current one; the
/// check at 23:59 uses the status at its cut-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Whether evidence is required (R-ICHK-73).
    pub is_required: bool,
    /// Since when the opportunity is open. Entries before do not count: reopening starts again.
    pub open_since: DateTime<Utc>,
    /// The entries, in any order.
    pub entries: Vec<LedgerEntry>,
}

impl Ledger {
    /// The evidence status at an instant. Later entries do not count. A warning stays until a newer proof or an acceptance;
    /// older evidence does not clear it (R-ICHK-88, R-ICHK-89, A-26).
    pub fn status_at(&self, instant: DateTime<Utc>) -> EvidenceStatus {
        if !self.is_required {
            return EvidenceStatus::NotRequired;
        }
        let last = |word| self.last(word, instant);
        let (proof, acceptance) = (last(LedgerEntryKind::Proof), last(LedgerEntryKind::Acceptance));
        let warning =
            last(LedgerEntryKind::Warning).filter(|warned_at| acceptance.is_none_or(|accepted_at| accepted_at < *warned_at));
        match (proof, warning) {
            (Some(proved_at), Some(warned_at)) if proved_at > warned_at => EvidenceStatus::Provided,
            (_, Some(_)) => EvidenceStatus::Warned,
            (Some(_), None) => EvidenceStatus::Provided,
            (None, None) => EvidenceStatus::Missing,
        }
    }

    /// The ledger with one more entry.
    #[must_use]
    pub fn with(&self, word: LedgerEntryKind, at: DateTime<Utc>) -> Self {
        let mut next = self.clone();
        next.entries.push(LedgerEntry { at, word });
        next
    }

    fn last(&self, word: LedgerEntryKind, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let counted = self.entries.iter().filter(|entry| entry.word == word && (self.open_since..=instant).contains(&entry.at));
        counted.map(|entry| entry.at).max()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn ledger(entries: &[(i64, LedgerEntryKind)]) -> Ledger {
        let entries = entries.iter().map(|(minute, word)| LedgerEntry { at: at(*minute), word: *word }).collect();
        Ledger { is_required: true, open_since: at(10), entries }
    }

    #[test]
    fn r_ichk_88_r_ichk_89_a_warning_is_cleared_by_newer_evidence_only() {
        use LedgerEntryKind::{Proof, Warning};
        let warned = ledger(&[(20, Proof), (30, Warning)]);
        assert_eq!(warned.status_at(at(25)), EvidenceStatus::Provided);
        assert_eq!(warned.status_at(at(30)), EvidenceStatus::Warned);
        assert_eq!(warned.with(Proof, at(40)).status_at(at(40)), EvidenceStatus::Provided);
        assert_eq!(warned.with(Proof, at(40)).status_at(at(39)), EvidenceStatus::Warned);
    }

    #[test]
    fn a_26_customer_care_can_take_a_warning_back() {
        use LedgerEntryKind::{Acceptance, Proof, Warning};
        let taken_back = ledger(&[(20, Proof), (30, Warning), (40, Acceptance)]);
        assert_eq!(taken_back.status_at(at(50)), EvidenceStatus::Provided);
        assert_eq!(taken_back.with(Warning, at(60)).status_at(at(60)), EvidenceStatus::Warned);
    }

    #[test]
    fn what_was_given_before_reopening_does_not_count() {
        assert_eq!(ledger(&[(5, LedgerEntryKind::Proof)]).status_at(at(20)), EvidenceStatus::Missing);
        assert_eq!(ledger(&[(10, LedgerEntryKind::Proof)]).status_at(at(20)), EvidenceStatus::Provided);
    }

    #[test]
    fn r_ichk_73_nothing_is_asked_where_evidence_is_not_required() {
        let free = Ledger { is_required: false, ..ledger(&[(20, LedgerEntryKind::Warning)]) };
        assert_eq!(free.status_at(at(30)), EvidenceStatus::NotRequired);
    }
}
