//! The playbook of these tests.

use chot_tests::{EVERY_RULE, playbook};
use serde_json::{Value, json};

/// A rule that is not in force is missing, `false`, zero or an empty list.
fn is_in_force(rule: &Value) -> bool {
    ![json!(null), json!(false), json!(0), json!([]), json!("never")].contains(rule)
}

#[test]
fn the_playbook_of_these_tests_is_valid_and_has_every_rule_in_force() {
    let document = serde_json::to_value(playbook(EVERY_RULE)).unwrap();
    for part in ["policies", "cadence"] {
        for (name, rule) in document[part].as_object().unwrap() {
            assert!(is_in_force(rule), "{part}.{name} is {rule}");
        }
    }
    for (name, value) in document.as_object().unwrap() {
        assert!(is_in_force(value), "{name} is {value}");
    }
    assert_eq!(document["working_time"]["is_in_force"], true);
}
