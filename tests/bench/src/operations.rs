//! What is measured: the requests of each operation, and what one round of them costs.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use crate::Outcome;
use crate::http::Origin;
use crate::leads;
use crate::load::fire;
use crate::process::{Cluster, Server};

/// Something that callers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// One lead by its identifier.
    Get,
    /// The first page of all leads.
    List,
    /// The first page of the leads of one status.
    ListStatus,
    /// A page after most others.
    ListDeep,
    /// A page of what a search finds.
    Search,
    /// The board of the leads.
    Board,
    /// A new lead.
    Create,
    /// A lead becomes account, contact and opportunity.
    Convert,
}

/// In this order they are measured: what changes the records comes last.
pub const OPERATIONS: [Operation; 8] = {
    use Operation::{Board, Convert, Create, Get, List, ListDeep, ListStatus, Search};
    [Get, List, ListStatus, ListDeep, Search, Board, Create, Convert]
};

impl Operation {
    /// What it is called in the results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get a lead",
            Self::List => "list 50, the newest first",
            Self::ListStatus => "list 50 of status `new`",
            Self::ListDeep => "list 50 after 9,000 others",
            Self::Search => "search, 25 found",
            Self::Board => "board, 10 cards a column",
            Self::Create => "create a lead",
            Self::Convert => "convert a lead",
        }
    }

    /// How many times the floor's CPU time it may take.
    pub const fn target(self) -> Option<f64> {
        match self {
            Self::Get | Self::List | Self::ListStatus | Self::ListDeep => Some(2.0),
            Self::Create | Self::Convert => Some(2.5),
            Self::Search | Self::Board => None,
        }
    }

    /// How many requests a round has.
    const fn requests(self) -> usize {
        match self {
            Self::Get => 3_000,
            Self::List | Self::ListStatus | Self::ListDeep | Self::Create => 1_000,
            Self::Search | Self::Convert => 300,
            Self::Board => 200,
        }
    }

    /// Whether it changes records.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Convert)
    }

    fn request(self, side: &Side<'_>, records: &Records) -> Vec<u8> {
        let (origin, number) = (&side.origin, records.next());
        let lead = &records.leads[number % records.leads.len()];
        match self {
            Self::Get => origin.get(&format!("/leads/{lead}")),
            Self::List => origin.get("/leads?limit=50"),
            Self::ListStatus => origin.get("/leads?limit=50&status=new"),
            Self::ListDeep => origin.get(&format!("/leads?limit=50&cursor={}", side.deep)),
            Self::Search => origin.get(&format!("/leads?limit=50&q={}", leads::words(number))),
            Self::Board => origin.get("/pipelines/leads/board"),
            Self::Create => origin.post("/leads", &leads::draft(FIRST_NEW + number, None)),
            Self::Convert => origin.post(&format!("/leads/{}/convert", records.unconverted()), "{}"),
        }
    }
}

/// New leads are numbered from here on.
const FIRST_NEW: usize = 1_000_000;

/// The leads that there are.
pub struct Records {
    leads: Vec<String>,
    asked: Cell<usize>,
    converted: Cell<usize>,
}

impl Records {
    /// Records by their identifiers.
    pub const fn new(leads: Vec<String>) -> Self {
        Self { leads, asked: Cell::new(0), converted: Cell::new(0) }
    }

    /// A number that no request had before.
    fn next(&self) -> usize {
        self.asked.replace(self.asked.get() + 1)
    }

    /// A lead that was not converted before.
    fn unconverted(&self) -> &str {
        &self.leads[self.converted.replace(self.converted.get() + 1) % self.leads.len()]
    }
}

/// A server that is measured: the program or the floor.
pub struct Side<'a> {
    /// Its process.
    pub server: &'a Server,
    /// How it is reached.
    pub origin: Origin,
    /// The cursor of the deep page.
    pub deep: String,
    /// The processes of its database, if it has any beside itself.
    pub cluster: Option<Cluster>,
    /// Whether it does things later that belong to a request: the program gives new events their places in the feed.
    pub has_worker: bool,
}

/// What a request of one round took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Round {
    /// Requests in a second, over all connections.
    pub per_second: f64,
    /// Half of the requests were answered within so many milliseconds.
    pub half_within: f64,
    /// Of a hundred requests, 99.
    pub most_within: f64,
    /// CPU microseconds of the server.
    pub server: f64,
    /// CPU microseconds of the database.
    pub database: f64,
}

impl Round {
    /// CPU microseconds of both.
    pub fn both(&self) -> f64 {
        self.server + self.database
    }

    /// The mean of some rounds; of five or more, of each figure the best and the worst are left out.
    pub fn mean(rounds: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = rounds.iter().map(of).collect();
            figures.sort_unstable_by(f64::total_cmp);
            let figures = if figures.len() < 5 { &figures[..] } else { &figures[1..figures.len() - 1] };
            figures.iter().sum::<f64>() / figures.len() as f64
        };
        Self {
            per_second: mean(|round| round.per_second),
            half_within: mean(|round| round.half_within),
            most_within: mean(|round| round.most_within),
            server: mean(|round| round.server),
            database: mean(|round| round.database),
        }
    }
}

/// Requests before a round, which do not count: enough for every connection to have its statements prepared and planned.
const WARM_UP: usize = 100;

impl Side<'_> {
    /// One round of an operation.
    pub fn round(&self, operation: Operation, records: &Records) -> Outcome<Round> {
        let expected = if operation.writes() { 201 } else { 200 };
        let requests = |count: usize| -> Vec<_> { (0..count).map(|_| operation.request(self, records)).collect() };
        fire(self.origin.at, &requests(WARM_UP), expected)?;
        self.note_time(operation, Duration::from_millis(1_500));
        let requests = requests(operation.requests());
        let before = self.cpu()?;
        let fired = fire(self.origin.at, &requests, expected)?;
        self.note_time(operation, Duration::from_millis(3_000));
        let after = self.cpu()?;
        let each = |spent: Duration| spent.as_secs_f64() * 1e6 / requests.len() as f64;
        Ok(Round {
            per_second: requests.len() as f64 / fired.elapsed.as_secs_f64(),
            half_within: fired.within(0.5).as_secs_f64() * 1e3,
            most_within: fired.within(0.99).as_secs_f64() * 1e3,
            server: each(after.0 - before.0),
            database: each(after.1 - before.1),
        })
    }

    /// Waits until the worker has done what belongs to the requests, so that it is charged to them and to no others.
    fn note_time(&self, operation: Operation, time: Duration) {
        if self.has_worker && operation.writes() {
            thread::sleep(time);
        }
    }

    fn cpu(&self) -> Outcome<(Duration, Duration)> {
        let database = self.cluster.map(|cluster| cluster.cpu()).transpose()?;
        Ok((self.server.cpu()?, database.unwrap_or_default()))
    }
}
