//! Nights in which three workers with clocks 90 seconds apart run what is due, die between any two steps and are replaced, while
//! users still work: every effect comes exactly once. A night is random with a seed, which a failure prints.

mod audit;
mod book;
mod day;
mod shift;

use std::collections::{BTreeMap, BTreeSet};

use chot_domain::shared::Clock;
use chot_tests::fixtures::team;
use chot_tests::{Client, MailServer, Options, TestClock, World};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use self::audit::Audit;
use self::book::Book;
use self::day::{Day, Evening, People};
use self::shift::{Office, places};
use super::at_once::database;

/// The number of nights: some in the suite, more in `make soak`.
fn nights() -> u64 {
    std::env::var("CHOT_NIGHTS").ok().map_or(50, |nights| nights.parse().unwrap())
}

/// The random seed: the same seed yields the same nights.
fn seed() -> u64 {
    std::env::var("CHOT_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap())
}

/// Prints the night if it fails.
struct Told {
    seed: u64,
    night: u64,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed in night {} of CHOT_SEED={}", self.night, self.seed);
        }
    }
}

/// The same user with a key that is valid for many nights.
async fn lasting(client: Client) -> Client {
    let me = client.get("/me").await.expect(200);
    let draft = json!({"name": "Ứng dụng di động", "scopes": me["permissions"]});
    let made = client.post("/api-keys", draft).await.expect(201);
    client.with_credential(made["key"].as_str().unwrap())
}

async fn people(world: &World) -> People {
    let team = team(world).await;
    let by_mail = json!({"email": {"lead_follow_up_due": true}});
    team.lan.patch("/me/notification-preferences", 1, by_mail).await.expect(200);
    People {
        admin: lasting(world.user("admin").await).await,
        manager: lasting(team.manager).await,
        lan: lasting(team.lan).await,
        care: lasting(world.user("customer_care").await).await,
    }
}

/// Moves the clock to that time.
fn reach(clock: &TestClock, at: DateTime<Utc>) {
    let left = at - clock.now();
    assert!(left > TimeDelta::zero(), "the day was too long");
    clock.advance(left);
}

fn instant(date: NaiveDate, time: &str) -> DateTime<Utc> {
    format!("{date}T{time}Z").parse().unwrap()
}

/// The cut-off of a date.
fn cut_off(date: NaiveDate) -> DateTime<Utc> {
    instant(date, "16:59:00")
}

/// A company, day after day.
struct Company {
    world: World,
    office: Office,
    people: People,
    book: Book,
    audit: Audit,
    /// The opportunities lost in the last night, with their accounts.
    lost: BTreeMap<String, String>,
    /// The counter for unique numbers.
    number: u32,
}

impl Company {
    async fn begin() -> Self {
        let server = MailServer::start();
        let options = Options { smtp_url: Some(server.url.clone()), ..Options::default() };
        let world = World::with("icheck", options).await;
        let (database_url, smtp_url) = (world.database_url().to_owned(), server.url.clone());
        let office = Office { database_url, smtp_url, clock: world.clock.clone() };
        let people = people(&world).await;
        let book = Book::of(&people.lan.user_id, &people.manager.user_id);
        let audit = Audit::begin(database(&world).await, server, &people.admin).await;
        Self { world, office, people, book, audit, lost: BTreeMap::new(), number: 0 }
    }

    /// Runs a day and its night. A worker dies at the named place, and others at random places. Returns where they died.
    async fn live(&mut self, date: NaiveDate, dice: &mut StdRng, place: Option<&'static str>, is_big: bool) -> Vec<&'static str> {
        reach(&self.world.clock, instant(date, "02:00:00"));
        let is_late = dice.random_bool(0.5);
        let evening = self.day(date, dice, is_late).work(is_big).await;
        if is_late {
            reach(&self.world.clock, cut_off(date) + TimeDelta::seconds(5));
            evening.pass(&self.people, &mut self.book).await;
        } else {
            // Only the first of the three clocks is past the cut-off.
            reach(&self.world.clock, cut_off(date) - TimeDelta::seconds(75));
        }
        let mut died = Vec::from_iter(place);
        if let Some(place) = place {
            self.office.lose_one(place).await;
        }
        died.extend(self.race(&evening, dice, is_late).await);
        // Soon all clocks show the new day.
        reach(&self.world.clock, cut_off(date) + TimeDelta::seconds(180));
        died.extend(self.office.work(dice).await);
        self.audit.end_leases().await;
        self.office.finish().await;
        let due = self.book.night(date, self.world.clock.now());
        self.audit.night(&self.people, &due, &died).await;
        self.lost = due.account_of;
        died
    }

    fn day<'a>(&'a mut self, date: NaiveDate, dice: &'a mut StdRng, is_late: bool) -> Day<'a> {
        let Self { people, book, number, lost, .. } = self;
        Day { people, book, dice, number, begins: instant(date, "02:00:00"), is_late, lost_yesterday: lost }
    }

    /// Runs the workers and the users concurrently.
    async fn race(&mut self, evening: &Evening, dice: &mut StdRng, is_late: bool) -> Vec<&'static str> {
        let looks_before = dice.random_range(0..20);
        let (died, (proved, won)) = tokio::join!(self.office.work(dice), evening.race(&self.people, looks_before));
        // Evidence after the cut-off may be accepted, but has no effect.
        if let Some((chance, _)) = evening.racing_proof.as_ref().filter(|_| proved && !is_late) {
            self.book.proved(chance);
        }
        if let Some(chance) = evening.racing_win.as_ref().filter(|_| won) {
            self.book.won_late(chance);
        }
        died
    }
}

#[tokio::test]
async fn r_ichk_78_whoever_dies_in_the_night_every_effect_comes_once() {
    let (seed, mut company, mut deaths) = (seed(), Company::begin().await, BTreeSet::new());
    for night in 0..nights() {
        let _told = Told { seed, night };
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap() + Days::new(night);
        let mut dice = StdRng::seed_from_u64(seed.wrapping_add(night));
        // In the first nights each place is used once, so that all are covered.
        let place = places().get(usize::try_from(night).unwrap()).copied();
        let is_big = place == Some("check.advanced") || night % 50 == 49;
        deaths.extend(company.live(date, &mut dice, place, is_big).await);
    }
    if nights() >= places().len() as u64 {
        assert_eq!(deaths, places().into_iter().collect(), "there is a place at which nobody died");
    }
}
