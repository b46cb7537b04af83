mod archive;
mod contacts;
pub mod contract;
mod customer_status;
mod edit;
mod history;
mod identity;
mod owners;
mod sight;
mod tree;

use chot_tests::fault;
use chot_tests::fixtures::{phone, some_tax_code, team};
use serde_json::{Value, json};

/// A company with its own numbers.
fn draft(number: u32) -> Value {
    json!({
        "name": format!("Hợp tác xã Rau sạch {number}"),
        "phone": phone(6_000_000 + number),
        "tax_code": some_tax_code(25_000_000 + number),
    })
}

/// A draft with further fields.
fn with(mut draft: Value, more: Value) -> Value {
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    draft
}
