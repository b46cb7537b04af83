use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::Response;

/// Real exchanges, kept as the examples that the contract shows. What differs from run to run is written alike each time, so that a
/// change of the contract changes only the lines that it is about.
#[derive(Default)]
pub struct Examples {
    recorded: BTreeMap<String, Map<String, Value>>,
    problems: BTreeMap<String, Map<String, Value>>,
    /// The identifiers that are not of the demo, with what stands for them.
    known: HashMap<Uuid, Uuid>,
    /// How many identifiers first came up in an operation.
    counts: HashMap<String, u16>,
}

/// Records of the demo have identifiers that begin like this.
pub const OF_THE_DEMO: &str = "0198c0de-";

/// What stands for any other identifier begins like this.
const RECORDED: u64 = 0x0198_c0df_0000_7000;

/// The instants of sessions and keys are those of the machine; in examples they are this one.
const MACHINE_TIME: &str = "2026-11-23T02:00:00Z";

/// Members whose values are drawn at random, with what is shown instead.
const RANDOM: [(&str, &str); 8] = [
    ("access_token", "(a secret)"),
    ("refresh_token", "(a secret)"),
    ("key", "(a secret)"),
    ("calendar_secret", "(a secret)"),
    ("next_cursor", "eyJ2IjoxfQ"),
    ("form_key", "form_4k2q9x7c1m8v5b3n"),
    ("prefix", "chot_live_k3v9x2ab"),
    // A public key, as JWKS calls it.
    ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
];

impl Examples {
    /// Keeps the words of the path, the body and the answer of an exchange. Of several the first is kept, for each status.
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

    /// Keeps a refusal, for its status and code.
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

    /// The same value with everything in it that differs from run to run replaced.
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

    /// What stands for an identifier: of records of the demo themselves, of others the operation that showed them first.
    fn stand_in(&mut self, operation: &str, id: Uuid) -> Uuid {
        if id.to_string().starts_with(OF_THE_DEMO) || id.as_u64_pair().0 == RECORDED {
            return id;
        }
        *self.known.entry(id).or_insert_with(|| {
            let count = self.counts.entry(operation.to_owned()).or_default();
            *count += 1;
            // FNV-1a, so that the identifiers of one operation do not hang on those of the others.
            let hash = operation.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            Uuid::from_u64_pair(RECORDED, (1 << 63) | (u64::from(hash) << 16) | u64::from(*count))
        })
    }
}

/// An instant of the story, to the minute: the clock of the tests goes on by a millisecond each time it is read.
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
