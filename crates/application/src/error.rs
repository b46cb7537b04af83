use chot_domain::shared::{Code, DomainError, Violations};
use chot_persistence::{Retryable, StoreError};

/// Why an action failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are not valid.
    #[error("invalid: {0:?}")]
    Invalid(Violations),
    /// The state of the records or the rights of the caller forbid it.
    #[error("refused: {0:?}")]
    Refused(DomainError),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

/// The result of an action.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Its code, which may be shown to anybody: it contains no text of the database.
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::ValidationFailed,
            Self::Refused(refusal) => refusal.code,
            Self::Store(StoreError::UniqueViolation(_)) => Code::AlreadyExists,
            Self::Store(StoreError::UnstorableText) => Code::ValidationFailed,
            Self::Store(error) if error.is_full() => Code::StorageFull,
            Self::Store(StoreError::Files(_)) => Code::StorageUnavailable,
            Self::Store(error) if error.is_unavailable() => Code::Unavailable,
            Self::Store(_) => Code::InternalError,
        }
    }

    /// Whether the state of the record forbids it, for a caller who sees the record and has the permission.
    pub fn is_of_state(&self) -> bool {
        matches!(self, Self::Refused(refusal) if !matches!(refusal.code, Code::NotFound | Code::Forbidden | Code::Unauthenticated))
    }
}

/// Orders the errors: first missing rights or visibility, then the violations, then the state of the records, then success.
pub(crate) fn in_order<T>(faults: Violations, done: Result<T>) -> Result<T> {
    match done {
        Err(Error::Invalid(found)) => Err(faults.merge(found).into()),
        Err(error) if !error.is_of_state() => Err(error),
        done => faults.into_result(done)?,
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<DomainError> for Error {
    fn from(refusal: DomainError) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            StoreError::InvalidCursor => Code::InvalidCursor.into(),
            StoreError::UnstorableText => Violations::one("", "nul_character").into(),
            other => Self::Store(other),
        }
    }
}

impl Retryable for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }

    fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_unique_violation())
    }
}
