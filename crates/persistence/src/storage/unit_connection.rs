use std::time::Duration;

use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Executor, Postgres, Sqlite};
use sea_orm::{ConnAcquireErr, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, SqlxError, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

use crate::storage::failing_calls::{self, Failure};
use crate::storage::text_gate::check_text;

/// Maximum time of a call. It is longer than the statement timeout of the database, so it ends only calls whose response never
/// comes, for example after a network failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// Maximum time to begin a unit: a database that does not respond is detected here. SQLite waits less for its lock.
const PATIENCE_TO_BEGIN: Duration = Duration::from_secs(5);

/// The database connection of one unit of work, from BEGIN to COMMIT or ROLLBACK.
///
/// It returns to its pool only after the database has confirmed COMMIT or ROLLBACK. In every other case (a call failed without
/// a response, a call or the whole unit was dropped, ROLLBACK was refused) the state of the connection is unknown and it is
/// closed: a later unit on it could run inside a transaction that is never committed.
pub struct UnitConnection {
    backend: DbBackend,
    held: Mutex<Held>,
}

struct Held {
    connection: Pooled,
    state: State,
}

enum Pooled {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

/// The known state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the transaction; statements may run.
    Open,
    /// The database refused a statement. SQLite may have left the transaction then, so only ROLLBACK may run.
    Refused,
    /// A call is running, or ended without a response.
    Unknown,
    /// Not in a transaction.
    Clean,
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.state == State::Clean {
            return;
        }
        match &mut self.connection {
            Pooled::Postgres(connection) => connection.close_on_drop(),
            Pooled::Sqlite(connection) => connection.close_on_drop(),
        }
    }
}

impl UnitConnection {
    /// Takes a connection from the pool and begins a transaction. On SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// When no connection is free in time, or the database refuses.
    pub(crate) async fn begin(pool: &DatabaseConnection) -> Result<Self, DbErr> {
        let backend = pool.get_database_backend();
        let (connection, begin) = match backend {
            DbBackend::Sqlite => {
                (Pooled::Sqlite(pool.get_sqlite_connection_pool().acquire().await.map_err(not_acquired)?), "BEGIN IMMEDIATE")
            }
            _ => (Pooled::Postgres(pool.get_postgres_connection_pool().acquire().await.map_err(not_acquired)?), "BEGIN"),
        };
        let mut held = Held { connection, state: State::Unknown };
        let Held { connection, state } = &mut held;
        answered_within(PATIENCE_TO_BEGIN, watched(state, connection.execute_text(begin))).await??;
        Ok(Self { backend, held: Mutex::new(held) })
    }

    /// Commits. If this fails, it is unknown whether the unit was written.
    ///
    /// # Errors
    /// When a statement of the unit failed before, or the database does not confirm COMMIT.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let mut held = self.held.into_inner();
        if held.state != State::Open {
            return Err(unusable());
        }
        held.end("COMMIT").await
    }

    /// Rolls back. If this fails, the connection is closed, which also rolls back.
    ///
    /// # Errors
    /// When the database does not confirm ROLLBACK.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        let mut held = self.held.into_inner();
        if held.state == State::Unknown {
            return Err(unusable());
        }
        held.end("ROLLBACK").await
    }
}

impl Held {
    async fn end(&mut self, sql: &'static str) -> Result<(), DbErr> {
        let Self { connection, state } = self;
        watched(state, connection.execute_text(sql)).await?;
        *state = State::Clean;
        Ok(())
    }

    fn check_open(&self) -> Result<(), DbErr> {
        if self.state == State::Open { Ok(()) } else { Err(unusable()) }
    }
}

/// Runs one call to the database and updates the known state of the connection.
async fn watched<T>(state: &mut State, call: impl Future<Output = Result<T, SqlxError>>) -> Result<T, DbErr> {
    *state = State::Unknown;
    let failure = failing_calls::next();
    if failure == Some(Failure::BeforeTheCall) {
        return Err(lost("the call was not made"));
    }
    if failure == Some(Failure::Dropped) {
        failing_calls::wait_for_the_drop().await;
    }
    if failure == Some(Failure::Silence) {
        let _ = answered_within(Duration::ZERO, call).await;
        return Err(silent());
    }
    let done = answered_within(PATIENCE, call).await?;
    if failure == Some(Failure::AfterTheCall) {
        return Err(lost("the answer was lost"));
    }
    *state = match &done {
        Ok(_) => State::Open,
        Err(SqlxError::Database(_)) => State::Refused,
        Err(_) => State::Unknown,
    };
    done.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// The result of a database call, if it comes in time.
pub(crate) async fn answered_within<T>(patience: Duration, call: impl Future<Output = T>) -> Result<T, DbErr> {
    tokio::time::timeout(patience, call).await.map_err(|_| silent())
}

fn silent() -> DbErr {
    lost("the database did not answer")
}

fn lost(why: &str) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(why.to_owned()))
}

/// A unit must not continue after a failed call: SQLite would commit each further statement on its own. The same rule applies
/// to PostgreSQL.
fn unusable() -> DbErr {
    DbErr::Custom("an earlier call of this unit of work failed".to_owned())
}

fn not_acquired(error: SqlxError) -> DbErr {
    match error {
        SqlxError::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        SqlxError::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}

impl Pooled {
    async fn execute_text(&mut self, sql: &str) -> Result<ExecResult, SqlxError> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres(connection) => Ok((&mut **connection).execute(sql).await?.into()),
            Self::Sqlite(connection) => Ok((&mut **connection).execute(sql).await?.into()),
        }
    }

    async fn execute(&mut self, statement: Statement) -> Result<ExecResult, SqlxError> {
        let (sql, values) = split(statement);
        match self {
            Self::Postgres(connection) => Ok(sqlx::query_with(sql, values).execute(&mut **connection).await?.into()),
            Self::Sqlite(connection) => Ok(sqlx::query_with(sql, values).execute(&mut **connection).await?.into()),
        }
    }

    async fn first(&mut self, statement: Statement) -> Result<Option<QueryResult>, SqlxError> {
        let (sql, values) = split(statement);
        match self {
            Self::Postgres(connection) => {
                Ok(sqlx::query_with(sql, values).fetch_optional(&mut **connection).await?.map(QueryResult::from))
            }
            Self::Sqlite(connection) => {
                Ok(sqlx::query_with(sql, values).fetch_optional(&mut **connection).await?.map(QueryResult::from))
            }
        }
    }

    async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, SqlxError> {
        let (sql, values) = split(statement);
        match self {
            Self::Postgres(connection) => {
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **connection).await?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
            Self::Sqlite(connection) => {
                let rows = sqlx::query_with(sql, values).fetch_all(&mut **connection).await?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
        }
    }
}

/// The text and the values of a statement from the query builder.
fn split(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let values = statement.values.unwrap_or(sea_orm::Values(Vec::new()));
    (AssertSqlSafe(statement.sql), SqlxValues(values))
}

impl UnitConnection {
    pub(crate) fn backend(&self) -> DbBackend {
        self.backend
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        check_text(&statement)?;
        let mut held = self.held.lock().await;
        held.check_open()?;
        let Held { connection, state } = &mut *held;
        watched(state, connection.execute(statement)).await
    }

    pub(crate) async fn execute_text(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut held = self.held.lock().await;
        held.check_open()?;
        let Held { connection, state } = &mut *held;
        watched(state, connection.execute_text(sql)).await
    }

    pub(crate) async fn first(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        check_text(&statement)?;
        let mut held = self.held.lock().await;
        held.check_open()?;
        let Held { connection, state } = &mut *held;
        watched(state, connection.first(statement)).await
    }

    pub(crate) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        check_text(&statement)?;
        let mut held = self.held.lock().await;
        held.check_open()?;
        let Held { connection, state } = &mut *held;
        watched(state, connection.all(statement)).await
    }
}
