//! Nights in which three workers with clocks 90 seconds apart do what falls due, die between any two steps of it and are replaced,
//! while people still work: every effect comes exactly once. A night is drawn from a seed, which a failure tells.

mod audit;
mod book;
mod day;
mod shift;

use std::collections::{BTreeMap, BTreeSet};

use chot_domain::shared::Clock;
use chot_tests::given::team;
use chot_tests::{Client, MailServer, Options, TestClock, World};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use self::audit::Audit;
use self::book::Book;
use self::day::{Day, People};
use self::shift::{Office, places};
use super::at_once::database;

/// How many nights: some in the suite, more when `make soak` says so.
fn nights() -> u64 {
    std::env::var("CHOT_NIGHTS").ok().map_or(50, |nights| nights.parse().unwrap())
}

/// From what everything is drawn: the same seed draws the same nights.
fn seed() -> u64 {
    std::env::var("CHOT_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap())
}

/// Tells which night it was if it fails.
struct Night {
    seed: u64,
    number: u64,
}

impl Drop for Night {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed in night {} of CHOT_SEED={}", self.number, self.seed);
        }
    }
}

/// The same user with a key that outlives many nights.
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

/// Lets it become that time.
fn reach(clock: &TestClock, at: DateTime<Utc>) {
    let left = at - clock.now();
    assert!(left > TimeDelta::zero(), "the day was too long");
    clock.advance(left);
}

fn instant(date: NaiveDate, time: &str) -> DateTime<Utc> {
    format!("{date}T{time}Z").parse().unwrap()
}

#[tokio::test]
async fn r_ichk_78_whoever_dies_in_the_night_every_effect_comes_once() {
    let server = MailServer::start();
    let options = Options { smtp_url: Some(server.url.clone()), ..Options::default() };
    let world = World::with("icheck", options).await;
    let office =
        Office { database_url: world.database_url().to_owned(), smtp_url: server.url.clone(), clock: world.clock.clone() };
    let people = people(&world).await;
    let mut book = Book::of(&people.lan.user_id, &people.manager.user_id);
    let mut audit = Audit::begin(database(&world).await, server, &people.admin).await;
    let (seed, mut lost, mut number, mut deaths) = (seed(), BTreeMap::new(), 0, BTreeSet::new());
    for night in 0..nights() {
        let _told = Night { seed, number: night };
        let dice = &mut StdRng::seed_from_u64(seed.wrapping_add(night));
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + Days::new(night);
        let first = usize::try_from(night).ok().and_then(|night| places().get(night).copied());
        let is_late = dice.random_bool(0.5);

        let begins = instant(date, "02:00:00");
        let day = Day { people: &people, book: &mut book, dice, number: &mut number, begins, is_late };
        let evening = day.work(&lost, first == Some("check.advanced") || night % 50 == 49).await;
        let cut_off = instant(date, "16:59:00");
        if is_late {
            reach(&world.clock, cut_off + TimeDelta::seconds(5));
            evening.pass(&people, &mut book).await;
        } else {
            // Only the first of the three is past the cut-off.
            reach(&world.clock, cut_off - TimeDelta::seconds(75));
        }
        let mut died = Vec::from_iter(first);
        if let Some(place) = first {
            office.lose_one(place).await;
        }
        let looks_before = dice.random_range(0..20);
        let (fell, (proved, won)) = tokio::join!(office.work(dice), evening.race(&people, looks_before));
        died.extend(fell);
        if let Some((chance, _)) = evening.racing_proof.as_ref().filter(|_| proved && !is_late) {
            book.proved(chance);
        }
        if let Some(chance) = evening.racing_win.as_ref().filter(|_| won) {
            book.won_late(chance);
        }

        // Soon all clocks show the new day.
        reach(&world.clock, cut_off + TimeDelta::seconds(180));
        died.extend(office.work(dice).await);
        audit.end_leases().await;
        office.finish().await;
        let due = book.night(date, world.clock.now());
        audit.night(&people, &due, &died).await;
        lost = due.account_of;
        deaths.extend(died);
        reach(&world.clock, instant(date + Days::new(1), "02:00:00"));
    }
    if nights() >= places().len() as u64 {
        assert_eq!(deaths, places().into_iter().collect(), "there is a place at which nobody died");
    }
}
