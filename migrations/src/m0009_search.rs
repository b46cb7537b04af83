use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::script;

/// Indexes for search inside words. The column `search_text` contains the folded text.
#[derive(DeriveMigrationName)]
pub struct Migration;

const SEARCHED: [&str; 4] = ["leads", "accounts", "contacts", "opportunities"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        // Otherwise a failed extension would roll back everything.
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            for table in SEARCHED {
                script::run(manager, &full_text(table)).await?;
            }
            return Ok(());
        }
        let connection = manager.get_connection();
        if let Err(refused) = connection.execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm").await {
            tracing::warn!(%refused, "without the extension pg_trgm, searches read whole tables");
            return Ok(());
        }
        for table in SEARCHED {
            let index = format!("CREATE INDEX IF NOT EXISTS {table}_search ON {table} USING gin (search_text gin_trgm_ops)");
            connection.execute_unprepared(&index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for table in SEARCHED {
            let kind = if manager.get_database_backend() == DbBackend::Sqlite { "TABLE" } else { "INDEX" };
            connection.execute_unprepared(&format!("DROP {kind} IF EXISTS {table}_search")).await?;
        }
        Ok(())
    }
}

/// SQLite's trigram index is a separate table, kept in sync by triggers.
fn full_text(table: &str) -> String {
    let add = format!("INSERT INTO {table}_search (rowid, search_text) VALUES (new.rowid, new.search_text)");
    let remove =
        format!("INSERT INTO {table}_search ({table}_search, rowid, search_text) VALUES ('delete', old.rowid, old.search_text)");
    format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS {table}_search USING fts5(search_text, content='{table}', tokenize='trigram');\n\
         CREATE TRIGGER IF NOT EXISTS {table}_search_insert AFTER INSERT ON {table} BEGIN {add}; END;\n\
         CREATE TRIGGER IF NOT EXISTS {table}_search_delete AFTER DELETE ON {table} BEGIN {remove}; END;\n\
         CREATE TRIGGER IF NOT EXISTS {table}_search_update AFTER UPDATE OF search_text ON {table} BEGIN {remove}; {add}; END;\n"
    )
}
