//! Migrations: without a time limit, and by one process at a time.

use chot_persistence::{Connection, Db};
use chot_tests::{Deployment, Kind, World, kind};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Statement};

use super::at_once::counted;

async fn connect(url: &str) -> Db {
    Db::connect(&Connection { url: url.to_owned(), max_connections: 2 }).await.unwrap()
}

#[tokio::test]
async fn two_processes_that_change_the_schema_at_once_do_it_one_after_the_other() {
    if kind() == Kind::Sqlite {
        return;
    }
    let deployment = Deployment::empty().await;
    let url = deployment.database_url();
    let (one, other) = (connect(url).await, connect(url).await);
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    first.unwrap();
    second.unwrap();
    assert!(one.is_migrated().await.unwrap());
}

/// A server waits at most three seconds for a lock; a migration waits longer.
#[tokio::test]
async fn a_change_of_the_schema_waits_longer_than_a_request_may() {
    if kind() == Kind::Sqlite {
        return;
    }
    let world = World::under("xcrm").await;
    let mut options = ConnectOptions::new(world.database_url());
    options.max_connections(1);
    let (holder, watcher) = (Database::connect(options.clone()).await.unwrap(), Database::connect(options).await.unwrap());
    holder.execute_unprepared("BEGIN").await.unwrap();
    holder.execute_unprepared("LOCK TABLE seaql_migrations IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let db = connect(world.database_url()).await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
                 AND now() - query_start > interval '3500 milliseconds'";
    let release = async {
        while counted(&watcher, waits).await == 0 {}
        holder.execute_unprepared("ROLLBACK").await.unwrap();
    };
    let (migrated, ()) = tokio::join!(db.migrate(), release);
    migrated.unwrap();
}

/// The limits that protect requests from each other apply to every connection of the server.
#[tokio::test]
async fn the_database_ends_what_takes_too_long() {
    if kind() == Kind::Sqlite {
        return;
    }
    let world = World::under("xcrm").await;
    let limits = world
        .engine
        .act_as(chot_domain::identity::Actor::system())
        .await
        .unwrap()
        .write(async |tx| {
            let show = "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') || ' ' \
                        || current_setting('idle_in_transaction_session_timeout')";
            let connection = chot_persistence::ReadDb::executor(tx);
            let statement = Statement::from_string(connection.get_database_backend(), show);
            let row = connection.query_one_raw(statement).await.unwrap().unwrap();
            Ok(row.try_get_by_index::<String>(0).unwrap())
        })
        .await
        .unwrap();
    assert_eq!(limits, "3s 15s 10s");
}
