use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A body that is not JSON, or that contains a member twice.
#[derive(Debug, PartialEq, Eq)]
pub struct MalformedJson {
    /// Line of the first fault, counted from 1.
    pub line: usize,
    /// Column of the first fault, counted from 1.
    pub column: usize,
}

/// Parses JSON and refuses duplicate members, which parsers handle in different ways without an error.
///
/// # Errors
/// The position of the first fault.
pub fn parse_strictly(bytes: &[u8]) -> Result<Value, MalformedJson> {
    let strict: Result<Strict, _> = serde_json::from_slice(bytes);
    strict.map(|json| json.0).map_err(|fault| MalformedJson { line: fault.line(), column: fault.column() })
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated members")
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_string<E: Error>(self, v: String) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element::<Strict>()? {
            array.push(item.0);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value.0).is_some() {
                return Err(A::Error::custom("repeated member"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_member_is_refused_at_any_depth() {
        assert!(parse_strictly(br#"{"a":1,"b":{"c":1}}"#).is_ok());
        assert!(parse_strictly(br#"{"a":1,"a":2}"#).is_err());
        assert!(parse_strictly(br#"{"a":[{"c":1,"c":1}]}"#).is_err());
    }

    #[test]
    fn broken_text_is_refused() {
        assert!(parse_strictly(b"{\"a\":\"\xff\"}").is_err());
        assert!(parse_strictly(br#"{"a":"\ud800"}"#).is_err());
        assert!(parse_strictly(br#"{"a":1e400}"#).is_err());
        assert!(parse_strictly("[".repeat(100_000).as_bytes()).is_err());
    }
}
