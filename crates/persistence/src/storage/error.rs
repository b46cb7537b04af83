use chot_domain::shared::DomainError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::secret_keys::SecretFault;
use crate::storage::text_gate::NulInText;

/// Errors of persistence.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique index refused the write. Contains the name of the index, which is the same on both databases.
    #[error("the unique index {0} refused the write")]
    UniqueViolation(String),
    /// The cursor is invalid, or belongs to another list.
    #[error("the cursor is not one of this list's")]
    InvalidCursor,
    /// A parent of the record changed while the record was being locked. The same work may succeed if repeated at once.
    #[error("what the record hangs on has changed")]
    ParentsChanged,
    /// Another unit of work completed or cancelled the timer that runs in this one.
    #[error("the timer was completed or cancelled by another unit of work")]
    TimerGone,
    /// A text contains NUL, which the database cannot store.
    #[error("a text holds what cannot be stored")]
    UnstorableText,
    /// A secret of others cannot be encrypted or decrypted.
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// The actor may not read this.
    #[error("refused: {0:?}")]
    Refused(DomainError),
    /// The file storage is not usable.
    #[error(transparent)]
    Files(#[from] object_store::Error),
    /// Any other error. Its text is never sent to a client.
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => Self::UniqueViolation(index_name(&text)),
            _ if is_nul_in_text(&error) => Self::UnstorableText,
            _ => Self::Database(error),
        }
    }
}

impl From<DomainError> for StoreError {
    fn from(refusal: DomainError) -> Self {
        Self::Refused(refusal)
    }
}

/// A general problem of the database, independent of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// It aborted in favour of another transaction. The same work may succeed if repeated at once.
    GaveWay,
    /// Its disk is full.
    Full,
    /// It is not available, locked, read-only, overloaded or shutting down.
    Unavailable,
}

impl StoreError {
    /// Whether the same unit of work may succeed if repeated: the database aborted it in favour of another transaction, another
    /// unit used the same unique value first and is now visible, or another program locked SQLite.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::UniqueViolation(_)) || self.trouble() == Some(Trouble::GaveWay) || self.is_locked()
    }

    /// Whether a unique index refused the write.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::UniqueViolation(_))
    }

    /// Whether the database was not available, had no free connection, or cannot work at present.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.trouble(), Some(Trouble::Unavailable | Trouble::GaveWay))
    }

    /// Whether the disk of the database or of the files is full.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Files(error) => is_disk_full(error),
            _ => self.trouble() == Some(Trouble::Full),
        }
    }

    fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::ParentsChanged => Some(Trouble::GaveWay),
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Some(Trouble::Unavailable),
            Self::Database(error) if is_broken(error) => Some(Trouble::Unavailable),
            Self::Database(error) => trouble_of_code(&error_code(error)?),
            _ => None,
        }
    }

    /// Whether another program holds the lock of SQLite. The driver has already waited for it.
    fn is_locked(&self) -> bool {
        matches!(self, Self::Database(error) if error_code(error).and_then(|code| sqlite_code(&code)) == Some(SQLITE_BUSY))
    }
}

const SQLITE_BUSY: u32 = 5;

/// PostgreSQL has SQLSTATE codes of five characters. SQLite has result codes; their lowest byte is the kind.
fn trouble_of_code(code: &str) -> Option<Trouble> {
    if let Some(kind) = sqlite_code(code) {
        return trouble_of_sqlite(kind);
    }
    match code {
        "40001" | "40P01" => Some(Trouble::GaveWay),
        "53100" => Some(Trouble::Full),
        // Lock not available; read-only, as after a failover; timeout of the session or of the transaction.
        "55P03" | "25006" | "25P03" | "25P04" => Some(Trouble::Unavailable),
        // Connection exceptions, insufficient resources, operator intervention, system errors.
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Some(Trouble::Unavailable),
        _ => None,
    }
}

fn sqlite_code(code: &str) -> Option<u32> {
    let number: u32 = if code.len() == 5 { None } else { code.parse().ok() }?;
    Some(number & 0xff)
}

/// <https://www.sqlite.org/rescode.html>
const fn trouble_of_sqlite(kind: u32) -> Option<Trouble> {
    match kind {
        13 => Some(Trouble::Full),
        // BUSY, LOCKED, NOMEM, READONLY, IOERR, CANTOPEN, PROTOCOL.
        SQLITE_BUSY | 6 | 7 | 8 | 10 | 14 | 15 => Some(Trouble::Unavailable),
        _ => None,
    }
}

/// Whether the connection failed, not the statement.
fn is_broken(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    use sea_orm::SqlxError as E;
    matches!(cause.as_ref(), E::Io(_) | E::Tls(_) | E::Protocol(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed)
}

fn is_nul_in_text(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::SqlxError(cause)) = error else {
        return false;
    };
    matches!(cause.as_ref(), sea_orm::SqlxError::Encode(cause) if cause.is::<NulInText>())
}

fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let io: Option<&std::io::Error> = error.downcast_ref();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) || error.source().is_some_and(is_disk_full)
}

fn error_code(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    Some(cause.as_database_error()?.code()?.into_owned())
}

/// PostgreSQL gives the index in quotation marks; SQLite gives table and columns. The names of our indexes are built from both.
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
    fn what_keeps_the_database_from_working_is_told_from_what_is_wrong_with_a_statement() {
        let told = |code: &str| trouble_of_code(code);
        for code in ["40001", "40P01"] {
            assert_eq!(told(code), Some(Trouble::GaveWay), "{code}");
        }
        for code in ["53100", "13"] {
            assert_eq!(told(code), Some(Trouble::Full), "{code}");
        }
        for code in ["08006", "25006", "53300", "55P03", "57014", "57P01", "58030", "5", "517", "8", "1032", "10", "778", "14"] {
            assert_eq!(told(code), Some(Trouble::Unavailable), "{code}");
        }
        for code in ["22021", "23505", "42601", "1", "11", "787", "1299"] {
            assert_eq!(told(code), None, "{code}");
        }
    }

    #[test]
    fn both_databases_name_an_index_alike() {
        assert_eq!(index_name("UNIQUE constraint failed: taggings.lead_id, taggings.tag"), "taggings_lead_id_unique");
        let postgres = r#"duplicate key value violates unique constraint "taggings_lead_id_unique""#;
        assert_eq!(index_name(postgres), "taggings_lead_id_unique");
    }
}
