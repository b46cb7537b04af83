use std::collections::HashMap;
use std::sync::Arc;

use chot_application::{Engine, setup};
use chot_domain::playbook::embedded;
use chot_domain::shared::{RandomIds, SystemClock};
use chot_persistence::{Connection, Db};
use sea_orm::{ConnectionTrait, Database};
use tokio::sync::Mutex;

/// The database that this run of the suite is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An SQLite file for each world.
    Sqlite,
    /// A PostgreSQL database for each world.
    Postgres,
}

/// The suite runs twice, once on each database: `CHOT_TEST_DATABASE` says which.
pub fn kind() -> Kind {
    match std::env::var("CHOT_TEST_DATABASE").as_deref() {
        Ok("postgres") => Kind::Postgres,
        Ok("sqlite") | Err(_) => Kind::Sqlite,
        Ok(other) => panic!("CHOT_TEST_DATABASE is `sqlite` or `postgres`, not `{other}`"),
    }
}

/// Databases that were migrated and set up once, by playbook; worlds get copies of them.
static TEMPLATES: Mutex<Option<HashMap<String, String>>> = Mutex::const_new(None);

fn fresh_name() -> String {
    format!("chot_test_{}", uuid::Uuid::now_v7().simple())
}

/// A database of one world, gone with it.
pub struct TestDatabase {
    /// Where it is.
    pub url: String,
    name: String,
}

impl TestDatabase {
    /// A fresh database under a playbook.
    pub async fn create(playbook: &str) -> Self {
        let mut templates = TEMPLATES.lock().await;
        let known = templates.get_or_insert_default();
        if !known.contains_key(playbook) {
            let template = fresh_name();
            create_empty(&template).await;
            set_up(&url_of(&template), playbook).await;
            known.insert(playbook.to_owned(), template);
        }
        let name = fresh_name();
        // One copy at a time: PostgreSQL copies a template only while nobody else does.
        copy(&known[playbook], &name).await;
        Self { url: url_of(&name), name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if kind() == Kind::Sqlite {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", path_of(&self.name)));
            }
            return;
        }
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { as_owner(&drop).await });
        });
        let _ = dropping.join();
    }
}

fn path_of(name: &str) -> String {
    std::env::temp_dir().join(format!("{name}.db")).to_string_lossy().into_owned()
}

fn url_of(name: &str) -> String {
    match kind() {
        Kind::Sqlite => format!("sqlite://{}", path_of(name)),
        Kind::Postgres => {
            let server = server();
            let (front, _) = server.rsplit_once('/').unwrap();
            format!("{front}/{name}")
        }
    }
}

fn server() -> String {
    std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL names a PostgreSQL; scripts/with-postgres.sh finds or starts one")
}

async fn as_owner(statement: &str) {
    let connection = Database::connect(server()).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

async fn create_empty(name: &str) {
    if kind() == Kind::Postgres {
        as_owner(&format!("CREATE DATABASE {name}")).await;
    }
}

async fn set_up(url: &str, playbook: &str) {
    let db = Db::connect(&Connection { url: url.to_owned(), max_connections: 2 }).await.unwrap();
    db.migrate().await.unwrap();
    let engine = Engine::new(db.clone(), Arc::new(SystemClock), Arc::new(RandomIds));
    setup::init(&engine, embedded(playbook).unwrap()).await.unwrap();
    drop(engine);
    db.close().await;
}

async fn copy(template: &str, name: &str) {
    match kind() {
        Kind::Sqlite => {
            std::fs::copy(path_of(template), path_of(name)).unwrap();
        }
        Kind::Postgres => as_owner(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await,
    }
}
