use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A change of the schema, written in PostgreSQL's words; SQLite gets names for the types that leave values as they are given.
pub struct Script {
    /// Its name, under which a database remembers that it has it.
    pub name: &'static str,
    /// What makes the change: statements that each end in `;` and a line break.
    pub up: &'static str,
    /// What takes it back.
    pub down: &'static [&'static str],
}

impl MigrationName for Script {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Script {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.down {
            run(manager, statement).await?;
        }
        Ok(())
    }
}

/// Runs a script, statement by statement.
pub async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    for statement in script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        let statement = if sqlite { in_sqlite_words(statement) } else { statement.to_owned() };
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// SQLite derives how it stores a value from the name of the type: names that end in `text` keep what they are given.
fn in_sqlite_words(statement: &str) -> String {
    let words =
        [(" uuid", " uuid_text"), (" timestamptz", " timestamptz_text"), (" jsonb", " jsonb_text"), (" date", " date_text")];
    let mut translated = format!("{statement}\n");
    for (theirs, ours) in words {
        for end in [" ", ",", "\n"] {
            translated = translated.replace(&format!("{theirs}{end}"), &format!("{ours}{end}"));
        }
    }
    translated
}
