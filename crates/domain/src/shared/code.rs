use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The stable error code of a problem document, for programs; the title and the detail are for people. New codes may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum Code {
    /// The body is not JSON, or contains a member twice.
    MalformedBody,
    /// A path or query parameter is unknown, repeated or invalid.
    InvalidParameter,
    /// The cursor is invalid, or belongs to another filter, sort order or caller.
    InvalidCursor,
    /// The event feed was restored from a backup that is older than the cursor.
    CursorGone,
    /// A header, such as `Idempotency-Key`, is invalid.
    InvalidHeader,
    /// The request has no valid access token or API key.
    Unauthenticated,
    /// E-mail address and password do not match, or the user is inactive.
    InvalidCredentials,
    /// The refresh token is used, expired or unknown.
    InvalidRefreshToken,
    /// The signature of a telephone exchange's request is missing or wrong, or the exchange is not configured.
    InvalidSignature,
    /// The caller can see the record but may not do this.
    Forbidden,
    /// The record does not exist, or the caller cannot see it.
    NotFound,
    /// The path exists, but does not support this method; see `Allow`.
    MethodNotAllowed,
    /// The operation returns JSON, but the `Accept` header does not allow it.
    NotAcceptable,
    /// The body is larger than the operation allows.
    BodyTooLarge,
    /// The body arrived too slowly.
    BodyTooSlow,
    /// The operation does not support the media type of the body.
    UnsupportedMediaType,
    /// The requested range is beyond the end of the file; `Content-Range` contains its length.
    RangeNotSatisfiable,
    /// The body is readable, but some fields are invalid; see `errors`.
    ValidationFailed,
    /// The `Idempotency-Key` was already used for a different request.
    IdempotencyKeyReused,
    /// The record has changed since the version in `If-Match`.
    VersionMismatch,
    /// The operation requires `If-Match` with the version that the caller has seen.
    VersionRequired,
    /// Too many requests; see `Retry-After`.
    TooManyRequests,
    /// The web form has reached its quota of submissions for this hour.
    FormQuotaExceeded,
    /// An error in the server. The request may be retried.
    InternalError,
    /// The database is currently not available.
    Unavailable,
    /// The file storage is full or currently not available.
    StorageUnavailable,
    /// The storage for records or files is full. Nothing was written; retry later.
    StorageFull,

    /// The status of the record does not allow this; `current_status` is its status, `allowed_from` lists the statuses that
    /// allow it.
    WrongStatus,
    /// The record is archived; restore it first.
    Archived,
    /// The same client used the refresh token a moment ago; use the response of that request.
    RefreshInProgress,
    /// Another user was faster, or the record is not in the pool.
    NotInPool,
    /// The record has no owner.
    OwnerRequired,
    /// The lead must be verified as real before it can be converted.
    LeadNotVerified,
    /// Too few attempts to contact the lead have failed; `needed` is the required number, `found` the actual number.
    TooFewContactAttempts,
    /// No manager has answered a support request about the lead yet.
    SupportAnswerMissing,
    /// The lead is already converted; `conversion_id` is the conversion.
    LeadAlreadyConverted,
    /// There are duplicate candidates; the caller must decide about each one.
    DuplicatesUndecided,
    /// An account with this tax code or citizen identity number exists; `account` contains its card.
    IdentityTaken,
    /// The caller may not edit the account to link; `account` contains its card.
    AccountNotEditable,
    /// A record created by the conversion has been worked on since; `blocked_by` identifies it.
    ConversionBlocked,
    /// The conversion is already reverted.
    ConversionReverted,
    /// The stage has another status. Use the action that sets this status; `stage_status` is the status of the stage.
    StageNeedsAction,
    /// The tag belongs to the record's current stage. It is removed when the record moves to another stage.
    TagOfStage,
    /// The playbook has no trials.
    NoTrials,
    /// A child account (an account with a parent) cannot have opportunities.
    ChildAccount,
    /// The account still has open opportunities.
    OpenOpportunities,
    /// Another record already has this name, address, code or key.
    AlreadyExists,
    /// The last active administrator cannot be deactivated or given another role.
    LastAdministrator,
    /// The record is in use and cannot be archived.
    InUse,
    /// This deployment is not a sandbox: its clock cannot be moved.
    SandboxOff,
    /// The deployment has no playbook yet: run `chot init`.
    NotInitialised,
}

impl crate::shared::StringEnum for Code {}
