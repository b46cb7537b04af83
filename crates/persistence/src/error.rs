use chot_domain::shared::Refusal;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::secret_keys::SecretFault;

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique index refused the write. The name is the index's, alike on both databases.
    #[error("the unique index {0} refused the write")]
    Taken(String),
    /// The cursor of a list is not one of ours, or belongs to another list.
    #[error("the cursor is not one of this list's")]
    InvalidCursor,
    /// A text holds what the database cannot store, such as NUL on PostgreSQL.
    #[error("a text holds what cannot be stored")]
    UnstorableText,
    /// A secret of others cannot be encrypted or decrypted.
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// The actor may not read this at all.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The place where files are kept cannot be used.
    #[error(transparent)]
    Files(#[from] object_store::Error),
    /// Anything else. Its text never reaches a client.
    #[error(transparent)]
    Database(DbErr),
}

/// What PostgreSQL says of characters that it does not take: `character_not_in_repertoire` and `untranslatable_character`.
const UNSTORABLE_TEXT: [&str; 2] = ["22021", "22P05"];

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => Self::Taken(index_name(&text)),
            _ if sql_state(&error).is_some_and(|code| UNSTORABLE_TEXT.contains(&code.as_str())) => Self::UnstorableText,
            _ => Self::Database(error),
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl StoreError {
    /// Whether the same unit of work may succeed when it is run again: the database gave way to another transaction, or another
    /// one was first with the same unique value and can now be seen.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Taken(_) => true,
            Self::InvalidCursor | Self::UnstorableText | Self::Secret(_) | Self::Refused(_) | Self::Files(_) => false,
            Self::Database(error) => {
                sql_state(error).is_some_and(|code| matches!(code.as_str(), "40001" | "40P01" | "5" | "517"))
            }
        }
    }

    /// Whether a unique index refused the write.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Taken(_))
    }

    /// Whether the database could not be reached, or had no connection free.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => true,
            Self::Database(error) => {
                let states = ["08", "53", "57", "55P03"];
                sql_state(error).is_some_and(|code| states.iter().any(|state| code.starts_with(state))) || is_broken(error)
            }
            Self::Taken(_) | Self::InvalidCursor | Self::UnstorableText | Self::Secret(_) | Self::Refused(_) | Self::Files(_) => {
                false
            }
        }
    }
}

/// Whether the connection broke rather than the statement.
fn is_broken(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    use sea_orm::SqlxError as E;
    matches!(cause.as_ref(), E::Io(_) | E::Tls(_) | E::Protocol(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed)
}

fn sql_state(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    Some(cause.as_database_error()?.code()?.into_owned())
}

/// PostgreSQL names the index in quotation marks; SQLite names table and columns. Our indexes are named after both.
fn index_name(text: &str) -> String {
    if let Some(quoted) = text.split('"').nth(1) {
        return quoted.to_owned();
    }
    let columns = text.rsplit(": ").next().unwrap_or_default();
    let first = columns.split(',').next().unwrap_or_default().trim();
    format!("{}_unique", first.replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_name_an_index_alike() {
        assert_eq!(index_name("UNIQUE constraint failed: taggings.lead_id, taggings.tag"), "taggings_lead_id_unique");
        let postgres = r#"duplicate key value violates unique constraint "taggings_lead_id_unique""#;
        assert_eq!(index_name(postgres), "taggings_lead_id_unique");
    }
}
