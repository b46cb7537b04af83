//! The course of the measurement.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::Outcome;
use crate::http::Origin;
use crate::night;
use crate::operations::{OPERATIONS, Operation, Records, Round, Side};
use crate::postgres::{Postgres, hear_plans, last_plan};
use crate::process::{Memory, Server, free_address};
use crate::report;
use crate::target::{Target, fresh_folder};

/// So many leads there are.
const LEADS: usize = 10_000;
/// So many there are when it is measured what grows with their number.
const FEW_LEADS: usize = 1_000;
/// What might grow. The other operations read from the ends of indexes.
const MAY_GROW: [Operation; 2] = [Operation::Board, Operation::Convert];
/// So many stand before the deep page.
const DEEP: usize = 9_000;
/// How many rounds of each operation.
pub const ROUNDS: usize = 5;
/// How many while there are few leads.
const FEW_ROUNDS: usize = 2;
/// How many starts.
pub const STARTS: usize = 5;
/// What is measured while it is idle gets so long to come to rest.
const REST: Duration = Duration::from_secs(2);

const FOLDER: &str = "target/bench/run";
const DATABASE: &str = "chot_bench";
const PLAYBOOK: &str = "xcrm";

/// What was measured on one database.
pub struct Measured {
    /// The rounds of each operation, of the program and of the floor, if it has this operation.
    pub operations: [(Operation, Vec<Round>, Vec<Round>); 8],
    /// The rounds of what might grow, while there were few leads.
    pub while_few: Vec<(Operation, Vec<Round>)>,
    /// What each start took.
    pub starts: Vec<Start>,
    /// Memory after a start.
    pub idle: Memory,
    /// Memory after all rounds.
    pub loaded: Memory,
    /// The plans of the lists of leads, by what they list, as far as the database tells them.
    pub plans: Vec<(&'static str, String)>,
}

/// What a start took, until the first answer.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Time.
    pub time: Duration,
    /// CPU time.
    pub cpu: Duration,
}

/// Measures the program of `CHOT_BIN`, or `target/dist/chot`, and writes the results.
pub fn run() -> Outcome<()> {
    let begun = Instant::now();
    let program = program();
    let folder = Path::new(FOLDER);
    fresh_folder(folder)?;
    let postgres = Postgres::of_environment()?;
    let machine = report::machine(&postgres)?;

    say("PostgreSQL");
    let url = postgres.fresh_database(DATABASE)?;
    let mut target = Target::set_up(&program, &url, PLAYBOOK, &folder.join("postgres.log"))?;
    let on_postgres = measure(&mut target, Some((&postgres, &url)))?;
    postgres.drop_database(DATABASE)?;

    say("SQLite");
    let url = format!("sqlite://{}", folder.join("chot.db").display());
    let mut target = Target::set_up(&program, &url, PLAYBOOK, &folder.join("sqlite.log"))?;
    let on_sqlite = measure(&mut target, None)?;

    say("the check at 23:59");
    let night = night::measure(&program, &postgres, folder)?;

    let report = report::write(&machine, &target.version()?, (&on_postgres, &on_sqlite, &night), begun.elapsed())?;
    fs::write("tests/bench/RESULTS.md", report)?;
    say("tests/bench/RESULTS.md is written");
    Ok(())
}

/// Measures the check at 23:59 alone, and says how it went.
pub fn night_alone() -> Outcome<()> {
    let folder = Path::new(FOLDER);
    fresh_folder(folder)?;
    let night = night::measure(&program(), &Postgres::of_environment()?, folder)?;
    say(&report::night(&night)?);
    Ok(())
}

fn program() -> PathBuf {
    std::env::var("CHOT_BIN").map_or_else(|_| PathBuf::from("target/dist/chot"), PathBuf::from)
}

fn say(what: &str) {
    eprintln!("bench: {what}");
}

fn measure(target: &mut Target, postgres: Option<(&Postgres, &str)>) -> Outcome<Measured> {
    let cluster = postgres.map(|(postgres, _)| postgres.cluster()).transpose()?;
    let rest = || postgres.map_or(Ok(()), |(postgres, url)| postgres.rest(url));
    let server = target.serve(|command| command)?;
    target.sign_in()?;
    target.load(0..FEW_LEADS)?;
    rest()?;
    let few = Records::new(target.walk(DEEP)?.0);
    let side = Side { server: &server, origin: target.admin.clone(), deep: String::new(), cluster, has_worker: true };
    let while_few = MAY_GROW.iter().map(|operation| {
        let rounds = (0..FEW_ROUNDS).map(|_| side.round(*operation, &few)).collect::<Outcome<_>>()?;
        Ok((*operation, rounds))
    });
    let while_few = while_few.collect::<Outcome<_>>()?;
    target.load(FEW_LEADS..LEADS)?;
    let (leads, deep) = target.walk(DEEP)?;
    thread::sleep(REST);
    drop(server);
    rest()?;
    say("10,000 leads are loaded");

    let plans = postgres.map_or(Ok(Vec::new()), |(postgres, url)| plans(target, postgres, url, &deep))?;
    let starts = (0..STARTS).map(|_| {
        let server = target.serve(|command| command)?;
        Ok(Start { time: server.started_in, cpu: server.cpu()? })
    });
    let starts = starts.collect::<Outcome<_>>()?;
    let server = target.serve(|command| command)?;
    thread::sleep(REST);
    let idle = server.memory()?;

    let program = Side { server: &server, origin: target.admin.clone(), deep, cluster, has_worker: true };
    let floor_server = postgres.map(|(_, url)| start_floor(url)).transpose()?;
    let floor = match &floor_server {
        None => None,
        Some((server, origin)) => {
            let deep = floor_cursor(&target.ask(&target.admin.get(&format!("/leads/{}", leads[DEEP - 1])), 200)?)?;
            Some(Side { server, origin: origin.clone(), deep, cluster, has_worker: false })
        }
    };
    if let Some(floor) = &floor {
        compare(&program.origin, &floor.origin, &leads[0])?;
    }
    let records = Records::new(leads);
    let mut operations = OPERATIONS.map(|operation| (operation, Vec::new(), Vec::new()));
    // The rounds of an operation lie apart, and those of operations that are compared lie side by side.
    for group in operations.chunk_by_mut(|(one, ..), (other, ..)| one.writes() == other.writes()) {
        for round in 1..=ROUNDS {
            for (operation, of_program, of_floor) in &mut *group {
                say(&format!("round {round}: {}", operation.name()));
                of_program.push(program.round(*operation, &records)?);
                if let Some(floor) = floor.as_ref().filter(|_| operation.target().is_some()) {
                    of_floor.push(floor.round(*operation, &records)?);
                }
            }
        }
    }
    thread::sleep(REST);
    Ok(Measured { operations, while_few, starts, idle, loaded: server.memory()?, plans })
}

fn start_floor(database: &str) -> Outcome<(Server, Origin)> {
    let origin = Origin { at: free_address()?, prefix: "", token: String::new() };
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["floor", &origin.at.to_string(), database]);
    let request = origin.get("/health/ready");
    let server =
        Server::start(&mut command, File::create(Path::new(FOLDER).join("floor.log"))?, || origin.ask(&request).is_ok())?;
    Ok((server, origin))
}

/// The floor's cursor after a lead.
fn floor_cursor(lead: &Value) -> Outcome<String> {
    let at: DateTime<Utc> = lead["created_at"].as_str().ok_or("a lead without a time")?.parse()?;
    Ok(crate::floor::cursor(at, lead["id"].as_str().ok_or("a lead without an identifier")?.parse()?))
}

/// The floor is of use only while it answers what the program answers.
fn compare(program: &Origin, floor: &Origin, lead: &str) -> Outcome<()> {
    for (path, member) in [(format!("/leads/{lead}"), ""), ("/leads?limit=50&status=new".to_owned(), "/data")] {
        let [ours, theirs] = [program, floor].map(|origin| -> Outcome<Value> {
            let body: Value = serde_json::from_slice(&origin.ask(&origin.get(&path))?.body)?;
            Ok(body.pointer(member).cloned().unwrap_or_default())
        });
        let (ours, theirs) = (ours?, theirs?);
        if ours != theirs {
            return Err(format!("{path} is answered in two ways:\n{ours}\n{theirs}").into());
        }
    }
    Ok(())
}

/// How PostgreSQL reads the lists of leads: the question, and the plan of its twelfth time, when plans have become generic.
fn plans(target: &Target, postgres: &Postgres, url: &str, deep: &str) -> Outcome<Vec<(&'static str, String)>> {
    if !postgres.tell_plans(url, DATABASE)? {
        return Ok(Vec::new());
    }
    let deep = format!("/leads?limit=50&cursor={deep}");
    let lists = [
        ("All, the newest first (scope all)", &target.admin, "/leads?limit=50"),
        ("The same, after 9,000 others", &target.admin, deep.as_str()),
        ("Of a status that two in ten have (scope all)", &target.admin, "/leads?limit=50&status=new"),
        ("Of a status that few have (scope all)", &target.admin, "/leads?limit=50&status=junk"),
        ("One's own, the newest first (scope own)", &target.salesperson, "/leads?limit=50"),
        ("One's own of one status (scope own)", &target.salesperson, "/leads?limit=50&status=assigned"),
        ("A search (scope all)", &target.admin, "/leads?limit=50&q=hoa+sen+thu+duc"),
    ];
    let plans = lists.iter().map(|(name, origin, path)| {
        let server = target.serve(hear_plans)?;
        for _ in 0..12 {
            target.ask(&origin.get(path), 200)?;
        }
        drop(server);
        Ok((*name, last_plan(target.log())?))
    });
    let plans = plans.collect::<Outcome<_>>()?;
    postgres.keep_plans(DATABASE)?;
    Ok(plans)
}
