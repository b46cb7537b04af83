use serde_json::{Value, json};

/// Whether an operation can be called without signing in: one of its alternatives requires nothing.
pub fn is_for_anybody(operation: &Value) -> bool {
    let alternatives = operation["security"].as_array();
    alternatives.is_some_and(|all| all.is_empty() || all.contains(&json!({})))
}

/// The permission that an operation requires, as its security requirement names it.
fn permission(operation: &Value) -> Option<&str> {
    operation["security"].as_array()?.iter().find_map(|one| one["bearer"][0].as_str())
}

/// States in the description, and for programs in `x-permission`, which permission an operation requires. An operation that requires
/// nothing gets an empty list of requirements.
pub fn describe(operation: &mut Value) {
    if operation["security"] == json!([{}]) {
        operation["security"] = json!([]);
    } else if operation["security"].is_null() {
        operation["security"] = json!([{"bearer": []}]);
    }
    let Some(permission) = permission(operation).map(str::to_owned) else {
        return;
    };
    let described = operation["description"].as_str().unwrap_or_default();
    operation["description"] = format!("{described}\n\nRequires the permission `{permission}`.").into();
    operation["x-permission"] = permission.into();
}
