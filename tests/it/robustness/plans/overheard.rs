//! A database that records the statements of the product, and asks for their plans.

use std::sync::Mutex;

use chot_persistence::{Keys, ReadDb};
use chot_tests::{Kind, World, kind};
use sea_orm::entity::prelude::async_trait;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::super::at_once::database;

/// The database, with recorded statements.
pub struct Overheard {
    database: DatabaseConnection,
    asked: Mutex<Vec<Statement>>,
    keys: Keys,
}

#[async_trait::async_trait]
impl ConnectionTrait for Overheard {
    fn get_database_backend(&self) -> DbBackend {
        self.database.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.database.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.database.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(&statement);
        self.database.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(&statement);
        self.database.query_all_raw(statement).await
    }
}

impl ReadDb for Overheard {
    type Connection = Self;

    fn executor(&self) -> &Self {
        self
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl Overheard {
    pub async fn of(world: &World) -> Self {
        Self { database: database(world).await, asked: Mutex::default(), keys: Keys::default() }
    }

    /// Records a statement, except the reading of the cursor key, which happens once per process.
    fn note(&self, statement: &Statement) {
        if !statement.sql.contains("cursor_keys") {
            self.asked.lock().unwrap().push(statement.clone());
        }
    }

    /// The statements since the last call.
    pub fn taken(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// Forgets the statements so far.
    pub fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }

    /// The plan of the first statement since the last call.
    pub async fn plan(&self) -> Vec<String> {
        self.plan_of(self.taken().into_iter().next().unwrap()).await
    }

    /// The plan of a statement, line by line, with the number of rows.
    pub async fn plan_of(&self, asked: Statement) -> Vec<String> {
        let (explain, column) = match kind() {
            Kind::Postgres => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT TEXT)", 0),
            Kind::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        };
        let statement = Statement { sql: format!("{explain} {}", asked.sql), ..asked };
        let lines = self.database.query_all_raw(statement).await.unwrap();
        lines.iter().map(|line| line.try_get_by_index(column).unwrap()).collect()
    }
}
