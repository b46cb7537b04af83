use std::time::Duration;

use chot_migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

use crate::StoreError;
use crate::cursor_key::CursorKey;
use crate::secret_keys::{SecretFault, SecretKeys};

/// The connections to the database: two pools on SQLite, which has one writer at a time, and one on PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) reader: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
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
#[derive(Clone, Debug)]
pub struct Connection {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// How many connections to PostgreSQL this process may hold.
    pub max_connections: u32,
}

impl Db {
    /// Opens the pools. An SQLite file is created if it is missing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(at: &Connection) -> Result<Self, StoreError> {
        if let Some(path) = at.url.strip_prefix("sqlite://") {
            return Self::sqlite(path).await;
        }
        let mut options = ConnectOptions::new(&at.url);
        options
            .max_connections(at.max_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .sqlx_logging(false)
            .test_before_acquire(false)
            .map_sqlx_postgres_opts(|postgres| {
                let limits =
                    [("statement_timeout", "15s"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "30s")];
                postgres.application_name("chot").options(limits)
            });
        let pool = Database::connect(options).await?;
        Ok(Self { reader: pool.clone(), writer: pool, keys: Keys::default() })
    }

    /// The same database, with the keys that encrypt the secrets of others.
    #[must_use]
    pub fn with_secret_keys(self, secret: SecretKeys) -> Self {
        Self { keys: Keys { secret: Some(secret), ..self.keys }, ..self }
    }

    async fn sqlite(path: &str) -> Result<Self, StoreError> {
        // The writer comes first: it creates the file that the readers open.
        let writer = Database::connect(sqlite_options(path, 1, false)).await?;
        let reader = Database::connect(sqlite_options(path, 4, true)).await?;
        Ok(Self { reader, writer, keys: Keys::default() })
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        self.writer.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a change of the schema fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(Migrator::up(&self.writer, None).await?)
    }

    /// Whether the schema is up to date.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.writer).await?.is_empty())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes the pools once what is under way has ended.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

fn sqlite_options(path: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{path}"));
    options.max_connections(connections).min_connections(1).sqlx_logging(false).test_before_acquire(false).map_sqlx_sqlite_opts(
        move |sqlite| {
            sqlite
                .create_if_missing(!read_only)
                .read_only(read_only)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // With WAL, NORMAL loses the last commits when the power fails, so an acknowledged write asks for FULL.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .pragma("cache_size", "-16384")
                .pragma("mmap_size", "268435456")
        },
    );
    options
}
