use chot_domain::playbook::{Playbook, embedded};
use chot_domain::shared::read;
use serde_json::Value;

/// The name of the playbook in which every rule is in force. It is iCheck's with `every_rule.toml`.
pub const EVERY_RULE: &str = "every_rule";

/// The playbook with this name: an embedded one, or [`EVERY_RULE`].
pub fn playbook(name: &str) -> Playbook {
    if name == EVERY_RULE { every_rule() } else { embedded(name).unwrap() }
}

fn every_rule() -> Playbook {
    let mut document = serde_json::to_value(embedded("icheck").unwrap()).unwrap();
    add(&mut document, toml::from_str(include_str!("../playbooks/every_rule.toml")).unwrap());
    read(document).unwrap_or_else(|faults| panic!("every_rule.toml: {faults:#?}"))
}

/// Adds a document to another. An object gets all members. An array gets all items; an item whose `key` the array has already is added to
/// that item. Any other value replaces the old one.
fn add(document: &mut Value, more: Value) {
    match (document, more) {
        (Value::Object(members), Value::Object(more)) => {
            for (name, value) in more {
                add(members.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(items), Value::Array(more)) => {
            for item in more {
                match items.iter_mut().find(|known| known["key"].is_string() && known["key"] == item["key"]) {
                    Some(known) => add(known, item),
                    None => items.push(item),
                }
            }
        }
        (value, more) => *value = more,
    }
}
