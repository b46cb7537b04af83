use serde_json::{Map, Value};

use super::schemas::referred;

/// The body of an operation: whether it may be left out, as what it may come, and an example of each.
pub fn finish(method: &str, body: &mut Value, schemas: &Value) {
    let schema = referred(&body["content"]["application/json"]["schema"]).to_owned();
    if method == "post" {
        // A verb whose members are all optional may come without a body.
        let wanted = &schemas[&schema]["required"];
        body["required"] = (schema.is_empty() || wanted.as_array().is_some_and(|members| !members.is_empty())).into();
    }
    if let Some(example) = patch_example(&schema, schemas) {
        body["content"]["application/json"]["example"] = example;
    }
    if method == "patch" {
        body["content"]["application/merge-patch+json"] = body["content"]["application/json"].clone();
    }
    let Some(example) = body["content"]["application/json"].get("example").cloned() else {
        return;
    };
    for (_, content) in body["content"].as_object_mut().into_iter().flatten() {
        content["example"] = example.clone();
    }
}

/// A patch says some of what a draft says: its example is made of the draft's.
fn patch_example(schema: &str, schemas: &Value) -> Option<Value> {
    const SOME: usize = 2;
    let draft = &schemas[format!("{}Draft", schema.strip_suffix("Patch")?)]["example"];
    let known = |name: &String| schemas[schema]["properties"][name.as_str()].is_object();
    let plain = draft.as_object()?.iter().filter(|(name, member)| !member.is_object() && known(name)).take(SOME);
    Some(Value::Object(plain.map(|(name, member)| (name.clone(), member.clone())).collect::<Map<_, _>>()))
}
