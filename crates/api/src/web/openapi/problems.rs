//! The problems that each operation answers, by status: those of every operation of its kind, and those that the tests have recorded.

use std::collections::BTreeMap;

use chot_domain::shared::Code;
use serde_json::{Value, json};

use super::components::description;

/// The codes that do not depend on what an operation does. A status without them has only recorded codes.
const SHARED: [(&str, &[Code]); 9] = [
    ("400", &[Code::InvalidParameter]),
    ("401", &[Code::Unauthenticated]),
    ("406", &[Code::NotAcceptable]),
    ("408", &[Code::BodyTooSlow]),
    ("413", &[Code::BodyTooLarge]),
    ("415", &[Code::UnsupportedMediaType]),
    ("429", &[Code::TooManyRequests]),
    ("500", &[Code::InternalError]),
    ("503", &[Code::NotInitialised, Code::StorageFull, Code::Unavailable]),
];

/// The codes of a status that do not depend on what an operation does.
pub fn shared(status: &str) -> Vec<Value> {
    let codes = SHARED.iter().filter(|(of, _)| *of == status).flat_map(|(_, codes)| codes.iter());
    codes.map(|code| json!(code)).collect()
}

/// Adds the problems of an operation: a response for each status, with a sentence about its codes, and the codes for programs. `codes`
/// are those of every operation of its kind, by status.
pub fn declare(operation: &mut Value, mut codes: BTreeMap<String, Vec<Value>>, recorded: &Value) {
    let violations = recorded["violations"].as_array().cloned().unwrap_or_default();
    for (status, found) in recorded.as_object().into_iter().flatten().filter(|(name, _)| *name != "violations") {
        codes.entry(status.clone()).or_default().extend(found.as_array().into_iter().flatten().cloned());
    }
    for codes in codes.values_mut() {
        codes.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        codes.dedup();
    }
    for (status, codes) in &codes {
        let mut text = format!("{} `code` is {}.", description(status), one_of(codes));
        if status == "422" && !violations.is_empty() {
            text.push_str(&format!(" In `errors`, `code` is {}.", one_of(&violations)));
        }
        operation["responses"][status] = json!({"$ref": format!("#/components/responses/Problem{status}"), "description": text});
    }
    operation["x-problem-codes"] = json!(codes);
    if !violations.is_empty() {
        operation["x-violation-codes"] = violations.into();
    }
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`".
fn one_of(codes: &[Value]) -> String {
    let quoted: Vec<String> = codes.iter().filter_map(Value::as_str).map(|code| format!("`{code}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
