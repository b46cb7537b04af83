//! The results, as a page to read.

use std::fmt::{self, Write as _};
use std::fs;
use std::process::Command;
use std::time::Duration;

use chrono::Utc;

use crate::Outcome;
use crate::load::CONNECTIONS;
use crate::night::{Night, TARGET};
use crate::operations::{Operation, Round};
use crate::postgres::Postgres;
use crate::process::Memory;
use crate::run::{Measured, ROUNDS, STARTS, Start};

/// What is written by hand stands below what was measured.
const NOTES: &str = "tests/bench/NOTES.md";

/// Where it was measured, as lines of a list.
pub fn machine(postgres: &Postgres) -> Outcome<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model);
    let cores = std::thread::available_parallelism()?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    let rustc = String::from_utf8(Command::new("rustc").arg("--version").output()?.stdout)?;
    Ok(format!(
        "- Date: {}\n- Machine: {cores} cores, {model}; load average before the run: {load}\n- {}\n- PostgreSQL {} ({})\n",
        Utc::now().format("%Y-%m-%d"),
        rustc.trim(),
        postgres.version()?,
        postgres.settings()?,
    ))
}

/// The whole page.
pub fn write(
    machine: &str,
    program: &str,
    (on_postgres, on_sqlite, of_night): (&Measured, &Measured, &Night),
    took: Duration,
) -> Outcome<String> {
    let mut page = String::from("# How fast, how small\n\n");
    writeln!(page, "Written by `make bench`, apart from the last section, which is `NOTES.md` beside this file.\n")?;
    writeln!(page, "{machine}- {program}, release build; the run took {:.0} s\n", took.as_secs_f64())?;
    writeln!(page, "{}", how())?;
    page.push_str("## On PostgreSQL, beside the floor\n\n");
    page.push_str(&beside_floor(on_postgres)?);
    page.push_str("\n## On SQLite\n\n");
    page.push_str(&embedded(on_sqlite, on_postgres)?);
    page.push_str("\n## Whatever the number of records\n\n");
    page.push_str(&growth(on_postgres, on_sqlite)?);
    page.push_str("\n## Start-up and memory\n\n");
    page.push_str(&smallness(on_postgres, on_sqlite)?);
    page.push_str("\n## The check at 23:59\n\n");
    page.push_str(&night(of_night)?);
    page.push_str("\n## How PostgreSQL reads the lists of leads\n\n");
    page.push_str(&planned(&on_postgres.plans)?);
    page.push('\n');
    page.push_str(&fs::read_to_string(NOTES)?);
    Ok(page)
}

fn how() -> String {
    format!(
        "10,000 leads, eight of ten with a salesperson, and one administrator who asks for everything. One thread answers requests \
         (`CHOT_WORKERS=1`), rate limits are off, {CONNECTIONS} connections are kept open, all on loopback. Each operation has {ROUNDS} \
         rounds of 200 to 3,000 requests after a warm-up; figures are means without the best and the worst.\n\n\
         **CPU** is user and system time in microseconds for each request, of the server and of all processes of PostgreSQL; the \
         client is not in it. It is what to look at: requests a second and latencies depend on what else the machine does, and client, \
         server and database share its cores. Creating and converting include what the worker does afterwards, which gives new events \
         their places in the feed. Autovacuum is off while it is measured; both sides have fresh statistics.\n\n\
         **The floor** is `tests/bench/src/floor.rs`: the same queries, tables and answers, written by hand on tokio-postgres in the \
         same web framework, one worker and ten connections, without authentication, rights, checks, events or versions. Its \
         conversion looks for duplicates too. The ratio is program to floor, CPU of server and database; in brackets the smallest and \
         the largest of the rounds.\n"
    )
}

fn beside_floor(measured: &Measured) -> Outcome<String> {
    let mut table = String::from(
        "| operation | requests/s | p50 ms | p99 ms | CPU server | CPU database | CPU both | floor: requests/s | server | database | both | ratio | target | |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (operation, program, floor) in &measured.operations {
        let mean = Round::mean(program);
        write!(table, "| {} | {}", operation.name(), speed(&mean))?;
        write!(table, " | {:.0} | {:.0} | {:.0}", mean.server, mean.database, mean.both())?;
        if floor.is_empty() {
            table.push_str(" | | | | | | | |\n");
            continue;
        }
        let of_floor = Round::mean(floor);
        write!(table, " | {:.0} | {:.0}", of_floor.per_second, of_floor.server)?;
        write!(table, " | {:.0} | {:.0}", of_floor.database, of_floor.both())?;
        writeln!(table, " | {}", verdict(*operation, program, floor))?;
    }
    Ok(table)
}

fn embedded(measured: &Measured, on_postgres: &Measured) -> Outcome<String> {
    let mut table = String::from(
        "The database is in the server, and so is its CPU time. The floor is the one above, on PostgreSQL.\n\n\
         | operation | requests/s | p50 ms | p99 ms | CPU | ratio to the floor | target | |\n|---|---|---|---|---|---|---|---|\n",
    );
    for ((operation, program, _), (_, _, floor)) in measured.operations.iter().zip(&on_postgres.operations) {
        let mean = Round::mean(program);
        write!(table, "| {} | {} | {:.0}", operation.name(), speed(&mean), mean.both())?;
        let verdict = if floor.is_empty() { "| |".to_owned() } else { verdict(*operation, program, floor) };
        writeln!(table, " | {verdict}")?;
    }
    Ok(table)
}

fn speed(round: &Round) -> String {
    format!("{:.0} | {:.2} | {:.2}", round.per_second, round.half_within, round.most_within)
}

/// Ratio, target, and whether it is met.
fn verdict(operation: Operation, program: &[Round], floor: &[Round]) -> String {
    let ratio = Ratio::of(program, floor);
    let target = operation.target().unwrap_or(f64::MAX);
    format!("{ratio} | ≤ {target:.1} | {} |", met(ratio.mean <= target))
}

/// The CPU time of rounds to that of others: of the means, and of the single pairs of rounds the smallest and the largest.
struct Ratio {
    mean: f64,
    least: f64,
    most: f64,
}

impl Ratio {
    fn of(ours: &[Round], theirs: &[Round]) -> Self {
        let pairs = || ours.iter().zip(theirs).map(|(our, their)| our.both() / their.both());
        Self {
            mean: Round::mean(ours).both() / Round::mean(theirs).both(),
            least: pairs().fold(f64::MAX, f64::min),
            most: pairs().fold(0.0, f64::max),
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**{:.2}** ({:.2}–{:.2})", self.mean, self.least, self.most)
    }
}

const fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

fn growth(on_postgres: &Measured, on_sqlite: &Measured) -> Outcome<String> {
    let rounds = |measured: &Measured, wanted: Operation| {
        let found = measured.operations.iter().find(|(operation, ..)| *operation == wanted);
        found.map(|(_, rounds, _)| rounds.clone()).unwrap_or_default()
    };
    let deep = |measured| Ratio::of(&rounds(measured, Operation::ListDeep), &rounds(measured, Operation::List)).mean;
    let mut table = String::from("| CPU | PostgreSQL | SQLite | target |\n|---|---|---|---|\n");
    let mut line = |name: &str, [p, s]: [f64; 2], most: f64| {
        let is_met = met(p.max(s) <= most);
        writeln!(table, "| {name} | {p:.2} | {s:.2} | 1, measured up to {most:.2}: {is_met} |")
    };
    let both = [on_postgres, on_sqlite];
    line("page after 9,000 leads, to the first page", both.map(deep), 1.1)?;
    for (operation, _) in &on_postgres.while_few {
        let growth = |measured: &Measured| {
            let few = measured.while_few.iter().find(|(one, _)| one == operation);
            let few = Round::mean(few.map(|(_, rounds)| rounds.as_slice()).unwrap_or_default());
            Round::mean(&rounds(measured, *operation)).both() / few.both()
        };
        line(&format!("{}: among 10,000 leads, to among 1,000", operation.name()), both.map(growth), 1.25)?;
    }
    Ok(table)
}

fn smallness(on_postgres: &Measured, on_sqlite: &Measured) -> Outcome<String> {
    let both = [on_postgres, on_sqlite];
    let median = |measured: &Measured, of: fn(&Start) -> Duration| {
        let mut starts: Vec<Duration> = measured.starts.iter().map(of).collect();
        starts.sort_unstable();
        starts.get(starts.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    let [p, s] = both.map(|measured| median(measured, |start| start.time));
    let [p_cpu, s_cpu] = both.map(|measured| median(measured, |start| start.cpu));
    let mut table = String::from("| | PostgreSQL | SQLite | target |\n|---|---|---|---|\n");
    writeln!(
        table,
        "| start to the first 200 of `/health/ready`, median of {STARTS} | {p:.0} ms | {s:.0} ms | < 100 ms: {} |",
        met(p.max(s) < 100.0)
    )?;
    writeln!(table, "| CPU time of the server until then | {p_cpu:.0} ms | {s_cpu:.0} ms | |")?;
    let shown = |memory: Memory| format!("{:.1} MiB ({:.1})", memory.resident, memory.anonymous);
    let most = both.iter().map(|measured| measured.idle.resident).fold(0.0, f64::max);
    let [p, s] = both.map(|measured| shown(measured.idle));
    writeln!(
        table,
        "| memory, idle after the start: resident (of it anonymous) | {p} | {s} | < 30 MB: {} |",
        met(most * 1.048_576 < 30.0)
    )?;
    let [p, s] = both.map(|measured| shown(measured.loaded));
    writeln!(table, "| memory, idle after all rounds | {p} | {s} | |")?;
    table.push_str("\nResident memory also counts pages of the program's own file, and on SQLite those of the database that are mapped; the system takes them back when it wants to.\n");
    Ok(table)
}

/// How the check at 23:59 went.
pub fn night(night: &Night) -> Outcome<String> {
    let within = |share: f64| {
        let place = (night.writes.len().saturating_sub(1) as f64 * share).round() as usize;
        night.writes.get(place).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    let mut text = format!(
        "On PostgreSQL, {} open main opportunities, each with an account of its own; {} of them were without evidence and were lost, \
         their accounts released, salesperson and manager told. One worker, in the server; one administrator went on writing on \
         random opportunities meanwhile.\n\n| | | target |\n|---|---|---|\n",
        night.open, night.lost
    );
    writeln!(
        text,
        "| from the first batch to the last | {:.1} s | ≤ {} s: {} |",
        night.took.as_secs_f64(),
        TARGET.as_secs(),
        met(night.took <= TARGET)
    )?;
    writeln!(text, "| most memory of the server | {:.1} MiB | |", night.peak)?;
    writeln!(
        text,
        "| writes meanwhile ({}): p50, p99, longest | {:.1}, {:.1}, {:.1} ms | |",
        night.writes.len(),
        within(0.5),
        within(0.99),
        within(1.0)
    )?;
    Ok(text)
}

fn planned(plans: &[(&'static str, String)]) -> Outcome<String> {
    if plans.is_empty() {
        return Ok("This server has no `auto_explain`, so its plans are not known.\n".into());
    }
    let mut text = String::from(
        "The program's own statements, from their WHERE on, as the server planned them when it ran them for the twelfth time on one \
         connection.\n",
    );
    for (name, plan) in plans {
        write!(text, "\n{name}:\n\n```\n{plan}```\n")?;
    }
    Ok(text)
}
