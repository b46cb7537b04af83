use chot_domain::shared::{Code, DomainError, Violations};
use chot_persistence::{Retryable, StoreError};

/// Why a verb did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Members of the request break rules.
    #[error("invalid: {0:?}")]
    Invalid(Violations),
    /// The state of things, or the rights of the caller, forbid it.
    #[error("refused: {0:?}")]
    Refused(DomainError),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

/// What a verb answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The word for it, which may be told to anybody: no text of the database.
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

    /// Whether the state of things forbids it, to somebody who sees the record and may do such a thing.
    pub fn is_of_state(&self) -> bool {
        matches!(self, Self::Refused(refusal) if !matches!(refusal.code, Code::NotFound | Code::Forbidden | Code::Unauthenticated))
    }
}

/// Puts what is wrong with a request where it belongs: behind what the caller may not do or does not see, before what the state of
/// things forbids, and before any success.
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
