use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;

use crate::Reply;

/// The first good answer of each operation and status, kept as the example that the contract shows.
static RECORDED: Mutex<BTreeMap<String, BTreeMap<String, Value>>> = Mutex::new(BTreeMap::new());

/// Keeps an answer as an example, if `CHOT_RECORD_EXAMPLES` names the file to write: real answers, not invented ones.
pub fn record(operation: &str, reply: &Reply) {
    let Ok(file) = std::env::var("CHOT_RECORD_EXAMPLES") else {
        return;
    };
    if !(200..300).contains(&reply.status) || reply.body.is_null() {
        return;
    }
    let mut recorded = RECORDED.lock().unwrap();
    let of_operation = recorded.entry(operation.to_owned()).or_default();
    let known = of_operation.entry(reply.status.to_string()).or_insert(Value::Null);
    let candidate = shortened(&reply.body);
    if weight(&candidate) > weight(known) {
        *known = candidate;
    }
    std::fs::write(file, serde_json::to_string_pretty(&*recorded).unwrap() + "\n").unwrap();
}

/// Lists show two records, and secrets are no longer good when they are published, but are left out all the same.
fn shortened(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().take(2).map(shortened).collect(),
        Value::Object(members) => {
            let shown = |name: &str, member: &Value| match name {
                "access_token" | "refresh_token" | "key" if member.as_str().is_some_and(|text| text.len() > 40) => {
                    "(a secret)".into()
                }
                "path" if member.as_str().is_some_and(|text| text.contains("/public/calendars/")) => "(a secret)".into(),
                _ => shortened(member),
            };
            members.iter().map(|(name, member)| (name.clone(), shown(name, member))).collect()
        }
        plain => plain.clone(),
    }
}

/// Fuller examples tell more: members that say something are counted.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.values().map(weight).sum(),
        _ => 1,
    }
}
