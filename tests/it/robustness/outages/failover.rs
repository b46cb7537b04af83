//! The database server is replaced by a read-only one, or does not answer at all.

use std::time::{Duration, Instant};

use chot_tests::fixtures::{company, id};
use chot_tests::{Cable, Deployment, Kind, kind};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;

use super::super::at_once::at_once;
use super::{LAN, SOON, assert_unavailable, intruder, process, run, timed};

/// Makes new sessions read-only, or writable again, and ends the old ones, like a failover.
async fn set_read_only(outside: &DatabaseConnection, on: bool) {
    let name = "SELECT current_database()";
    let row = outside.query_one_raw(Statement::from_string(outside.get_database_backend(), name)).await.unwrap().unwrap();
    let name: String = row.try_get_by_index(0).unwrap();
    run(outside, &format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}")).await;
    let end =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(outside, end).await;
}

/// A failover to a read-only server: the old connections are closed, the new ones accept no writes.
#[tokio::test]
async fn while_the_database_is_read_only_every_write_is_refused_and_reads_go_on() {
    if kind() == Kind::Sqlite {
        return;
    }
    let (deployment, process, admin) = process("2").await;
    let path = format!("/leads/{}", id(&admin.post("/leads", company(1)).await.expect(201)));
    let outside = intruder(deployment.database_url()).await;
    set_read_only(&outside, true).await;
    // Each closed connection of the pool is noticed once.
    while admin.get(&path).await.status != 200 {}

    let form = json!({"name": "Trang đích", "source": "landing_page", "field_map": {"ten": "name", "sdt": "phone"}});
    for _ in 0..3 {
        let answers = [
            admin.post("/leads", company(2)).await,
            admin.post_once("/leads", "khach-2", company(2)).await,
            admin.patch(&path, 1, json!({"need": "Tem"})).await,
            admin.delete(&path, 1).await,
            admin.act(&format!("{path}/convert")).await,
            admin.post("/lead-forms", form.clone()).await,
            admin.post("/teams", json!({"name": "Miền Bắc"})).await,
            admin.post("/api-keys", json!({"name": "Khóa", "scopes": ["leads:read"]})).await,
            process.anonymous().expecting_failures().post("/auth/login", json!({"email": LAN.0, "password": LAN.1})).await,
        ];
        for answer in answers {
            assert_unavailable(answer);
        }
        admin.get(&path).await.expect(200);
        admin.get("/events").await.expect(200);
        process.anonymous().get("//health/ready").await.expect(200);
    }

    set_read_only(&outside, false).await;
    while admin.get(&path).await.status != 200 {}
    while admin.post("/leads", company(3)).await.status != 201 {}
    assert_eq!(admin.all("/leads").await.len(), 2);
}

/// A token with an unknown key identifier.
const OF_AN_UNKNOWN_KEY: &str =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6IjAxYTIyZDNhLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMCJ9.e30.e30";

/// The host of the database is frozen, or the network is broken: closed connections are not reported.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_keeps_silent_everybody_is_refused_soon_and_the_server_can_be_stopped() {
    if kind() == Kind::Sqlite {
        return;
    }
    let deployment = Deployment::under("icheck").await;
    deployment.add_user(LAN.0, "admin", LAN.1);
    let (server, name) = deployment.database_url().split_once('@').unwrap().1.split_once('/').unwrap();
    let cable = Cable::to(server.to_owned()).await;
    let user = deployment.database_url().split_once('@').unwrap().0;
    let through = deployment.clone().with("CHOT_DATABASE_URL", &format!("{user}@{}/{name}", cable.address));
    let mut process = tokio::task::block_in_place(|| through.serve());
    let admin = process.sign_in(LAN.0, LAN.1).await.expecting_failures();
    let path = format!("/leads/{}", id(&admin.post("/leads", company(1)).await.expect(201)));

    cable.silence(true);
    let request = |number: u32| {
        let (admin, path) = (admin.clone(), path.clone());
        async move {
            match number % 3 {
                0 => timed(admin.get(&path)).await,
                1 => timed(admin.post("/leads", company(number))).await,
                _ => timed(admin.with_credential(OF_AN_UNKNOWN_KEY).get("/me")).await,
            }
        }
    };
    for (time, answer) in at_once((10..34).map(request).collect::<Vec<_>>()).await {
        assert!(time < SOON, "a refusal took {time:?}");
        assert_unavailable(answer);
    }
    let (time, ready) = timed(process.anonymous().expecting_failures().get("//health/ready")).await;
    assert!(time < SOON && ready.status == 503, "{} after {time:?}", ready.status);

    cable.silence(false);
    while admin.get(&path).await.status != 200 {}
    while admin.post("/leads", company(3)).await.status != 201 {}

    cable.silence(true);
    let begun = Instant::now();
    assert!(tokio::task::block_in_place(|| process.terminate()), "the server ended in good order");
    assert!(begun.elapsed() < Duration::from_secs(30), "the server took {:?} to stop", begun.elapsed());
}
