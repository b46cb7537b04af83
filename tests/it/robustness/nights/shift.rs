//! Three workers with their own clocks, which die and are replaced.

use std::sync::Arc;

use chot_api::config::MailSettings;
use chot_application::{Engine, worker};
use chot_domain::shared::{Clock, RandomIds};
use chot_persistence::crash_points::{ALL, Crash, IN_NIGHTLY_CHECK, OF_DELIVERIES};
use chot_persistence::{Connection, Db};
use chot_tests::TestClock;
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// The differences of the three clocks to the clock of the server.
pub const CLOCKS: [TimeDelta; 3] = [TimeDelta::seconds(90), TimeDelta::zero(), TimeDelta::seconds(-90)];

/// The clock that shows midnight first.
const FIRST: TimeDelta = CLOCKS[0];

/// How many workers with one clock may die in one night.
const LIVES: usize = 3;

/// Every place at which a worker may die.
pub fn places() -> Vec<&'static str> {
    ALL.into_iter().chain(OF_DELIVERIES).chain(IN_NIGHTLY_CHECK).collect()
}

/// A clock that is ahead of or behind another one.
struct Apart {
    clock: TestClock,
    by: TimeDelta,
}

impl Clock for Apart {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now() + self.by
    }
}

/// Where a worker dies, and after how many passes.
type Fate = (&'static str, u64);

/// The parts of a worker.
#[derive(Clone)]
pub struct Office {
    pub database_url: String,
    pub smtp_url: String,
    pub clock: TestClock,
}

impl Office {
    /// A separate process with that clock.
    async fn worker(&self, by: TimeDelta) -> Engine {
        let at = Connection { url: self.database_url.clone(), max_connections: 2 };
        let mail = MailSettings { smtp_url: Some(self.smtp_url.clone()), mail_from: Some("crm@congty.example.vn".into()) };
        let clock = Apart { clock: self.clock.clone(), by };
        let engine = Engine::new(Db::connect(&at).await.unwrap(), Arc::new(clock), Arc::new(RandomIds));
        engine.with_mailer(mail.mailer().unwrap())
    }

    /// Lets a single worker die at a place, before others start.
    pub async fn lose_one(&self, place: &'static str) {
        let dying = self.worker(FIRST).await;
        assert!(Crash::at(place, 0).await_for(patrol(&dying)).await.is_none(), "nobody passes {place}");
    }

    /// Runs three workers concurrently and replaces them whenever they die, until nothing is due. Returns where they died.
    pub async fn work(&self, dice: &mut StdRng) -> Vec<&'static str> {
        let relays = CLOCKS.map(|by| {
            let (office, fates) = (self.clone(), fates(dice));
            tokio::task::spawn_blocking(move || alone(office.relay(by, fates)))
        });
        let mut died = Vec::new();
        for relay in relays {
            died.extend(relay.await.unwrap());
        }
        died
    }

    async fn relay(self, by: TimeDelta, fates: Vec<Fate>) -> Vec<&'static str> {
        let mut died = Vec::new();
        for (place, passes) in fates {
            let dying = self.worker(by).await;
            if Crash::at(place, passes).await_for(patrol(&dying)).await.is_none() {
                died.push(place);
            }
        }
        patrol(&self.worker(by).await).await;
        died
    }

    /// A last worker, for what the others could not know to be due yet.
    pub async fn finish(&self) {
        patrol(&self.worker(FIRST).await).await;
    }
}

/// Runs something on its own thread and runtime, like a process.
fn alone<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Runs rounds of a worker until nothing is due.
async fn patrol(engine: &Engine) {
    while worker::once(engine).await.unwrap() > 0 {}
}

fn fates(dice: &mut StdRng) -> Vec<Fate> {
    let places = places();
    let lives = dice.random_range(0..=LIVES);
    // Some places are passed once in a round, others in every step.
    (0..lives).map(|_| (*places.choose(dice).unwrap(), dice.random_range(0..6) * dice.random_range(0..2))).collect()
}
