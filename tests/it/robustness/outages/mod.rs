//! The database runs but does not work: locked, read-only, a table locked, no free connection. Checked each time: the response,
//! its time, and that everything continues automatically afterwards.

mod failover;

use std::time::{Duration, Instant};

use chot_application::leads;
use chot_domain::leads::LeadPatch;
use chot_domain::shared::MergePatch;
use chot_tests::fixtures::{company, id};
use chot_tests::{Client, Deployment, Kind, Process, Response, World, kind};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;
use tokio::sync::Notify;

use super::at_once::at_once;
use super::units::system;

/// The maximum time until an error.
const SOON: Duration = Duration::from_secs(10);

/// A separate connection that keeps its locks until it is told to end.
async fn intruder(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

fn assert_unavailable(answer: Response) {
    assert!(answer.header("retry-after").is_some(), "{:#}", answer.body);
    answer.refused(503, "unavailable");
}

/// A request that does not need the lock waits at most two seconds for a connection.
fn assert_served_or_refused_soon(time: Duration, answer: Response) {
    assert!(time < Duration::from_secs(3), "an answer took {time:?}");
    if answer.status != 200 {
        assert_unavailable(answer);
    }
}

/// The time of the response, with the response.
async fn timed(answer: impl Future<Output = Response>) -> (Duration, Response) {
    let begun = Instant::now();
    let answer = answer.await;
    (begun.elapsed(), answer)
}

#[tokio::test]
async fn writes_are_refused_soon_while_another_program_holds_sqlite_and_reads_go_on() {
    if kind() == Kind::Postgres {
        return;
    }
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await.expecting_failures();
    let lead = lan.post("/leads", company(1)).await.expect(201);
    let holder = intruder(world.database_url()).await;
    run(&holder, "BEGIN IMMEDIATE").await;

    let write = |number: u32| {
        let lan = lan.clone();
        async move { timed(lan.post("/leads", company(number))).await }
    };
    let writes = at_once((10..22).map(write).collect::<Vec<_>>());
    let reads = async {
        for _ in 0..20 {
            lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
            lan.get("/leads").await.expect(200);
        }
        world.anonymous().get("//health/ready").await.expect(200);
    };
    let (answers, ()) = tokio::join!(writes, reads);
    for (time, answer) in answers {
        assert!(time < SOON, "a refusal took {time:?}");
        assert_unavailable(answer);
    }

    run(&holder, "ROLLBACK").await;
    lan.post("/leads", company(50)).await.expect(201);
    assert_eq!(lan.all("/leads").await.len(), 2);
}

/// The minimum time of the lock: until the first request in the suite, longer in `make soak`.
fn locked_for() -> Duration {
    Duration::from_secs(std::env::var("CHOT_LOCKED_SECONDS").ok().map_or(0, |seconds| seconds.parse().unwrap()))
}

/// All users read the lists; one table may be locked.
#[tokio::test]
async fn while_one_table_is_locked_the_rest_is_served_or_refused_soon_and_the_server_stays_ready() {
    if kind() == Kind::Sqlite {
        return;
    }
    let world = World::under("xcrm").await;
    let (lan, admin) = (world.user("salesperson").await.expecting_failures(), world.user("admin").await.expecting_failures());
    let holder = intruder(world.database_url()).await;
    run(&holder, "BEGIN").await;
    run(&holder, "LOCK TABLE leads IN ACCESS EXCLUSIVE MODE").await;

    let stuck = |number: u32| {
        let lan = lan.clone();
        async move { timed(lan.post("/leads", company(number))).await }
    };
    let others = async || {
        let mut answers = Vec::new();
        for _ in 0..10 {
            answers.push(timed(admin.get("/products")).await);
            answers.push(timed(world.anonymous().get("//health/ready")).await);
        }
        answers
    };
    let begun = Instant::now();
    loop {
        let (stuck, others) = tokio::join!(at_once((0..24).map(stuck).collect::<Vec<_>>()), others());
        for (time, answer) in stuck {
            assert!(time < SOON, "a refusal took {time:?}");
            assert_unavailable(answer);
        }
        for (time, answer) in others {
            assert_served_or_refused_soon(time, answer);
        }
        world.anonymous().get("//health/ready").await.expect(200);
        if begun.elapsed() >= locked_for() {
            break;
        }
    }

    run(&holder, "ROLLBACK").await;
    lan.post("/leads", company(100)).await.expect(201);
}

const LAN: (&str, &str) = ("lan@congty.example.vn", "mot-mat-khau-dai-2026");

/// The program as a separate process with this number of connections to PostgreSQL, and an administrator.
async fn process(connections: &str) -> (Deployment, Process, Client) {
    let deployment = Deployment::under("icheck").await.with("CHOT_DATABASE_CONNECTIONS", connections);
    deployment.add_user(LAN.0, "admin", LAN.1);
    let process = deployment.serve();
    let admin = process.sign_in(LAN.0, LAN.1).await.expecting_failures();
    (deployment, process, admin)
}

/// A request without a free connection fails after two seconds; the next one succeeds.
#[tokio::test]
async fn whoever_finds_no_connection_free_is_refused_soon() {
    if kind() == Kind::Sqlite {
        return;
    }
    let (deployment, process, admin) = process("1").await;
    let path = format!("/leads/{}", id(&admin.post("/leads", company(1)).await.expect(201)));
    let holder = intruder(deployment.database_url()).await;
    run(&holder, "BEGIN").await;
    run(&holder, "SELECT id FROM leads FOR UPDATE").await;
    let reading = async {
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(timed(admin.get("/products")).await);
        }
        answers
    };
    let ((time, waited), read) = tokio::join!(timed(admin.patch(&path, 1, json!({"need": "Tem"}))), reading);
    assert!(time < SOON, "a refusal took {time:?}");
    assert_unavailable(waited);
    for (time, answer) in read {
        assert_served_or_refused_soon(time, answer);
    }
    process.anonymous().get("//health/ready").await.expect(200);
    run(&holder, "ROLLBACK").await;
    admin.patch(&path, 1, json!({"need": "Tem"})).await.expect(200);
}

/// A process that stops during a unit of work, as in a debugger or on a frozen machine, holds a lock for at most ten seconds.
#[tokio::test]
async fn a_session_that_idles_in_a_transaction_is_ended_by_the_database() {
    if kind() == Kind::Sqlite {
        return;
    }
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await.expecting_failures();
    let lead = lan.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    let ctx = system(&world).await;
    let patch: LeadPatch = MergePatch::from(json!({"need": "Tem"}).as_object().unwrap().clone());
    let lead_id = id(&lead).parse().unwrap();
    let (holds, refused) = (Notify::new(), Notify::new());
    let frozen = ctx.write(async |tx| {
        leads::update(tx, lead_id, &patch, None).await?;
        holds.notify_one();
        refused.notified().await;
        leads::update(tx, lead_id, &patch, None).await
    });
    let others = async {
        holds.notified().await;
        let begun = Instant::now();
        while lan.patch(&path, 1, json!({"need": "Mã vạch"})).await.status != 200 {}
        refused.notify_one();
        begun.elapsed()
    };
    let (frozen, waited) = tokio::join!(frozen, others);
    assert!(frozen.is_err(), "what was cut off is not acknowledged");
    assert!(waited < Duration::from_secs(20), "the record was kept for {waited:?}");
    assert_eq!(lan.get(&path).await.expect(200)["need"], "Mã vạch");
}
