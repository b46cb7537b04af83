use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chot_domain::shared::{Code, parse_strictly};
use serde_json::{Map, Value};

use super::Extracted;
use super::body::{Body, JSON, bytes, canonical, hash, media_type, members};
use crate::web::problem::ApiError;

const FORM: &str = "application/x-www-form-urlencoded";

/// The fields of a submission, from JSON or from a form.
pub struct Fields(pub Body<Map<String, Value>>);

impl FromRequest for Fields {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let media_type = media_type(&request, &[JSON, FORM])?;
            let bytes = bytes(&request, payload).await?;
            let json = if media_type == FORM { form(&bytes)? } else { parse_strictly(&bytes)? };
            let hash = hash(&canonical(&json));
            let (value, mut faults) = members(json);
            if value.len() > 100 {
                faults.add("", "too_many");
            }
            Ok(Self(Body { value, faults, hash }))
        })
    }
}

/// A field that is sent more than once, such as check boxes, becomes a list.
fn form(bytes: &[u8]) -> Result<Value, ApiError> {
    // Invalid UTF-8 in percent-encoding becomes replacement characters, which are refused.
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| Code::MalformedBody)?;
    let mut fields = Map::new();
    for (name, value) in pairs {
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(Code::MalformedBody.into());
        }
        match fields.get_mut(&name) {
            None => _ = fields.insert(name, value.into()),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    Ok(Value::Object(fields))
}
