//! A last check of all text on its way to the database, of any type.
//!
//! PostgreSQL cannot store NUL in text or JSON and refuses the statement; SQLite stores it. The API refuses NUL and reports its
//! position. This check is for text without such a position, so that both databases behave the same.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, SqlxError, Statement, Value,
};

use crate::storage::unit_connection::answered_within;

/// A statement has text with a NUL character as a value.
#[derive(Debug, thiserror::Error)]
#[error("text with a NUL character")]
pub(crate) struct NulInText;

/// Refuses a statement with a NUL character in its values.
///
/// # Errors
/// `SqlxError::Encode` with [`NulInText`].
pub(crate) fn check_text(statement: &Statement) -> Result<(), DbErr> {
    let mut values = statement.values.iter().flat_map(|values| &values.0);
    if values.any(has_nul) {
        let refused = SqlxError::Encode(Box::new(NulInText));
        return Err(DbErr::Query(RuntimeErr::SqlxError(refused.into())));
    }
    Ok(())
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(Some(text)) => text.contains('\0'),
        Value::Char(Some(letter)) => *letter == '\0',
        Value::Json(Some(json)) => json_has_nul(json),
        _ => false,
    }
}

fn json_has_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(json_has_nul),
        serde_json::Value::Object(members) => members.iter().any(|(name, member)| name.contains('\0') || json_has_nul(member)),
        _ => false,
    }
}

/// Maximum time of a read, so that nobody waits for a database that does not respond.
const PATIENCE: Duration = Duration::from_secs(9);

/// The pool that queries read from.
#[derive(Clone, Debug)]
pub struct ReadConnection(pub(crate) DatabaseConnection);

impl ReadConnection {
    pub(crate) fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        check_text(&statement)?;
        answered_within(PATIENCE, self.0.execute_raw(statement)).await?
    }

    pub(crate) async fn execute_text(&self, sql: &str) -> Result<ExecResult, DbErr> {
        answered_within(PATIENCE, self.0.execute_unprepared(sql)).await?
    }

    pub(crate) async fn first(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        check_text(&statement)?;
        answered_within(PATIENCE, self.0.query_one_raw(statement)).await?
    }

    pub(crate) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        check_text(&statement)?;
        answered_within(PATIENCE, self.0.query_all_raw(statement)).await?
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Values;
    use serde_json::json;

    use super::*;

    #[test]
    fn text_with_nul_is_refused_wherever_it_hides() {
        let binds = |value: Value| {
            check_text(&Statement { sql: String::new(), values: Some(Values(vec![value])), db_backend: DbBackend::Sqlite })
        };
        for refused in [Value::from("a\0b"), Value::from(json!({"k": ["\0"]})), Value::from(json!({"a\0": 1})), Value::from('\0')]
        {
            assert!(binds(refused.clone()).is_err(), "{refused:?}");
        }
        for taken in [Value::from("ab"), Value::from(json!({"k": ["\u{1}"]})), Value::from(vec![0_u8]), Value::String(None)] {
            assert!(binds(taken.clone()).is_ok(), "{taken:?}");
        }
    }
}
