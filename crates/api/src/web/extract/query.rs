use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chot_domain::shared::{Draft, Violations, member_pointer, read};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::web::problem::ApiError;

/// Validated query parameters; unknown or repeated ones are refused, not ignored.
pub struct Query<T>(pub T);

impl<T: Draft + DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(query(request.query_string()).map(Self))
    }
}

fn query<T: Draft>(text: &str) -> Result<T, ApiError> {
    let read = if text.contains("%00") { Err(nul_faults(text)) } else { read_query(text) };
    read.map_err(|faults| ApiError::from(faults).in_parameters())
}

/// Reads and validates query parameters.
///
/// # Errors
/// A violation for each parameter that is unknown, repeated or invalid.
pub(super) fn read_query<T: Draft>(text: &str) -> Result<T, Violations> {
    let Ok(parameters) = serde_urlencoded::from_str::<T>(text) else {
        return Err(query_faults::<T>(text));
    };
    let mut violations = Violations::default();
    parameters.check(&mut violations);
    violations.into_result(parameters)
}

/// The parameters that contain NUL, which the database cannot store. An address can contain it only as `%00`.
pub(super) fn nul_faults(text: &str) -> Violations {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    let mut violations = Violations::default();
    for (name, _) in pairs.iter().filter(|(name, value)| name.contains('\0') || value.contains('\0')) {
        violations.add(&member_pointer(&name.replace('\0', "")), "nul_character");
    }
    violations
}

/// The violations of each parameter, found by reading the parameters again as a body with the expected types.
fn query_faults<T: Draft>(text: &str) -> Violations {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    let (mut members, mut violations) = (Map::new(), Violations::default());
    for (name, value) in pairs {
        let typed = typed(&schema["properties"][&name], &value);
        if members.insert(name.clone(), typed).is_some() {
            violations.add(&member_pointer(&name), "repeated");
        }
    }
    if let Err(faults) = read::<T>(Value::Object(members)) {
        violations.extend(faults);
    }
    if violations.is_empty() {
        violations.add("", "invalid_value");
    }
    violations
}

fn typed(schema: &Value, text: &str) -> Value {
    let wants = |name: &str| {
        let kind = &schema["type"];
        kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == name))
    };
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    let plain = (wants("boolean") && matches!(text, "true" | "false")) || (!wants("string") && is_number);
    if plain { serde_json::from_str(text).unwrap_or_else(|_| text.into()) } else { text.into() }
}
