use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

/// A change of the schema in the SQL of PostgreSQL. For SQLite the types get names that keep values unchanged.
pub struct Script {
    /// Its name, under which a database records that it was applied.
    pub name: &'static str,
    /// The change: statements that each end in `;` and a line break.
    pub up: &'static str,
    /// The statements that undo it.
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

/// SQLite derives the storage of a value from the type name: types that end in `text` keep the value as it is.
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

/// Changes a table definition in SQLite that `ALTER TABLE` cannot change: it removes constraints. The rows stay unchanged
/// (<https://www.sqlite.org/lang_altertable.html>, "Making Other Kinds Of Table Schema Changes").
pub async fn redefine_in_sqlite(
    manager: &SchemaManager<'_>,
    table: &str,
    redefine: impl Fn(&str) -> String,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let ask = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
    let definition = ask("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = $1", vec![table.into()]);
    let missing = || DbErr::Custom(format!("there is no table {table}"));
    let definition: String = connection.query_one_raw(definition).await?.ok_or_else(missing)?.try_get("", "sql")?;
    let version = connection.query_one_raw(ask("PRAGMA schema_version", Vec::new())).await?.ok_or_else(missing)?;
    let version: i64 = version.try_get("", "schema_version")?;
    connection.execute_unprepared("PRAGMA writable_schema = ON").await?;
    let update = "UPDATE sqlite_schema SET sql = $1 WHERE type = 'table' AND name = $2";
    connection.execute_raw(ask(update, vec![redefine(&definition).into(), table.into()])).await?;
    // Makes every connection read the schema again.
    connection.execute_unprepared(&format!("PRAGMA schema_version = {}", version + 1)).await?;
    connection.execute_unprepared("PRAGMA writable_schema = OFF").await?;
    Ok(())
}
