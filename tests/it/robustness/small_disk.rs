//! The disk of the database is full for a while. Refused writes get a clear error and are not stored; acknowledged writes are
//! stored, also after a restart.

use std::collections::BTreeSet;

use chot_tests::fixtures::{company, id};
use chot_tests::{Client, Deployment, Kind, Process, SmallDisk, kind};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

const LAN: (&str, &str) = ("lan@congty.example.vn", "mot-mat-khau-dai-2026");

/// A large lead, so that the disk is soon full.
fn large(number: u32) -> Value {
    let mut draft = company(number);
    draft["description"] = json!("Cần tem chống giả. ".repeat(90));
    draft
}

/// A database on a small disk: the SQLite file, or a tablespace of PostgreSQL.
async fn on(disk: &SmallDisk) -> Deployment {
    let deployment = Deployment::under("xcrm").await;
    match kind() {
        Kind::Sqlite => deployment.moved_to(&disk.folder.join("chot.db")),
        Kind::Postgres => {
            move_to_tablespace(&deployment, disk).await;
            deployment
        }
    }
}

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

async fn as_owner(statements: &[String]) {
    let owner = Database::connect(std::env::var("TEST_DATABASE_URL").unwrap()).await.unwrap();
    for statement in statements {
        owner.execute_unprepared(statement).await.unwrap();
    }
    owner.close().await.unwrap();
}

async fn move_to_tablespace(deployment: &Deployment, disk: &SmallDisk) {
    let name = name_of(deployment.database_url());
    let folder = disk.folder.join("tablespace");
    std::fs::create_dir(&folder).unwrap();
    let data = "SHOW data_directory";
    let owner = Database::connect(std::env::var("TEST_DATABASE_URL").unwrap()).await.unwrap();
    let row = owner.query_one_raw(sea_orm::Statement::from_string(owner.get_database_backend(), data)).await.unwrap().unwrap();
    let data: String = row.try_get_by_index(0).unwrap();
    owner.close().await.unwrap();
    // The folder must belong to the user of the database server.
    let of_server = std::process::Command::new("chown").arg(format!("--reference={data}")).arg(&folder).status().unwrap();
    assert!(of_server.success());
    let folder = folder.display();
    as_owner(&[
        format!("CREATE TABLESPACE {name}_small LOCATION '{folder}'"),
        format!("ALTER DATABASE {name} SET TABLESPACE {name}_small"),
    ])
    .await;
}

/// Writes until the disk is full, and returns the acknowledged leads.
async fn write_until_full(lan: &Client, from: u32) -> (BTreeSet<String>, u32) {
    let mut acknowledged = BTreeSet::new();
    for number in from.. {
        let answer = lan.post("/leads", large(number)).await;
        if answer.status != 201 {
            assert_eq!(answer.header("retry-after"), Some("60"));
            answer.refused(503, "storage_full");
            return (acknowledged, number + 1);
        }
        acknowledged.insert(id(&answer.body));
    }
    unreachable!()
}

async fn assert_all_there(process: &Process, acknowledged: &BTreeSet<String>) -> Client {
    let lan = process.sign_in(LAN.0, LAN.1).await;
    let there: BTreeSet<String> = lan.all("/leads?limit=200").await.iter().map(id).collect();
    assert_eq!(&there, acknowledged, "what was acknowledged is there, and nothing else");
    lan
}

#[tokio::test]
async fn what_is_acknowledged_is_there_although_the_disk_was_full_in_between() {
    let Some(disk) = SmallDisk::mount(if kind() == Kind::Sqlite { 12 } else { 48 }) else {
        eprintln!("no small disk can be mounted here: what happens on a full one was not tested");
        return;
    };
    let deployment = on(&disk).await;
    deployment.add_user(LAN.0, "admin", LAN.1);
    let process = deployment.serve();
    let lan = process.sign_in(LAN.0, LAN.1).await.expecting_failures();
    let mut acknowledged = BTreeSet::from([id(&lan.post("/leads", large(1)).await.expect(201))]);
    let mut next = 2;
    for _ in 0..2 {
        disk.fill();
        let (written, free) = write_until_full(&lan, next).await;
        acknowledged.extend(written);
        next = free;
        // Reading still works.
        let first = acknowledged.first().unwrap();
        lan.get(&format!("/leads/{first}")).await.expect(200);
        disk.free();
        while lan.post("/leads", json!({"kind": "company"})).await.status != 422 {}
        for _ in 0..5 {
            let unknown_owner = json!({"owner_id": "0198c0de-0000-7000-8000-00000000ffff"});
            let mut refused = large(next);
            refused["owner_id"] = unknown_owner["owner_id"].clone();
            assert_eq!(lan.post("/leads", refused).await.status, 422);
            let lead = lan.post("/leads", large(next)).await.expect(201);
            lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
            acknowledged.insert(id(&lead));
            next += 1;
        }
    }
    assert_all_there(&process, &acknowledged).await;
    process.kill();
    assert_all_there(&deployment.serve(), &acknowledged).await;
    drop_tablespace(deployment).await;
}

/// The database must be dropped before its tablespace.
async fn drop_tablespace(deployment: Deployment) {
    let name = name_of(deployment.database_url()).to_owned();
    drop(deployment);
    if kind() == Kind::Postgres {
        as_owner(&[format!("DROP TABLESPACE {name}_small")]).await;
    }
}
