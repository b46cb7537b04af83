use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chot_application::{Engine, demo, setup};
use chot_domain::shared::{Clock, RandomIds, SystemClock};
use chot_persistence::attachments::Files;
use chot_persistence::{Connection, Db, SecretKeys};
use sea_orm::{ConnectionTrait, Database};
use tokio::sync::Mutex;

use crate::{TestClock, playbook};

/// The database of this run of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An SQLite file for each world.
    Sqlite,
    /// A PostgreSQL database for each world.
    Postgres,
}

/// The suite runs twice, once on each database; `CHOT_TEST_DATABASE` chooses it.
pub fn kind() -> Kind {
    match std::env::var("CHOT_TEST_DATABASE").as_deref() {
        Ok("postgres") => Kind::Postgres,
        Ok("sqlite") | Err(_) => Kind::Sqlite,
        Ok(other) => panic!("CHOT_TEST_DATABASE is `sqlite` or `postgres`, not `{other}`"),
    }
}

/// The key that encrypts third-party secrets in all databases of the suite.
pub const SECRET_KEY: &str = "c3Vpc2UtY3VhLWNhYy10aHUtbmdoaWVtLWNob3QhISE=";

/// Prefix of a playbook name: with the records of its demo.
pub const DEMO: &str = "demo:";

/// Databases that were migrated and set up once, by playbook; worlds get copies of them.
static TEMPLATES: Mutex<Option<HashMap<String, Template>>> = Mutex::const_new(None);

/// A template for worlds.
struct Template {
    content: Content,
    /// The files of its records, with their names in the folder.
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// The database of a template.
enum Content {
    /// The content of the SQLite file; the file itself was deleted.
    Bytes(Vec<u8>),
    /// The name of a database on the server.
    Database(String),
}

impl Template {
    async fn create(playbook: &str) -> Self {
        let name = fresh_name();
        if kind() == Kind::Postgres {
            as_owner(&format!("CREATE DATABASE {name}")).await;
        }
        let folder = std::env::temp_dir().join(format!("{name}_files"));
        set_up(&url_of(&name), playbook, &folder).await;
        let files = files_in(&folder);
        let _ = std::fs::remove_dir_all(&folder);
        if kind() == Kind::Postgres {
            return Self { content: Content::Database(name), files };
        }
        let contents = std::fs::read(path_of(&name)).unwrap();
        remove_files(&name);
        Self { content: Content::Bytes(contents), files }
    }

    async fn copy(&self, name: &str, folder: Option<&Path>) {
        match &self.content {
            Content::Bytes(contents) => std::fs::write(path_of(name), contents).unwrap(),
            Content::Database(template) => as_owner(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await,
        }
        for (folder, (file, content)) in folder.into_iter().flat_map(|folder| self.files.iter().map(move |file| (folder, file))) {
            let file = folder.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
    }
}

/// The files in the subfolders of a folder, with their relative paths.
fn files_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let folders = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|inner| std::fs::read_dir(inner).unwrap()).map(|entry| entry.unwrap().path());
    files.map(|file| (file.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&file).unwrap())).collect()
}

fn fresh_name() -> String {
    format!("chot_test_{}", uuid::Uuid::now_v7().simple())
}

/// The database of one world, deleted with it.
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    name: String,
}

impl TestDatabase {
    /// A database without a schema.
    pub async fn empty() -> Self {
        let name = fresh_name();
        if kind() == Kind::Postgres {
            as_owner(&format!("CREATE DATABASE {name}")).await;
        }
        Self { url: url_of(&name), name }
    }

    /// A fresh database under a playbook.
    pub async fn create(playbook: &str) -> Self {
        Self::with_files(playbook, None).await
    }

    /// A fresh database under a playbook. The files of its records are written to the folder, if there is one.
    pub async fn with_files(playbook: &str, folder: Option<&Path>) -> Self {
        let mut templates = TEMPLATES.lock().await;
        let known = templates.get_or_insert_default();
        if !known.contains_key(playbook) {
            known.insert(playbook.to_owned(), Template::create(playbook).await);
        }
        let name = fresh_name();
        // One copy at a time: PostgreSQL copies a template only while nobody else uses it.
        known[playbook].copy(&name, folder).await;
        Self { url: url_of(&name), name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if kind() == Kind::Sqlite {
            remove_files(&self.name);
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

fn remove_files(name: &str) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path_of(name)));
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

async fn set_up(url: &str, name: &str, folder: &Path) {
    let db = Db::connect(&Connection { url: url.to_owned(), max_connections: 2 }).await.unwrap();
    db.migrate().await.unwrap();
    let demo = name.strip_prefix(DEMO);
    let clock: Arc<dyn Clock> = if demo.is_some() { Arc::new(TestClock::default()) } else { Arc::new(SystemClock) };
    let engine = Engine::new(db.clone(), clock, Arc::new(RandomIds)).keeping(Files::in_folder(folder, Files::LARGEST));
    let engine = engine.with_secret_keys(SecretKeys::parse(SECRET_KEY).unwrap());
    setup::init(&engine, playbook(demo.unwrap_or(name))).await.unwrap();
    setup::encrypt_secrets(&engine).await.unwrap();
    if demo.is_some() {
        demo::load(&engine).await.unwrap();
    }
    drop(engine);
    db.close().await;
}
