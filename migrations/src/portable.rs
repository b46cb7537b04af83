use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs a script, statement by statement. Scripts are written in PostgreSQL's words; SQLite gets names for the types that leave
/// values as they are given.
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

/// Drops tables, the last one first.
pub async fn drop(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE {table}")).await?;
    }
    Ok(())
}
