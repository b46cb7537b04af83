use std::sync::Arc;

use sea_orm::sea_query::InsertStatement;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::storage::appends::Appends;
use crate::storage::db::Keys;
use crate::storage::text_gate::ReadConnection;
use crate::storage::unit_connection::UnitConnection;
use crate::{Db, Tx};

/// The source of a query: the pool, or a unit of work, which also sees its own writes.
///
/// Queries take it as `&dyn ReadDb`, so that each query is compiled once.
pub trait ReadDb: Sync {
    /// The connection.
    fn executor(&self) -> Executor<'_>;

    /// The keys needed for reading.
    fn keys(&self) -> &Keys;
}

impl ReadDb for Db {
    fn executor(&self) -> Executor<'_> {
        Executor { source: Source::Pool(&self.reader), observer: self.observer.as_ref() }
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl ReadDb for Tx {
    fn executor(&self) -> Executor<'_> {
        Self::executor(self)
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// Receives each statement before it runs. Tests count statements and ask for their plans with it.
#[derive(Clone)]
pub struct StatementObserver(Arc<dyn Fn(&Statement) + Send + Sync>);

impl StatementObserver {
    /// An observer that calls a function.
    pub fn new(observe: impl Fn(&Statement) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl std::fmt::Debug for StatementObserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatementObserver")
    }
}

/// The connection that runs a statement.
#[derive(Clone, Copy)]
pub struct Executor<'a> {
    source: Source<'a>,
    observer: Option<&'a StatementObserver>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    /// A connection of the pool, another one for each statement.
    Pool(&'a ReadConnection),
    /// The connection of a unit of work, and the rows that it still has to write.
    Unit(&'a UnitConnection, &'a Appends),
}

impl<'a> Executor<'a> {
    pub(crate) fn of_unit(unit: &'a UnitConnection, appends: &'a Appends, observer: Option<&'a StatementObserver>) -> Self {
        Self { source: Source::Unit(unit, appends), observer }
    }

    /// Prepares for a statement: first come the waiting rows of the tables that it names.
    async fn prepare(&self, sql: &str) -> Result<(), DbErr> {
        if let Source::Unit(_, appends) = self.source {
            self.insert_all(appends.take_for(sql)).await?;
        }
        Ok(())
    }

    /// Runs the statements of waiting rows.
    pub(crate) async fn insert_all(&self, inserts: Vec<InsertStatement>) -> Result<(), DbErr> {
        for insert in inserts {
            self.run(self.get_database_backend().build(&insert)).await?;
        }
        Ok(())
    }

    async fn run(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.observe(&statement);
        match self.source {
            Source::Pool(pool) => pool.execute(statement).await,
            Source::Unit(unit, _) => unit.execute(statement).await,
        }
    }

    fn observe(&self, statement: &Statement) {
        if let Some(StatementObserver(observe)) = self.observer {
            observe(statement);
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Executor<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self.source {
            Source::Pool(pool) => pool.backend(),
            Source::Unit(unit, _) => unit.backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.prepare(&statement.sql).await?;
        self.run(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.prepare(sql).await?;
        match self.source {
            Source::Pool(pool) => pool.execute_text(sql).await,
            Source::Unit(unit, _) => unit.execute_text(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.prepare(&statement.sql).await?;
        self.observe(&statement);
        match self.source {
            Source::Pool(pool) => pool.first(statement).await,
            Source::Unit(unit, _) => unit.first(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.prepare(&statement.sql).await?;
        self.observe(&statement);
        match self.source {
            Source::Pool(pool) => pool.all(statement).await,
            Source::Unit(unit, _) => unit.all(statement).await,
        }
    }
}
