use serde_json::{Map, Value};

use super::Violations;
use super::shape::escape;

/// Removes the NUL character from all texts and names of a document, and returns where it was. PostgreSQL cannot store NUL, so
/// no text of a request may contain it, even if no field uses that text. A member whose name contains NUL is removed.
pub fn take_nul(json: &mut Value) -> Violations {
    let mut violations = Violations::default();
    take_nul_below(json, "", &mut violations);
    violations
}

fn take_nul_below(json: &mut Value, path: &str, violations: &mut Violations) {
    match json {
        Value::String(text) if text.contains('\0') => {
            violations.add(path, "nul_character");
            text.retain(|c| c != '\0');
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                take_nul_below(item, &format!("{path}/{index}"), violations);
            }
        }
        Value::Object(members) => take_nul_of_members(members, path, violations),
        _ => {}
    }
}

fn take_nul_of_members(members: &mut Map<String, Value>, path: &str, violations: &mut Violations) {
    members.retain(|name, _| {
        let has_nul = name.contains('\0');
        if has_nul {
            violations.add(&format!("{path}/{}", escape(&name.replace('\0', ""))), "nul_character");
        }
        !has_nul
    });
    for (name, member) in members {
        // The pointer is built only if it may be needed: most members have no nested values and no NUL.
        let is_clean = matches!(member, Value::Null | Value::Bool(_) | Value::Number(_))
            || member.as_str().is_some_and(|text| !text.contains('\0'));
        if !is_clean {
            take_nul_below(member, &format!("{path}/{}", escape(name)), violations);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::shared::arbitrary_json;

    #[test]
    fn nul_is_found_in_values_names_and_at_any_depth() {
        let mut said = json!({"a": "x\0y", "b": ["ok", {"c": "\0"}], "d\0e": {"f": 1}, "g": "right", "h": 5});
        let faults = take_nul(&mut said).into_vec();
        let mut pointers: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        pointers.sort_unstable();
        assert_eq!(pointers, [("/a", "nul_character"), ("/b/1/c", "nul_character"), ("/de", "nul_character")]);
        assert_eq!(said, json!({"a": "xy", "b": ["ok", {"c": ""}], "g": "right", "h": 5}));
    }

    proptest! {
        #[test]
        fn nothing_of_it_is_left(mut said in arbitrary_json()) {
            let before = said.clone();
            let faults = take_nul(&mut said);
            prop_assert!(!said.to_string().contains("\\u0000"));
            prop_assert_eq!(faults.is_empty(), said == before);
        }
    }
}
