//! NUL, which PostgreSQL cannot store: a request with NUL anywhere is refused in the same way on both databases.

use chot_application::Error;
use chot_domain::identity::Actor;
use chot_persistence::identity;
use chot_tests::fixtures::{account, phone};
use chot_tests::{Form, Kind, PDF, Response, World, fault, form_type, kind};
use reqwest::Method;
use serde_json::{Value, json};

use super::Witness;
use super::sweep::put;
use crate::contract::operation::{Operation, operations};
use crate::contract::rows::Row;
use crate::contract::stage::{Prepared, Stage};

/// The pointers of all texts in a body.
fn texts(body: &Value, pointer: &str, found: &mut Vec<String>) {
    match body {
        Value::String(_) => found.push(pointer.to_owned()),
        Value::Object(members) => {
            for (name, member) in members {
                texts(member, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The valid body with NUL in each of its texts in turn, and in unknown members.
fn bodies(row: &Row, ground: &Prepared) -> Vec<Value> {
    let right = row.body.map_or_else(|| json!({}), |body| body(ground));
    let mut places = Vec::new();
    texts(&right, "", &mut places);
    let mut bodies = Vec::new();
    for place in places {
        let mut body = right.clone();
        *body.pointer_mut(&place).unwrap() = json!("a\0b");
        bodies.push(body);
    }
    for (member, value) in [("/khac", json!("a\0b")), ("/khac", json!({"sau": ["\0"]})), ("/kh\0ac", json!("x"))] {
        let mut body = right.clone();
        put(&mut body, member, value);
        bodies.push(body);
    }
    bodies
}

/// The names of an operation's query parameters, and an unknown one.
fn parameters(operation: &Operation) -> Vec<String> {
    let parameters = operation.document["parameters"].as_array().into_iter().flatten();
    let names = parameters.filter(|one| one["in"] == "query").map(|one| one["name"].as_str().unwrap().to_owned());
    names.chain(["khac".to_owned(), "kh%00ac".to_owned()]).collect()
}

fn names_nul(reply: &Response) -> bool {
    reply.body["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["code"] == "nul_character"))
}

#[tokio::test]
async fn no_operation_takes_nul_in_any_text_of_its_body() {
    let stage = Stage::new().await;
    let mut witness = Witness::of(&stage.world).await;
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in operations().iter().filter(|(operation, _)| operation.reads_json()) {
        let ground = stage.prepare(row.on, stage.administrator()).await;
        witness.look_again().await;
        for body in bodies(row, &ground) {
            sent += 1;
            let reply = stage.admin().send(operation.saying(stage.admin(), &ground, body.to_string())).await;
            if reply.status != 422 || !names_nul(&reply) {
                wrong.push(format!("{} with {body}: {} {}", row.operation, reply.status, reply.text));
            }
        }
        witness.nothing_written().await;
    }
    assert!(sent > 200, "only {sent} bodies were sent");
    assert!(wrong.is_empty(), "{} of {sent} bodies:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn no_operation_takes_nul_in_its_query_or_its_path() {
    let stage = Stage::new().await;
    let admin = stage.admin();
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for (operation, row) in operations().iter().filter(|(operation, _)| operation.method == Method::GET) {
        let nowhere = operation.path.split('/').map(|part| if part.starts_with('{') { "a%00b" } else { part });
        let nowhere = format!("/{}", nowhere.collect::<Vec<_>>().join("/").trim_start_matches('/'));
        let nowhere = nowhere.trim_start_matches("/api/v1").to_owned();
        let mut asked = vec![nowhere.clone()];
        asked.extend(parameters(operation).into_iter().map(|name| format!("{nowhere}?{name}=a%00b")));
        for path in asked {
            let is_bare = path == nowhere && !path.contains("%00");
            sent += 1;
            let reply = admin.get(&path).await;
            if reply.status >= 500 || (!is_bare && !(400..500).contains(&reply.status)) {
                wrong.push(format!("{} at {path}: {} {}", row.operation, reply.status, reply.text));
            }
        }
    }
    assert!(sent > 300, "only {sent} requests were sent");
    assert!(wrong.is_empty(), "{} of {sent} requests:\n{}", wrong.len(), wrong.join("\n"));
    admin.get("/leads?q=a%00b").await.refused(400, "invalid_parameter");
    assert_eq!(admin.get("/leads?q=a%00b").await.faults(400), [fault("/q", "nul_character")]);
    admin.get("/leads?cursor=a%00b").await.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn a_web_form_refuses_nul_in_fields_that_fill_nothing() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let map = json!({"ho_ten": "name", "sdt": "phone"});
    let form = admin.post("/lead-forms", json!({"name": "Hội chợ", "source": "fair", "field_map": map})).await.expect(201);
    let path = format!("/public/lead-forms/{}/submissions", form["form_key"].as_str().unwrap());
    let anonymous = world.anonymous();
    let right = json!({"ho_ten": "Trần Thị Hương", "sdt": phone(1)});
    for (member, value, pointer) in [
        ("khac", json!("a\0b"), "/khac"),
        ("k\0", json!("x"), "/k"),
        ("khac", json!({"a": ["\0"]}), "/khac/a/0"),
        ("khac", json!([{"b\0": 1}]), "/khac/0/b"),
    ] {
        let mut sent = right.clone();
        sent[member] = value;
        assert_eq!(anonymous.post(&path, sent).await.faults(422), [fault(pointer, "nul_character")]);
    }
    for (field, pointer) in [("k%00=1", "/k"), ("khac=%00", "/khac"), ("khac=x&khac=%00", "/khac/1")] {
        let request = anonymous.request(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
        let sent = request.body(format!("ho_ten=Lan&sdt=0912345678&{field}"));
        assert_eq!(anonymous.send(sent).await.faults(422), [fault(pointer, "nul_character")]);
    }
    assert!(admin.all("/leads").await.is_empty());
    anonymous.post(&path, right).await.expect(202);
}

#[tokio::test]
async fn a_form_with_a_file_refuses_nul_in_its_texts() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let of = |members: Value| Form::of(&members);
    let right = json!({"account_id": customer["id"], "description": "a\0b"});
    let faults = lan.upload("/attachments", of(right).file("a.pdf", PDF)).await.faults(422);
    assert_eq!(faults, [fault("/description", "nul_character")]);
    let unknown = lan.upload("/attachments", of(json!({"account_id": customer["id"], "khac": "\0"})).file("a.pdf", PDF)).await;
    assert_eq!(unknown.status, 422);
    let named = "; name=\"file\"; filename*=UTF-8''a%00b.pdf\r\nContent-Type: application/pdf";
    let form = of(json!({"account_id": customer["id"]})).part(named, PDF);
    let request = lan.request(Method::POST, "/attachments").header("content-type", form_type()).body(form.body());
    assert_eq!(lan.send(request).await.faults(422), [fault("/file", "nul_character")]);
    assert!(lan.all(&format!("/attachments?account_id={}", customer["id"].as_str().unwrap())).await.is_empty());
}

/// NUL that passes the first checks must not cause an internal error.
#[tokio::test]
async fn what_the_database_refuses_to_store_is_a_fault_of_the_request() {
    let world = World::under("icheck").await;
    let ctx = world.engine.act_as(Actor::system()).await.unwrap();
    let found = ctx.write(async |tx| Ok(identity::user_named(tx, "a\0b").await?)).await;
    match found {
        Err(Error::Invalid(faults)) => assert_eq!(faults.into_vec().swap_remove(0).code, "nul_character"),
        Ok(None) => assert_eq!(kind(), Kind::Sqlite),
        other => panic!("{other:?}"),
    }
}
