//! Invalid bodies derived from the schemas of the document: every member of every operation, at any depth.

use chot_tests::{Response, contract};
use serde_json::{Value, json};

use super::Witness;
use crate::contract::operation::{Operation, operations};
use crate::contract::rows::Row;
use crate::contract::stage::{Prepared, Stage};

/// A member of a body with its schema.
pub struct Member {
    /// Its pointer.
    pub pointer: String,
    schema: &'static Value,
}

/// The schema behind references and without `null`.
fn resolved(schema: &'static Value) -> &'static Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolved(contract().document.pointer(&reference[1..]).unwrap());
    }
    match schema["oneOf"].as_array() {
        Some(ways) => resolved(ways.iter().find(|way| way["type"] != "null").unwrap()),
        None => schema,
    }
}

/// The type, without `null`.
fn type_of(schema: &'static Value) -> &'static str {
    let types = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    types.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_else(|| panic!("{schema} has no type"))
}

/// Collects a member and everything below it.
pub fn gather(pointer: String, schema: &'static Value, found: &mut Vec<Member>) {
    let schema = resolved(schema);
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        gather(format!("{pointer}/{name}"), member, found);
    }
    if type_of(schema) == "array" {
        gather(format!("{pointer}/0"), &schema["items"], found);
    }
    found.push(Member { pointer, schema });
}

impl Member {
    /// Values that the document forbids.
    fn forbidden(&self) -> Vec<Value> {
        let mut values = match type_of(self.schema) {
            "string" => vec![json!(5), json!(true), json!(["x"]), json!({"x": 1}), json!("\0"), json!("a\0b")],
            "integer" => vec![json!("1"), json!(1.5), json!(true), json!([1]), json!({})],
            "boolean" => vec![json!("true"), json!(1), json!([true]), json!({})],
            "array" | "object" => vec![json!("x"), json!(5), json!(true)],
            other => panic!("{}: no value is known that is not {other}", self.pointer),
        };
        let limit = |name: &str| self.schema[name].as_u64();
        values.extend(limit("maxLength").map(|most| json!("a".repeat(usize::try_from(most).unwrap() + 1))));
        values.extend(limit("maximum").map(|most| json!(most + 1)));
        values.extend(self.schema["minimum"].as_i64().map(|least| json!(least - 1)));
        values.extend(self.schema["enum"].as_array().map(|_| json!("khong_co")));
        values.extend(self.schema["format"].as_str().map(|_| json!("a")).filter(|_| type_of(self.schema) == "string"));
        values
    }

    /// Whether it is an object without additional members.
    fn is_closed(&self) -> bool {
        self.schema["additionalProperties"] == false
    }
}

/// Sets a value at a pointer, and creates missing parents.
pub fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for name in pointer.split('/').skip(1) {
        place = if name == "0" {
            if place.as_array().is_none_or(Vec::is_empty) {
                *place = json!([null]);
            }
            &mut place[0]
        } else {
            if !place.is_object() {
                *place = json!({});
            }
            &mut place[name]
        };
    }
    *place = value;
}

/// Sends invalid bodies to one operation, on one record.
struct Sender<'a> {
    stage: &'a Stage,
    operation: &'a Operation,
    row: &'a Row,
    ground: Prepared,
    wrong: Vec<String>,
    sent: usize,
}

impl Sender<'_> {
    /// Sends the valid body with one changed value, and records it if the response does not refuse that pointer.
    async fn send(&mut self, pointer: &str, value: Value) {
        let mut body = self.row.body.map_or_else(|| json!({}), |body| body(&self.ground));
        put(&mut body, pointer, value.clone());
        let reply = self.send_text(body.to_string()).await;
        let told = reply.body["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["pointer"] == pointer));
        if (reply.status, told) != (422, true) {
            let value: String = value.to_string().chars().take(30).collect();
            self.wrong.push(format!("{} with {value} at {pointer}: {} {}", self.row.operation, reply.status, reply.text));
        }
    }

    /// Sends an object with a repeated member.
    async fn repeat(&mut self, member: &str) {
        let reply = self.send_text(format!("{{\"{member}\": null, \"{member}\": null}}")).await;
        if (reply.status, &reply.body["code"]) != (400, &json!("malformed_body")) {
            self.wrong.push(format!("{} with {member} twice: {} {}", self.row.operation, reply.status, reply.text));
        }
    }

    async fn send_text(&mut self, text: String) -> Response {
        self.sent += 1;
        let admin = self.stage.admin();
        let reply = admin.send(self.operation.saying(admin, &self.ground, text)).await;
        let is_problem = reply.header("content-type") == Some("application/problem+json");
        assert!(is_problem, "{}: {} {}", self.row.operation, reply.status, reply.text);
        reply
    }
}

/// The schema of an operation's JSON body, if it has one without additional members.
pub fn schema_of(operation: &Operation) -> Option<&'static Value> {
    let content = &operation.document["requestBody"]["content"];
    let json = content.get("application/json").or_else(|| content.get("application/merge-patch+json"));
    let schema = json.map(|media_type| resolved(&media_type["schema"]))?;
    (schema["properties"].is_object() && schema["additionalProperties"] == false).then_some(schema)
}

/// Sends everything that violates the schema. Returns what was not refused correctly.
async fn sweep(sender: &mut Sender<'_>, schema: &'static Value) {
    let mut members = Vec::new();
    gather(String::new(), schema, &mut members);
    for member in &members {
        for value in member.forbidden() {
            sender.send(&member.pointer, value).await;
        }
        if member.is_closed() {
            sender.send(&format!("{}/khong_co", member.pointer), json!(1)).await;
            sender.send(&format!("{}/khong_co", member.pointer), Value::Null).await;
        }
    }
    for member in schema["properties"].as_object().unwrap().keys() {
        sender.repeat(member).await;
    }
}

#[tokio::test]
async fn every_member_of_every_body_takes_only_what_the_document_says() {
    let stage = Stage::new().await;
    let mut witness = Witness::of(&stage.world).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in &operations() {
        let Some(schema) = schema_of(operation) else {
            continue;
        };
        let ground = stage.prepare(row.on, stage.administrator()).await;
        witness.look_again().await;
        let mut sender = Sender { stage: &stage, operation, row, ground, wrong: Vec::new(), sent: 0 };
        sweep(&mut sender, schema).await;
        witness.nothing_written().await;
        sent += sender.sent;
        wrong.append(&mut sender.wrong);
    }
    assert!(sent > 1_000, "only {sent} bodies were sent");
    assert!(wrong.is_empty(), "{} of {sent} bodies:\n{}", wrong.len(), wrong.join("\n"));
}
