//! A database that records the statements of the product, and asks for their plans.

use chot_persistence::Db;
use chot_tests::{Kind, StatementLog, World, kind};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use super::super::at_once::database;

/// The database, with recorded statements.
pub struct Overheard {
    pub db: Db,
    database: DatabaseConnection,
    log: StatementLog,
}

impl Overheard {
    pub async fn of(world: &World) -> Self {
        let log = StatementLog::default();
        Self { db: world.engine.db.clone().with_observer(log.observer()), database: database(world).await, log }
    }

    /// The statements since the last call.
    pub fn taken(&self) -> Vec<Statement> {
        self.log.take()
    }

    /// Forgets the statements so far.
    pub fn forget(&self) {
        self.log.take();
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
