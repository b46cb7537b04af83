use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::Response;

/// Recorded requests and responses, which become the examples of the contract. Values that differ between runs are replaced by
/// fixed ones, so that a change of the contract changes only the affected lines.
#[derive(Default)]
pub struct Examples {
    recorded: BTreeMap<String, Map<String, Value>>,
    problems: BTreeMap<String, Map<String, Value>>,
    /// The identifiers outside the demo, with their replacements.
    known: HashMap<Uuid, Uuid>,
    /// The number of identifiers that appeared first in an operation.
    counts: HashMap<String, u16>,
}

/// The prefix of the identifiers of demo records.
pub const OF_THE_DEMO: &str = "0198c0de-";

/// The prefix of the replacements of other identifiers.
const RECORDED: u64 = 0x0198_c0df_0000_7000;

/// Times of sessions and keys come from the machine's clock; examples show this one.
const MACHINE_TIME: &str = "2026-11-23T02:00:00Z";

/// Members with random values, with their replacements.
const RANDOM: [(&str, &str); 8] = [
    ("access_token", "(a secret)"),
    ("refresh_token", "(a secret)"),
    ("key", "(a secret)"),
    ("calendar_secret", "(a secret)"),
    ("next_cursor", "eyJ2IjoxfQ"),
    ("form_key", "form_4k2q9x7c1m8v5b3n"),
    ("prefix", "chot_live_k3v9x2ab"),
    // A public key in JWKS.
    ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
];

impl Examples {
    /// Records the path parameters, the body and the response. The first record for each status is kept.
    pub fn record(&mut self, operation: &str, words: &Value, request: &Value, reply: &Response) {
        let recorded =
            [("path", words.clone()), ("request", request.clone()), (reply.status.to_string().as_str(), shortened(&reply.body))]
                .map(|(part, value)| (part.to_owned(), self.stable(operation, "", &value)));
        let kept = self.recorded.entry(operation.to_owned()).or_default();
        for (part, value) in recorded {
            if !value.is_null() && value != json!({}) {
                kept.entry(part).or_insert(value);
            }
        }
    }

    /// Records an error, by status and code.
    pub fn record_problem(&mut self, reply: &Response) {
        let problem = self.stable("problems", "", &shortened(&reply.body));
        let code = problem["code"].as_str().unwrap().to_owned();
        self.problems.entry(reply.status.to_string()).or_default().entry(code).or_insert(problem);
    }

    /// Writes everything that was recorded.
    pub fn write(&self, file: &str) {
        let everything = json!({"operations": self.recorded, "problems": self.problems});
        std::fs::write(file, serde_json::to_string_pretty(&everything).unwrap() + "\n").unwrap();
    }

    /// The same value with fixed replacements for everything that differs between runs.
    fn stable(&mut self, operation: &str, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), self.stable(operation, name, member))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.stable(operation, name, item)).collect(),
            Value::String(text) => self.stable_text(operation, name, text).into(),
            plain => plain.clone(),
        }
    }

    fn stable_text(&mut self, operation: &str, name: &str, text: &str) -> String {
        let is_secret = |shown: &str| shown != "(a secret)" || text.len() > 40;
        if let Some((_, shown)) = RANDOM.iter().find(|(member, shown)| *member == name && is_secret(shown)) {
            return (*shown).to_owned();
        }
        if text.contains("/public/calendars/") {
            return "(a secret)".to_owned();
        }
        if let Some(instant) = instant(text) {
            return instant;
        }
        let mut settled = text.to_owned();
        for at in 0..text.len().saturating_sub(35) {
            if let Some(id) = text.get(at..at + 36).and_then(|part| Uuid::try_parse(part).ok()) {
                settled.replace_range(at..at + 36, &self.stand_in(operation, id).to_string());
            }
        }
        settled
    }

    /// The replacement of an identifier. Identifiers of the demo stay; others depend on the operation in which they appeared
    /// first.
    fn stand_in(&mut self, operation: &str, id: Uuid) -> Uuid {
        if id.to_string().starts_with(OF_THE_DEMO) || id.as_u64_pair().0 == RECORDED {
            return id;
        }
        *self.known.entry(id).or_insert_with(|| {
            let count = self.counts.entry(operation.to_owned()).or_default();
            *count += 1;
            // FNV-1a, so that the identifiers of one operation do not depend on other operations.
            let hash = operation.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            Uuid::from_u64_pair(RECORDED, (1 << 63) | (u64::from(hash) << 16) | u64::from(*count))
        })
    }
}

/// An instant, rounded to the minute, because each reading of the test clock advances it by a millisecond.
fn instant(text: &str) -> Option<String> {
    let instant: DateTime<Utc> = text.parse().ok().filter(|_| text.ends_with('Z'))?;
    let is_of_the_machine = (Utc::now() - instant).abs() < chrono::TimeDelta::hours(1);
    if is_of_the_machine {
        return Some(MACHINE_TIME.to_owned());
    }
    let minute = instant.with_second(0)?.with_nanosecond(0)?;
    Some(minute.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Lists show two records.
fn shortened(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().take(2).map(shortened).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), shortened(member))).collect(),
        plain => plain.clone(),
    }
}
