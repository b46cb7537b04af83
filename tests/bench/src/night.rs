//! The check of evidence at 23:59 over very many opportunities, while people go on working.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::Outcome;
use crate::http::Connection;
use crate::postgres::Postgres;
use crate::target::Target;

/// So many main opportunities are open.
const OPEN: usize = 100_000;
/// One in so many has no evidence.
const ONE_IN: usize = 10;
/// The check is over within this time.
pub const TARGET: Duration = Duration::from_secs(60);

const DATABASE: &str = "chot_bench_night";

/// How the night went.
pub struct Night {
    /// How many opportunities were open.
    pub open: usize,
    /// How many were lost.
    pub lost: i64,
    /// From the beginning of the check to its end.
    pub took: Duration,
    /// The most memory that the program held, in MiB.
    pub peak: f64,
    /// How long writes of people took meanwhile, the shortest first.
    pub writes: Vec<Duration>,
}

/// Lets a night come.
pub fn measure(program: &Path, postgres: &Postgres, folder: &Path) -> Outcome<Night> {
    let url = postgres.fresh_database(DATABASE)?;
    let mut target = Target::set_up(program, &url, "icheck", &folder.join("night.log"))?;
    let server = target.serve(|command| command.arg("--no-worker"))?;
    target.sign_in()?;
    let account = json!({"name": "Công ty Cổ phần Sao Mai", "tax_code": "0100112437", "owner_id": target.first_salesperson()?});
    let account = target.ask(&target.admin.post("/accounts", &account.to_string()), 201)?;
    let chance = json!({"account_id": account["id"], "name": "Truy xuất nguồn gốc"});
    target.ask(&target.admin.post("/opportunities", &chance.to_string()), 201)?;
    drop(server);
    for statement in FILL {
        postgres.execute(&url, &statement.replace("{open}", &OPEN.to_string()).replace("{one_in}", &ONE_IN.to_string()))?;
    }
    postgres.rest(&url)?;
    let chances = postgres.text(
        &url,
        "SELECT string_agg(id::text, ',') FROM (SELECT id FROM opportunities ORDER BY random() LIMIT 20000) AS chosen",
    )?;

    let server = target.serve(|command| command)?;
    let mut connection = Connection::open(target.admin.at)?;
    let (mut writes, mut chances) = (Vec::new(), chances.split(',').cycle());
    let begun = Instant::now();
    let check = loop {
        for chance in chances.by_ref().take(20) {
            let write = target.admin.post(&format!("/opportunities/{chance}/tags"), r#"{"tag": "hot"}"#);
            let sent = Instant::now();
            let answer = connection.ask(&write)?;
            writes.push(sent.elapsed());
            if answer.status != 200 {
                return Err(format!("a write was answered with {}", answer.status).into());
            }
        }
        let done = target.ask(&target.admin.get("/evidence-checks?state=done&sort=business_date&limit=1"), 200)?;
        if let Some(check) = done["data"].get(0) {
            break check.clone();
        }
        if begun.elapsed() > TARGET * 5 {
            return Err("the check does not end".into());
        }
        thread::sleep(Duration::from_millis(20));
    };
    writes.sort_unstable();
    let peak = server.peak()?;
    drop(server);
    postgres.drop_database(DATABASE)?;
    let at = |member: &str| -> Outcome<DateTime<Utc>> { Ok(check[member].as_str().ok_or("an instant is missing")?.parse()?) };
    let took = (at("finished_at")? - at("started_at")?).to_std()?;
    Ok(Night { open: OPEN, lost: number(&check["lost"])?, took, peak, writes })
}

fn number(value: &Value) -> Outcome<i64> {
    Ok(value.as_i64().ok_or("a number is missing")?)
}

/// Makes of the one account and opportunity very many, opened two days ago, each with a file as evidence but for one in ten.
const FILL: [&str; 8] = [
    "INSERT INTO teams (id, version, name, name_key, created_at, updated_at) VALUES (gen_random_uuid(), 1, 'Hà Nội', 'ha noi', now(), now())",
    "UPDATE users SET team_id = (SELECT id FROM teams LIMIT 1) WHERE role = 'salesperson'",
    "UPDATE users SET role = 'manager' WHERE email = 'sales8@example.vn'",
    "CREATE TABLE filling AS
     SELECT n, gen_random_uuid() AS account_id, gen_random_uuid() AS opportunity_id, gen_random_uuid() AS evidence_id,
            (SELECT array_agg(id) FROM users WHERE role = 'salesperson') AS sellers
     FROM generate_series(1, {open} - 1) AS n",
    "INSERT INTO accounts
     SELECT (jsonb_populate_record(a, jsonb_build_object(
         'id', account_id, 'tax_code', NULL, 'owner_id', sellers[n % 7 + 1], 'holder_id', sellers[n % 7 + 1]))).*
     FROM accounts AS a, filling",
    "INSERT INTO opportunities
     SELECT (jsonb_populate_record(o, jsonb_build_object(
         'id', opportunity_id, 'account_id', filling.account_id, 'owner_id', sellers[n % 7 + 1], 'created_at', now() - interval '2 days',
         'open_since', now() - interval '2 days', 'evidence_changed_at', now() - interval '2 days',
         'evidence_status', CASE WHEN n % {one_in} = 0 THEN 'missing' ELSE 'provided' END,
         'newest_proof_id', CASE WHEN n % {one_in} = 0 THEN NULL ELSE evidence_id END))).*
     FROM opportunities AS o, filling",
    "INSERT INTO evidence (id, opportunity_id, account_id, kind, proves, given_at, created_at)
     SELECT evidence_id, opportunity_id, account_id, 'file', true, now() - interval '2 days', now() - interval '2 days'
     FROM filling WHERE n % {one_in} <> 0",
    "DROP TABLE filling",
];
