use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, ResponseError, get};
use chot_application::Error;
use chot_domain::shared::{Code, DomainError, MalformedJson, Violation, Violations};
use chot_persistence::StoreError;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::web::messages::{Locale, problem_detail, problem_title, violation_text, word};

/// A problem document (RFC 9457): the format of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A page about this kind of problem, relative to the server.
    #[serde(rename = "type")]
    #[schema(max_length = 100, format = "uri-reference", example = "/problems/validation_failed")]
    pub kind: String,
    /// The kind of problem, in the language of the caller.
    #[schema(max_length = 200)]
    pub title: String,
    /// The status code of the response.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: u16,
    /// What to do about it, in the language of the caller.
    #[schema(max_length = 2000)]
    pub detail: String,
    /// The path of the request.
    #[schema(max_length = 2000, example = "/api/v1/leads")]
    pub instance: String,
    /// The stable code for programs.
    pub code: Code,
    /// The identifier of the request, for questions to the operators.
    #[schema(max_length = 100)]
    pub request_id: String,
    /// All invalid fields of the body or the query.
    #[schema(max_items = 100)]
    pub errors: Vec<ProblemMember>,
    /// Further facts about the problem, by name, depending on the code.
    #[serde(flatten)]
    #[schema(ignore)]
    pub facts: Map<String, Value>,
}

/// An invalid field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemMember {
    /// The field: a JSON pointer (RFC 6901) into the body, or `/NAME` for a query parameter.
    #[schema(max_length = 500, example = "/phone")]
    pub pointer: String,
    /// The violated rule: a stable code for programs.
    #[schema(max_length = 60, example = "invalid_phone")]
    pub code: String,
    /// What is wrong, in the language of the caller.
    #[schema(max_length = 500)]
    pub detail: String,
    /// Values of the rule.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
}

/// The request that failed.
pub struct RequestContext<'a> {
    /// The path of the request.
    pub path: &'a str,
    /// The identifier of the request.
    pub request_id: &'a str,
}

/// An error of a request, before it is translated.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code:?}")]
pub struct ApiError {
    /// The code.
    pub code: Code,
    /// The facts that the caller needs to solve the problem.
    pub facts: Map<String, Value>,
    /// All invalid fields.
    pub violations: Vec<Violation>,
    /// Headers of the response.
    pub headers: Vec<(&'static str, String)>,
    /// The number of seconds after which to try again.
    pub retry_after: Option<u64>,
    /// The cause, for operators; never returned to the caller.
    pub cause: Option<String>,
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self { code, facts: Map::new(), violations: Vec::new(), headers: Vec::new(), retry_after: None, cause: None }
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        Self { violations: violations.into_vec(), ..Code::ValidationFailed.into() }
    }
}

impl From<DomainError> for ApiError {
    fn from(refusal: DomainError) -> Self {
        Self { facts: refusal.facts, ..refusal.code.into() }
    }
}

impl From<MalformedJson> for ApiError {
    fn from(fault: MalformedJson) -> Self {
        let place = json!({"line": fault.line, "column": fault.column});
        Self { facts: place.as_object().cloned().unwrap_or_default(), ..Code::MalformedBody.into() }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let code = error.code();
        match error {
            Error::Invalid(violations) => violations.into(),
            Error::Refused(refusal) => Self { retry_after: retry_after(code), ..refusal.into() },
            Error::Store(StoreError::UniqueViolation(_)) => code.into(),
            Error::Store(error) => Self { retry_after: retry_after(code), cause: Some(error.to_string()), ..code.into() },
        }
    }
}

/// After how many seconds a retry makes sense, if the failure may be temporary.
const fn retry_after(code: Code) -> Option<u64> {
    match code {
        Code::StorageUnavailable | Code::StorageFull => Some(60),
        Code::Unavailable => Some(5),
        _ => None,
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

/// The status of each code. The only place that maps codes to statuses.
pub const fn status(code: Code) -> StatusCode {
    match code {
        Code::MalformedBody | Code::InvalidParameter | Code::InvalidCursor | Code::InvalidHeader => StatusCode::BAD_REQUEST,
        Code::Unauthenticated | Code::InvalidCredentials | Code::InvalidRefreshToken | Code::InvalidSignature => {
            StatusCode::UNAUTHORIZED
        }
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound | Code::SandboxOff => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
        Code::VersionMismatch => StatusCode::PRECONDITION_FAILED,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Code::ValidationFailed | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
        Code::TooManyRequests | Code::FormQuotaExceeded => StatusCode::TOO_MANY_REQUESTS,
        Code::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unavailable | Code::StorageUnavailable | Code::StorageFull | Code::NotInitialised => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::WrongStatus
        | Code::Archived
        | Code::RefreshInProgress
        | Code::NotInPool
        | Code::OwnerRequired
        | Code::LeadNotVerified
        | Code::TooFewContactAttempts
        | Code::SupportAnswerMissing
        | Code::LeadAlreadyConverted
        | Code::DuplicatesUndecided
        | Code::IdentityTaken
        | Code::AccountNotEditable
        | Code::ConversionBlocked
        | Code::ConversionReverted
        | Code::StageNeedsAction
        | Code::TagOfStage
        | Code::NoTrials
        | Code::ChildAccount
        | Code::OpenOpportunities
        | Code::AlreadyExists
        | Code::LastAdministrator
        | Code::InUse => StatusCode::CONFLICT,
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(self.code)
    }

    /// The problem in English; the middleware translates it into the language of the caller.
    fn error_response(&self) -> HttpResponse {
        crate::web::middleware::problem_response(self, Locale::En, &RequestContext { path: "", request_id: "" })
    }
}

impl ApiError {
    /// A method that the path does not support; returns the supported methods.
    pub fn method_not_allowed(allowed: String) -> Self {
        let facts = Map::from_iter([("allow".to_owned(), allowed.clone().into())]);
        Self { facts, headers: vec![("allow", allowed)], ..Code::MethodNotAllowed.into() }
    }

    /// An unsupported body format; returns the supported ones (RFC 5789, section 3.1, and RFC 9110, section 15.5.16).
    pub fn unsupported_media_type(method: &Method, readable: &[&str]) -> Self {
        let header = if method == Method::PATCH { "accept-patch" } else { "accept-post" };
        let facts = Map::from_iter([("accepted_media_types".to_owned(), readable.into())]);
        Self { facts, headers: vec![(header, readable.join(", "))], ..Code::UnsupportedMediaType.into() }
    }

    /// An unsupported content coding; returns the supported ones (RFC 9110, section 15.5.16).
    pub fn unsupported_coding(readable: &str) -> Self {
        Self { headers: vec![("accept-encoding", readable.to_owned())], ..Code::UnsupportedMediaType.into() }
    }

    /// The same violations, in the query or the path.
    #[must_use]
    pub fn in_parameters(self) -> Self {
        Self { code: Code::InvalidParameter, ..self }
    }

    /// The same violations, in a header.
    #[must_use]
    pub fn in_headers(self) -> Self {
        Self { code: Code::InvalidHeader, ..self }
    }

    /// The problem document.
    pub fn to_problem(&self, locale: Locale, occasion: &RequestContext<'_>) -> Problem {
        let members = self.violations.iter().take(Violations::MOST).map(|violation| ProblemMember {
            pointer: violation.pointer.clone(),
            code: violation.code.clone(),
            detail: violation_text(locale, &violation.code),
            params: violation.params.clone(),
        });
        Problem {
            kind: format!("/problems/{}", word(self.code)),
            title: problem_title(locale, self.code),
            status: status(self.code).as_u16(),
            detail: problem_detail(locale, self.code),
            code: self.code,
            instance: occasion.path.chars().take(2000).collect(),
            request_id: occasion.request_id.to_owned(),
            errors: members.collect(),
            facts: self.facts.clone(),
        }
    }
}

/// The page about a kind of problem, in the language of the caller.
#[get("/problems/{code}")]
pub async fn page(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let named = Value::String(request.match_info().get("code").unwrap_or_default().to_owned());
    let code: Code = serde_json::from_value(named).map_err(|_| Code::NotFound)?;
    let accepted = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
    let locale = Locale::accepted(accepted);
    let text = format!("{} {}\n\n{}\n", status(code).as_u16(), problem_title(locale, code), problem_detail(locale, code));
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").insert_header(("content-language", locale.tag())).body(text))
}
