use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was refused: the stable word of a problem document. Programs decide by it; people read the title and the detail.
/// New words may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum Code {
    /// The body is not JSON, or names a member twice.
    MalformedBody,
    /// A path or query parameter is unknown, repeated or not what the contract says.
    InvalidParameter,
    /// The cursor is not one of ours, or was made for another filter, sort or caller.
    InvalidCursor,
    /// A header, such as `Idempotency-Key`, is not what the contract says.
    InvalidHeader,
    /// No valid access token or API key came with the request.
    Unauthenticated,
    /// The e-mail address and the password do not belong together, or the user is not active.
    InvalidCredentials,
    /// The refresh token is spent, expired or unknown.
    InvalidRefreshToken,
    /// The signature of what a telephone exchange tells is missing or wrong, or the exchange is not set up.
    InvalidSignature,
    /// The caller may see the record but not do this.
    Forbidden,
    /// There is no such record, or the caller may not see it.
    NotFound,
    /// The path exists, but not with this method; see `Allow`.
    MethodNotAllowed,
    /// What the caller accepts, by `Accept`, is not what the operation answers: JSON.
    NotAcceptable,
    /// The body is larger than the operation takes.
    BodyTooLarge,
    /// The body was too slow to arrive.
    BodyTooSlow,
    /// The body is of a media type that the operation does not read.
    UnsupportedMediaType,
    /// The part of a file that was asked for is beyond its end; `Content-Range` says how long it is.
    RangeNotSatisfiable,
    /// The body was understood, but members of it break rules; see `errors`.
    ValidationFailed,
    /// The `Idempotency-Key` was used before for another request.
    IdempotencyKeyReused,
    /// The record has changed since the version named in `If-Match`.
    VersionMismatch,
    /// The operation wants `If-Match` with the version that the caller has seen.
    VersionRequired,
    /// Too many requests; see `Retry-After`.
    TooManyRequests,
    /// The web form has taken all the submissions of its quota for this hour.
    FormQuotaExceeded,
    /// Something is wrong on our side. The request may be tried again.
    InternalError,
    /// The database cannot be reached at present.
    Unavailable,
    /// The place where files are kept is full or cannot be reached at present.
    StorageUnavailable,
    /// No room is left where records or files are kept. Nothing was written; try again later.
    StorageFull,

    /// The record's status does not allow this; `current_status` says what it is and `allowed_from` what it would have to be.
    WrongStatus,
    /// The record is in the archive; restore it first.
    Archived,
    /// The refresh token was spent a moment ago by a call of the same client; use the answer of that call.
    RefreshInProgress,
    /// Somebody else was faster, or the record is not in the pool.
    NotInPool,
    /// The record has no owner yet.
    OwnerRequired,
    /// The lead's information has to be marked as real before it can be converted.
    LeadNotVerified,
    /// Too few attempts to make contact with the lead have failed; `needed` says how many have to have, `found` how many have.
    TooFewContactAttempts,
    /// Those who lead have not answered a request for support about the lead yet.
    SupportAnswerMissing,
    /// The lead has been converted; `conversion_id` names the conversion.
    LeadAlreadyConverted,
    /// Records that may be the same customer were found; each candidate wants a decision.
    DuplicatesUndecided,
    /// An account with this tax code or citizen identity number exists; `account` is its card.
    IdentityTaken,
    /// The account that was named for linking cannot be edited by the caller; `account` is its card.
    AccountNotEditable,
    /// Something that was made by the conversion has been worked on since; `blocked_by` names what.
    ConversionBlocked,
    /// The conversion has been reverted before.
    ConversionReverted,
    /// A stage with another status is entered by a verb; `stage_status` is the status of the stage.
    StageNeedsAction,
    /// The tag is that of the stage in which the card stands; it goes when the card moves on.
    TagOfStage,
    /// The playbook has no trials.
    NoTrials,
    /// Opportunities are not opened on a child account.
    ChildAccount,
    /// The account still has open opportunities.
    OpenOpportunities,
    /// Another record already bears this name, address, code or key.
    AlreadyExists,
    /// The last active administrator can neither be deactivated nor be given another role.
    LastAdministrator,
    /// The record is in use and cannot be archived.
    InUse,
    /// This is no sandbox: its clock cannot be moved.
    SandboxOff,
    /// The deployment has no playbook yet: run `chot init`.
    NotInitialised,
}

impl crate::shared::StringEnum for Code {}
