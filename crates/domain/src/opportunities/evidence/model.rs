//! Compares the evidence rules with a simple model: both give the same result after any sequence of commands (R-ICHK-73…91).

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::{CheckVerdict, Ledger, LedgerEntry, LedgerEntryKind};
use crate::opportunities::{Classification, EvidenceStatus, LoseOpportunity, OpportunityState, OpportunityStatus};
use crate::playbook::{Playbook, embedded};
use crate::shared::Id;

#[derive(Clone, Copy, Debug)]
enum Command {
    GiveText,
    GiveFile,
    Call,
    Warn,
    Accept,
    Win,
    Lose,
    Reopen,
    /// The check, with a cut-off this many minutes ago.
    Check(i64),
}

fn command() -> impl Strategy<Value = Command> {
    use Command::{Accept, Call, Check, GiveFile, GiveText, Lose, Reopen, Warn, Win};
    prop_oneof![
        1 => Just(GiveText),
        3 => Just(GiveFile),
        2 => Just(Call),
        3 => Just(Warn),
        2 => Just(Accept),
        1 => Just(Win),
        1 => Just(Lose),
        3 => Just(Reopen),
        4 => (0_i64..30).prop_map(Check),
    ]
}

/// What a person would write on paper: three flags, and their values at each moment.
#[derive(Clone, Debug)]
struct Paper {
    is_required: bool,
    is_open: bool,
    is_proved: bool,
    is_warned: bool,
    open_since: DateTime<Utc>,
    pages: Vec<(DateTime<Utc>, EvidenceStatus)>,
}

impl Paper {
    fn status(&self) -> EvidenceStatus {
        match (self.is_required, self.is_warned, self.is_proved) {
            (false, ..) => EvidenceStatus::NotRequired,
            (true, true, _) => EvidenceStatus::Warned,
            (true, false, true) => EvidenceStatus::Provided,
            (true, false, false) => EvidenceStatus::Missing,
        }
    }

    fn status_as_of(&self, instant: DateTime<Utc>) -> EvidenceStatus {
        self.pages.iter().rev().find(|(since, _)| *since <= instant).unwrap().1
    }

    /// Executes the command. Returns whether it is allowed.
    fn obey(&mut self, command: Command, now: DateTime<Utc>) -> bool {
        let status = self.status();
        let may = match command {
            Command::GiveText | Command::GiveFile | Command::Call | Command::Win | Command::Lose => self.is_open,
            Command::Warn => self.is_open && status == EvidenceStatus::Provided,
            Command::Accept => self.is_open && matches!(status, EvidenceStatus::Provided | EvidenceStatus::Warned),
            Command::Reopen => !self.is_open,
            Command::Check(minutes) => {
                let cut_off = now - TimeDelta::minutes(minutes);
                let was_there = self.is_open && self.open_since <= cut_off;
                was_there && matches!(self.status_as_of(cut_off), EvidenceStatus::Missing | EvidenceStatus::Warned)
            }
        };
        if !may {
            return false;
        }
        match command {
            Command::GiveText => {}
            Command::GiveFile | Command::Call => (self.is_proved, self.is_warned) = (true, false),
            Command::Warn => self.is_warned = true,
            Command::Accept => self.is_warned = false,
            Command::Win | Command::Lose | Command::Check(_) => self.is_open = false,
            Command::Reopen => {
                (self.is_open, self.is_proved, self.is_warned) = (true, false, false);
                self.open_since = now;
            }
        }
        self.pages.push((now, self.status()));
        true
    }
}

/// The opportunity as the program stores it: its state, and the ledger entries.
struct Kept {
    classification: Classification,
    state: OpportunityState,
    entries: Vec<LedgerEntry>,
}

impl Kept {
    fn ledger(&self) -> Ledger {
        Ledger {
            is_required: self.state.evidence_status != EvidenceStatus::NotRequired,
            open_since: self.state.open_since,
            entries: self.entries.clone(),
        }
    }

    fn obey(&mut self, command: Command, now: DateTime<Utc>, playbook: &Playbook) -> bool {
        let (state, ledger) = (&self.state, self.ledger());
        let (next, entered) = match command {
            Command::GiveText => (state.status.may_take_evidence().map(|()| state.clone()), None),
            Command::GiveFile | Command::Call => {
                (state.proved(Id::new(Uuid::from_u128(1)), &ledger, now), Some(LedgerEntryKind::Proof))
            }
            Command::Warn => (state.warned(&ledger, now), Some(LedgerEntryKind::Warning)),
            Command::Accept => (state.accepted(&ledger, now), Some(LedgerEntryKind::Acceptance)),
            Command::Win => (state.won(now, playbook), None),
            Command::Lose => (state.lost(&LoseOpportunity::by_the_check(), now, playbook), None),
            Command::Reopen => (state.reopened(self.classification, now, playbook), None),
            Command::Check(minutes) => {
                let verdict = CheckVerdict::at(now - TimeDelta::minutes(minutes), state.status, &ledger);
                if !verdict.loses() {
                    return false;
                }
                (state.lost(&LoseOpportunity::by_the_check(), now, playbook), None)
            }
        };
        let Ok(next) = next else {
            return false;
        };
        self.entries.extend(entered.map(|word| LedgerEntry { at: next.evidence_changed_at, word }));
        self.state = next;
        true
    }
}

proptest! {
    #[test]
    fn no_sequence_of_commands_reaches_a_state_that_the_model_does_not(
        is_primary in any::<bool>(),
        commands in prop::collection::vec((command(), 1_i64..20), 1..60),
    ) {
        let playbook = embedded("icheck").unwrap();
        let mut now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        let classification = if is_primary { Classification::Primary } else { Classification::Secondary };
        let state = OpportunityState::new(None, classification, now, &playbook).unwrap();
        let mut kept = Kept { classification, state, entries: Vec::new() };
        let mut paper =
            Paper { is_required: is_primary, is_open: true, is_proved: false, is_warned: false, open_since: now, pages: Vec::new() };
        paper.pages.push((now, paper.status()));
        for (command, minutes) in commands {
            now += TimeDelta::minutes(minutes);
            prop_assert_eq!(kept.obey(command, now, &playbook), paper.obey(command, now), "{:?} at {}", command, now);
            prop_assert_eq!(kept.state.evidence_status, paper.status(), "after {:?} at {}", command, now);
            prop_assert_eq!(kept.state.status == OpportunityStatus::Open, paper.is_open);
            prop_assert_eq!(kept.state.open_since, paper.open_since);
            if paper.is_open {
                prop_assert_eq!(kept.ledger().status_at(now), paper.status(), "the ledger after {:?} at {}", command, now);
            }
        }
    }

    #[test]
    fn entries_follow_one_another_though_clocks_differ(skews in prop::collection::vec((any::<bool>(), -90_i64..90), 1..30)) {
        let playbook = embedded("icheck").unwrap();
        let mut now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        let state = OpportunityState::new(None, Classification::Primary, now, &playbook).unwrap();
        let mut kept = Kept { classification: Classification::Primary, state, entries: Vec::new() };
        let mut expected = EvidenceStatus::Missing;
        for (is_proof, skew) in skews {
            now += TimeDelta::seconds(1);
            let command = if is_proof { Command::GiveFile } else { Command::Warn };
            if kept.obey(command, now + TimeDelta::seconds(skew), &playbook) {
                expected = if is_proof { EvidenceStatus::Provided } else { EvidenceStatus::Warned };
            }
            prop_assert_eq!(kept.state.evidence_status, expected);
            prop_assert!(kept.entries.is_sorted_by(|one, next| one.at < next.at));
        }
    }
}
