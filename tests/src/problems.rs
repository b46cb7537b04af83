//! The codes of problems and violations that each operation answers. If `CHOT_RECORD_PROBLEMS` names a file, the codes of the run are
//! added to those in the file. Otherwise a code that the contract does not declare fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

/// Codes by operation, and by status. The codes of violations are under `violations`.
type Codes = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

static FILE: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("CHOT_RECORD_PROBLEMS").ok());

static RECORDED: LazyLock<Mutex<Codes>> = LazyLock::new(|| {
    let text = FILE.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    Mutex::new(text.map(|text| serde_json::from_str(&text).unwrap()).unwrap_or_default())
});

/// Whether this run records the codes.
pub(crate) fn are_recorded() -> bool {
    FILE.is_some()
}

/// The codes of the violations of a body.
fn violations<'a>(status: &str, problem: &'a Value) -> impl Iterator<Item = &'a str> {
    let all = problem["errors"].as_array().filter(|_| status == "422");
    all.into_iter().flatten().filter_map(|violation| violation["code"].as_str())
}

fn contains(codes: &Value, code: &str) -> bool {
    codes.as_array().is_some_and(|all| all.contains(&json!(code)))
}

/// Records the codes of a problem. The contract declares the `shared` codes for every operation of a kind.
pub(crate) fn record(operation: &str, status: &str, shared: &Value, problem: &Value) {
    let code = problem["code"].as_str().filter(|code| !contains(shared, code)).map(|code| (status, code));
    let found = code.into_iter().chain(violations(status, problem).map(|code| ("violations", code)));
    let mut recorded = RECORDED.lock().unwrap();
    let mut is_new = false;
    for (kind, code) in found {
        let of_operation = recorded.entry(operation.to_owned()).or_default();
        is_new |= of_operation.entry(kind.to_owned()).or_default().insert(code.to_owned());
    }
    if let (true, Some(file)) = (is_new, FILE.as_ref()) {
        std::fs::write(file, serde_json::to_string_pretty(&*recorded).unwrap() + "\n").unwrap();
    }
}

/// The codes of a problem that the operation does not declare.
pub(crate) fn undeclared<'a>(operation: &Value, status: &str, problem: &'a Value) -> Vec<&'a str> {
    let code = problem["code"].as_str().filter(|code| !contains(&operation["x-problem-codes"][status], code));
    let violations = violations(status, problem).filter(|code| !contains(&operation["x-violation-codes"], code));
    code.into_iter().chain(violations).collect()
}
