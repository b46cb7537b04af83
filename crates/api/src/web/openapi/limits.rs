//! Limits that the types of the code leave open. Every text states how long it can be, and every number its format and its range, so
//! that clients and gateways can reject or allocate by them (OWASP API4:2023).

use serde_json::{Map, Value};

/// Largest integer that every JSON parser reads exactly (RFC 8259, section 6).
const LARGEST_EXACT: i64 = 9_007_199_254_740_991;

/// Longest text of a format, as the program writes it or accepts it.
const LENGTHS: [(&str, i64); 5] = [("uuid", 36), ("date-time", 40), ("date", 10), ("time", 20), ("byte", 20_000_000)];

/// Longest text of a header or of a member without a limit of its own.
const LONGEST: i64 = 10_000;

/// Adds the limits to every schema of the document.
pub fn finish(value: &mut Value) {
    match value {
        // The server reads a header of any length, up to the limit for all headers together. Only a key has a limit of its own.
        Value::Object(parameter) if parameter.get("in").is_some_and(|place| place == "header") => {}
        Value::Object(schema) => {
            if is_of(schema, "string") {
                limit_text(schema);
            }
            if is_of(schema, "integer") {
                limit_integer(schema);
            }
            schema.iter_mut().filter(|(name, _)| !is_sample(name)).for_each(|(_, member)| finish(member));
        }
        Value::Array(items) => items.iter_mut().for_each(finish),
        _ => {}
    }
}

/// Examples and values are no schemas.
fn is_sample(name: &str) -> bool {
    matches!(name, "example" | "examples" | "default" | "enum" | "const" | "value")
}

fn is_of(schema: &Map<String, Value>, kind: &str) -> bool {
    let of = schema.get("type");
    of.is_some_and(|of| of == kind || of.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind)))
}

fn limit_text(schema: &mut Map<String, Value>) {
    if ["maxLength", "enum", "const"].iter().any(|name| schema.contains_key(*name)) {
        return;
    }
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    if format == "binary" {
        return;
    }
    let length = LENGTHS.iter().find(|(name, _)| *name == format).map_or(LONGEST, |(_, length)| *length);
    schema.insert("maxLength".into(), length.into());
}

fn limit_integer(schema: &mut Map<String, Value>) {
    if schema.contains_key("enum") || schema.contains_key("const") {
        return;
    }
    let is_short = schema.get("format").is_some_and(|format| format == "int32");
    schema.entry("format").or_insert_with(|| "int64".into());
    let largest = if is_short { i64::from(i32::MAX) } else { LARGEST_EXACT };
    schema.entry("maximum").or_insert_with(|| largest.into());
    schema.entry("minimum").or_insert_with(|| (-largest).into());
}
