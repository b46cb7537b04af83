use std::time::Duration;

use chot_migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use crate::StoreError;
use crate::secret_keys::{SecretFault, SecretKeys};
use crate::storage::cursor_key::CursorKey;
use crate::storage::text_gate::ReadConnection;
use crate::storage::unit_connection::answered_within;

/// The connections to the database: two pools on SQLite, which has one writer at a time, and one on PostgreSQL. The question
/// whether the database answers has a connection of its own, so that it is answered while all others are busy.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) reader: ReadConnection,
    pub(crate) writer: DatabaseConnection,
    probe: DatabaseConnection,
    at: Connection,
    pub(crate) keys: Keys,
}

/// The keys that reading and writing wants.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The key that binds cursors.
    pub(crate) cursor: CursorKey,
    /// The keys that encrypt the secrets of others, if there are any.
    pub(crate) secret: Option<SecretKeys>,
}

impl Keys {
    /// The keys that encrypt the secrets of others.
    pub(crate) fn secret(&self) -> Result<&SecretKeys, SecretFault> {
        self.secret.as_ref().ok_or(SecretFault::NoKey)
    }
}

/// Where the database is.
#[derive(Clone)]
pub struct Connection {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// How many connections to PostgreSQL this process may hold for its work.
    pub max_connections: u32,
}

/// The address may hold a password, so it is not shown.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// How long a request waits for a free connection. Whoever waits longer is better served by another try.
const WAIT: Duration = Duration::from_secs(2);

/// SQLite has one connection for writing, so this is the time in a queue of writers.
const WAIT_TO_WRITE: Duration = Duration::from_millis(4500);

/// How long SQLite waits for another program that holds its lock.
const BUSY: Duration = Duration::from_millis(4500);

/// What PostgreSQL gives up by itself: a statement that takes too long, a wait for a lock, and a transaction whose process has stopped
/// in the middle of it and keeps its records from everybody else.
const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "15s"), ("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "10s")];

/// A change of the schema may take as long as it needs.
const NO_LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];

/// The advisory lock of PostgreSQL that a process holds while it changes the schema: "chot" in ASCII.
const MIGRATION_LOCK: i64 = 0x6368_6f74;

impl Db {
    /// Opens the pools. An SQLite file is created if it is missing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(at: &Connection) -> Result<Self, StoreError> {
        if let Some(path) = at.url.strip_prefix("sqlite://") {
            // The writer comes first: it creates the file that the readers open.
            let writer = Database::connect(sqlite_options(path, Access::Write)).await?;
            let reader = Database::connect(sqlite_options(path, Access::Read)).await?;
            let probe = Database::connect(as_probe(sqlite_options(path, Access::Read))).await?;
            return Ok(Self { reader: ReadConnection(reader), writer, probe, at: at.clone(), keys: Keys::default() });
        }
        let mut options = postgres_options(&at.url, &LIMITS);
        options.max_connections(at.max_connections).min_connections(1).test_before_acquire(false);
        let pool = Database::connect(options).await?;
        let probe = Database::connect(as_probe(postgres_options(&at.url, &LIMITS))).await?;
        Ok(Self { reader: ReadConnection(pool.clone()), writer: pool, probe, at: at.clone(), keys: Keys::default() })
    }

    /// The same database, with the keys that encrypt the secrets of others.
    #[must_use]
    pub fn with_secret_keys(self, secret: SecretKeys) -> Self {
        Self { keys: Keys { secret: Some(secret), ..self.keys }, ..self }
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        self.writer.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Brings the schema up to date. On PostgreSQL one process does so at a time and the others wait for it.
    ///
    /// # Errors
    /// When a change of the schema fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.is_embedded() {
            return Ok(Migrator::up(&self.writer, None).await?);
        }
        // One connection: the lock belongs to the session that migrates, and ends with it.
        let mut options = postgres_options(&self.at.url, &NO_LIMITS);
        options.max_connections(1);
        let session = Database::connect(options).await?;
        let done = migrate_alone(&session).await;
        let _ = session.close().await;
        done
    }

    /// Whether the schema is up to date.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.writer).await?.is_empty())
    }

    /// Asks the database for a sign of life, on a connection that nothing else uses.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        answered_within(WAIT, self.probe.execute_unprepared("SELECT 1")).await??;
        Ok(())
    }

    /// Closes the pools once what is under way has ended. The writer is the last: whoever leaves SQLite last moves its log into the file,
    /// which a reader may not.
    pub async fn close(self) {
        let _ = self.probe.close().await;
        let _ = self.reader.0.close().await;
        let _ = self.writer.close().await;
    }
}

async fn migrate_alone(session: &DatabaseConnection) -> Result<(), StoreError> {
    let backend = session.get_database_backend();
    let lock = Statement::from_sql_and_values(backend, "SELECT pg_try_advisory_lock($1)", [MIGRATION_LOCK.into()]);
    let has_lock = session.query_one_raw(lock).await?.is_some_and(|row| row.try_get_by_index(0).unwrap_or(false));
    if !has_lock {
        tracing::info!("another process changes the schema; waiting for it");
        let wait = Statement::from_sql_and_values(backend, "SELECT pg_advisory_lock($1)", [MIGRATION_LOCK.into()]);
        session.execute_raw(wait).await?;
    }
    Ok(Migrator::up(session, None).await?)
}

fn postgres_options(url: &str, limits: &'static [(&str, &str)]) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .acquire_timeout(WAIT)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|postgres| postgres.application_name("chot").options(limits.iter().copied()));
    options
}

/// A pool of one connection that is opened when it is first needed.
fn as_probe(mut options: ConnectOptions) -> ConnectOptions {
    options.max_connections(1).min_connections(0).connect_lazy(true).test_before_acquire(true);
    options
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

fn sqlite_options(path: &str, access: Access) -> ConnectOptions {
    let is_reader = access == Access::Read;
    let (connections, wait) = if is_reader { (4, WAIT) } else { (1, WAIT_TO_WRITE) };
    let mut options = ConnectOptions::new(format!("sqlite://{path}"));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(wait)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(!is_reader)
                .read_only(is_reader)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // With WAL, NORMAL loses the last commits when the power fails, so an acknowledged write asks for FULL.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                .pragma("cache_size", "-16384")
                .pragma("mmap_size", "268435456")
        });
    options
}
