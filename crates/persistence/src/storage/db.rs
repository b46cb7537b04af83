use std::time::Duration;

use chot_migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use crate::StoreError;
use crate::secret_keys::{SecretFault, SecretKeys};
use crate::storage::cursor_key::CursorKey;
use crate::storage::executor::StatementObserver;
use crate::storage::text_gate::ReadConnection;
use crate::storage::unit_connection::answered_within;

/// The connections to the database: two pools on SQLite, which has only one writer at a time, and one on PostgreSQL. The health
/// check has its own connection, so that it works while all others are busy.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) reader: ReadConnection,
    pub(crate) writer: DatabaseConnection,
    probe: DatabaseConnection,
    at: Connection,
    pub(crate) keys: Keys,
    pub(crate) observer: Option<StatementObserver>,
}

/// The keys needed for reading and writing.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The key that binds cursors.
    pub(crate) cursor: CursorKey,
    /// The keys that encrypt secrets of others, if there are any.
    pub(crate) secret: Option<SecretKeys>,
}

impl Keys {
    /// The keys that encrypt secrets of others.
    pub(crate) fn secret(&self) -> Result<&SecretKeys, SecretFault> {
        self.secret.as_ref().ok_or(SecretFault::NoKey)
    }
}

/// How to connect to the database.
#[derive(Clone)]
pub struct Connection {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// Maximum number of connections to PostgreSQL for the work of this process.
    pub max_connections: u32,
}

/// Does not show the URL, because it can contain a password.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("max_connections", &self.max_connections).finish_non_exhaustive()
    }
}

/// How long a request waits for a free connection. After that, a retry by the client is better.
const WAIT: Duration = Duration::from_secs(2);

/// SQLite has one connection for writing, so this is the maximum time in the queue of writers.
const WAIT_TO_WRITE: Duration = Duration::from_millis(4500);

/// How long SQLite waits for another program that holds its lock.
const BUSY: Duration = Duration::from_millis(4500);

/// Limits of PostgreSQL: for a slow statement, for waiting for a lock, and for a transaction whose process stopped in the
/// middle and still holds its locks.
const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "15s"), ("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "10s")];

/// A schema migration has no time limit.
const NO_LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0")];

/// The advisory lock of PostgreSQL that a process holds during migrations: "chot" in ASCII.
const MIGRATION_LOCK: i64 = 0x6368_6f74;

impl Db {
    /// Opens the pools. A missing SQLite file is created.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn connect(at: &Connection) -> Result<Self, StoreError> {
        if let Some(path) = at.url.strip_prefix("sqlite://") {
            // The writer is opened first: it creates the file that the readers open.
            let writer = Database::connect(sqlite_options(path, Access::Write)).await?;
            let reader = Database::connect(sqlite_options(path, Access::Read)).await?;
            let probe = Database::connect(as_probe(sqlite_options(path, Access::Read))).await?;
            return Ok(Self {
                reader: ReadConnection(reader),
                writer,
                probe,
                at: at.clone(),
                keys: Keys::default(),
                observer: None,
            });
        }
        let mut options = postgres_options(&at.url, &LIMITS);
        options.max_connections(at.max_connections).min_connections(1).test_before_acquire(false);
        let pool = Database::connect(options).await?;
        let probe = Database::connect(as_probe(postgres_options(&at.url, &LIMITS))).await?;
        Ok(Self {
            reader: ReadConnection(pool.clone()),
            writer: pool,
            probe,
            at: at.clone(),
            keys: Keys::default(),
            observer: None,
        })
    }

    /// The same database, with the keys that encrypt secrets of others.
    #[must_use]
    pub fn with_secret_keys(self, secret: SecretKeys) -> Self {
        Self { keys: Keys { secret: Some(secret), ..self.keys }, ..self }
    }

    /// The same database, with an observer of all its statements.
    #[must_use]
    pub fn with_observer(self, observer: StatementObserver) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Whether this is the embedded database (SQLite).
    pub fn is_embedded(&self) -> bool {
        self.writer.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Updates the schema. On PostgreSQL one process at a time does so, and the others wait.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.is_embedded() {
            return Ok(Migrator::up(&self.writer, None).await?);
        }
        // One connection: the lock belongs to the session of the migration and ends with it.
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
    /// When the database is not available.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.writer).await?.is_empty())
    }

    /// Checks that the database responds, on a connection used for nothing else.
    ///
    /// # Errors
    /// When it does not respond.
    pub async fn ping(&self) -> Result<(), StoreError> {
        answered_within(WAIT, self.probe.execute_unprepared("SELECT 1")).await??;
        Ok(())
    }

    /// Closes the pools after the current work has ended. The writer is closed last: the last connection to SQLite merges the
    /// log into the file, which a reader may not do.
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

/// A pool with one connection, opened when it is first needed.
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
                // With WAL, NORMAL loses the last commits on a power failure. FULL keeps acknowledged writes.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY)
                .pragma("cache_size", "-16384")
                .pragma("mmap_size", "268435456")
        });
    options
}
