//! What a night has to do, calculated in the simplest way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

/// A notification about a record: the user, the kind, the record.
pub type Told = (String, &'static str, String);

/// An open main opportunity.
struct Chance {
    account: String,
    /// Its evidence status: `provided`, `missing` or `warned`.
    evidence: &'static str,
}

/// All running work of the company.
#[derive(Default)]
pub struct Book {
    salesperson: String,
    manager: String,
    open: BTreeMap<String, Chance>,
    /// Open opportunities that do not require evidence.
    pub side: BTreeSet<String>,
    sold_to: BTreeSet<String>,
    pooled: BTreeSet<String>,
    parked: BTreeMap<String, DateTime<Utc>>,
    /// Meetings with the time until which the password to a customer's computer is stored.
    passwords: BTreeMap<String, DateTime<Utc>>,
    fallen_due: usize,
    today: Today,
}

/// The expectations before the night.
#[derive(Default)]
struct Today {
    told: Vec<Told>,
    released: Vec<String>,
    closed_late: i64,
}

/// The expected results of the night.
pub struct Due {
    pub date: NaiveDate,
    /// Opportunities lost by the check, with their evidence status.
    pub lost: BTreeMap<String, &'static str>,
    /// Their accounts, by opportunity.
    pub account_of: BTreeMap<String, String>,
    /// Accounts that returned to the pool, also by users.
    pub released: Vec<String>,
    /// The number of those released by the check.
    pub released_by_check: i64,
    /// Leads whose follow-up fell due.
    pub follow_ups: Vec<String>,
    /// The notifications.
    pub told: Vec<Told>,
    /// The number of opportunities that required evidence.
    pub checked: i64,
    /// The number of those that were closed between the cut-off and the check.
    pub already_closed: i64,
    /// All opportunities that are still open.
    pub open: Vec<String>,
    /// The number of accounts in the pool.
    pub pooled: i64,
    /// Meetings whose password was deleted.
    pub forgotten: Vec<String>,
    /// The number of leads that have fallen due since the first day.
    pub fallen_due: i64,
    /// The number of stored passwords.
    pub passwords: i64,
    /// The number of timers that fall due later.
    pub waiting: i64,
}

impl Book {
    pub fn of(salesperson: &str, manager: &str) -> Self {
        Self { salesperson: salesperson.to_owned(), manager: manager.to_owned(), ..Self::default() }
    }

    pub fn opened(&mut self, chance: &str, account: &str) {
        self.open.insert(chance.to_owned(), Chance { account: account.to_owned(), evidence: "missing" });
    }

    pub fn proved(&mut self, chance: &str) {
        self.open.get_mut(chance).unwrap().evidence = "provided";
    }

    pub fn warned(&mut self, chance: &str) {
        self.open.get_mut(chance).unwrap().evidence = "warned";
        self.told_salesperson("evidence_warned", chance);
    }

    pub fn won(&mut self, chance: &str) {
        let won = self.open.remove(chance).unwrap();
        self.sold_to.insert(won.account);
    }

    /// Won after the cut-off, before it was checked.
    pub fn won_late(&mut self, chance: &str) {
        self.today.closed_late += 1;
        self.won(chance);
    }

    pub fn lost_by_hand(&mut self, chance: &str) {
        let lost = self.open.remove(chance).unwrap();
        self.free(&lost.account);
    }

    pub fn claimed(&mut self, account: &str) -> bool {
        self.pooled.remove(account)
    }

    pub fn parked(&mut self, lead: &str, until: DateTime<Utc>) {
        self.parked.insert(lead.to_owned(), until);
    }

    pub fn kept(&mut self, meeting: &str, until: DateTime<Utc>) {
        self.passwords.insert(meeting.to_owned(), until);
    }

    pub fn told_salesperson(&mut self, kind: &'static str, subject: &str) {
        self.today.told.push((self.salesperson.clone(), kind, subject.to_owned()));
    }

    /// Open opportunities with evidence, to be closed later.
    pub fn proven(&self) -> Vec<String> {
        let proven = self.open.iter().filter(|(_, chance)| chance.evidence == "provided");
        proven.map(|(id, _)| id.clone()).collect()
    }

    /// Returns whether the account returns to the pool, because no opportunity is open or won any more.
    fn free(&mut self, account: &str) -> bool {
        let is_kept = self.sold_to.contains(account) || self.open.values().any(|chance| chance.account == account);
        if is_kept || !self.pooled.insert(account.to_owned()) {
            return false;
        }
        self.today.released.push(account.to_owned());
        true
    }

    /// Applies the check: opportunities without evidence are lost, once.
    pub fn night(&mut self, date: NaiveDate, end: DateTime<Utc>) -> Due {
        let checked = i64::try_from(self.open.len()).unwrap() + self.today.closed_late;
        let doomed = self.open.iter().filter(|(_, chance)| chance.evidence != "provided");
        let lost: BTreeMap<String, &'static str> = doomed.map(|(id, chance)| (id.clone(), chance.evidence)).collect();
        let gone: Vec<(String, Chance)> = lost.keys().map(|id| (id.clone(), self.open.remove(id).unwrap())).collect();
        let mut released_by_check = 0;
        for (id, chance) in &gone {
            self.told_salesperson("opportunity_lost_by_check", id);
            self.today.told.push((self.manager.clone(), "opportunity_lost_by_check", id.clone()));
            if self.free(&chance.account) {
                released_by_check += 1;
                self.told_salesperson("account_released", &chance.account);
            }
        }
        let (follow_ups, forgotten) = (fallen_due(&mut self.parked, end), fallen_due(&mut self.passwords, end));
        self.fallen_due += follow_ups.len();
        for lead in &follow_ups {
            self.told_salesperson("lead_follow_up_due", lead);
        }
        let Today { told, released, closed_late } = std::mem::take(&mut self.today);
        Due {
            date,
            lost,
            account_of: gone.into_iter().map(|(id, chance)| (id, chance.account)).collect(),
            released,
            released_by_check,
            follow_ups,
            told,
            checked,
            already_closed: closed_late,
            open: self.open.keys().chain(&self.side).cloned().collect(),
            pooled: i64::try_from(self.pooled.len()).unwrap(),
            forgotten,
            fallen_due: i64::try_from(self.fallen_due).unwrap(),
            passwords: i64::try_from(self.passwords.len()).unwrap(),
            // Plus the check of the next day.
            waiting: i64::try_from(self.parked.len() + self.passwords.len() + 1).unwrap(),
        }
    }
}

/// Removes what has fallen due.
fn fallen_due(waiting: &mut BTreeMap<String, DateTime<Utc>>, end: DateTime<Utc>) -> Vec<String> {
    waiting.extract_if(.., |_, until| *until <= end).map(|(id, _)| id).collect()
}
