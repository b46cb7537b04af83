//! The server as started by the README: with default settings, rate limits included, and as a separate process. No operation may
//! fail with an internal error there, whoever calls it.

use chot_tests::fixtures::{id, text};
use chot_tests::{Client, Deployment, Form, PDF, contract, form_type, signature};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const LAN: &str = "lan@congty.example.vn";
const PASSWORD: &str = "mot-mat-khau-dai-2026";
const SECRET: &str = "bi-mat-cua-tong-dai-2026";

async fn signed_in(anonymous: &Client) -> (Client, Value) {
    let tokens = anonymous.post("/auth/login", json!({"email": LAN, "password": PASSWORD})).await.expect(200);
    (anonymous.with_credential(&text(&tokens, "access_token")), tokens)
}

/// An operation of the document with parameters of existing or unknown records.
fn request(client: &Client, method: &str, path: &str, known: &Value) -> RequestBuilder {
    let mut path = path.to_owned();
    while let Some((front, rest)) = path.clone().split_once('{') {
        let (name, back) = rest.split_once('}').unwrap();
        let word = known[name].as_str().unwrap_or("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10");
        path = format!("{front}{word}{back}");
    }
    let path = path.strip_prefix("/api/v1").map_or_else(|| format!("/{path}"), str::to_owned);
    let request = client.request(method.to_uppercase().parse().unwrap(), &path).header("if-match", "\"1\"");
    let content = &contract().operation(method, &full(&path)).unwrap()["requestBody"]["content"];
    if content["multipart/form-data"].is_object() {
        let form = Form::of(&json!({"account_id": known["account_id"]})).file("a.pdf", PDF);
        return request.header("content-type", form_type()).body(form.body());
    }
    if content.is_object() { request.header("content-type", "application/json").body("{}") } else { request }
}

fn full(path: &str) -> String {
    path.strip_prefix('/').filter(|rest| rest.starts_with('/')).map_or_else(|| format!("/api/v1{path}"), str::to_owned)
}

/// Some records for the operations.
async fn records(admin: &Client) -> Value {
    let account = admin.post("/accounts", json!({"name": "Sao Mai", "tax_code": "0101243150"})).await.expect(201);
    let lead =
        admin.post("/leads", json!({"kind": "individual", "name": "Lan", "phone": "0987654321", "citizen_id": "001190012345"}));
    let opportunity = json!({"account_id": account["id"], "name": "Tem QR"});
    let form = json!({"name": "Trang đích", "source": "website", "field_map": {"ho_ten": "name", "sdt": "phone"}});
    let form = admin.post("/lead-forms", form).await.expect(201);
    let feed = text(&admin.act("/me/calendar-feed").await.expect(200), "path");
    admin.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.expect(200);
    json!({
        "account_id": account["id"],
        "lead_id": id(&lead.await.expect(201)),
        "opportunity_id": id(&admin.post("/opportunities", opportunity).await.expect(201)),
        "form_id": form["id"],
        "form_key": form["form_key"],
        "calendar_secret": feed.rsplit('/').next().unwrap().trim_end_matches(".ics"),
        "pipeline_key": "leads",
    })
}

/// Every status of 500 or more fails the test, as in every request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_operation_fails_under_the_settings_that_the_program_has_by_itself() {
    let files = std::env::temp_dir().join(format!("chot_test_files_{}", uuid::Uuid::now_v7().simple()));
    let deployment = Deployment::under("icheck").await.as_delivered().with("CHOT_ATTACHMENTS", &files.to_string_lossy());
    deployment.add_user(LAN, "admin", PASSWORD);
    let server = deployment.serve();
    let anonymous = server.anonymous();
    let (admin, tokens) = signed_in(&anonymous).await;
    let known = records(&admin).await;

    // All operations without authentication succeed.
    let calendar = format!("/public/calendars/{}.ics", text(&known, "calendar_secret"));
    assert!(anonymous.get(&calendar).await.text.starts_with("BEGIN:VCALENDAR"));
    let submission = json!({"ho_ten": "Trần Thị Hương", "sdt": "0912345678"});
    anonymous.post(&format!("/public/lead-forms/{}/submissions", text(&known, "form_key")), submission).await.expect(202);
    let told_at = chrono::Utc::now().timestamp_millis();
    let event = json!({"type": "stringee_call", "call_id": "c-1", "call_status": "ended", "timestamp_ms": told_at}).to_string();
    let told = anonymous.request(Method::POST, "/public/telephony/stringee/events").header("content-type", "application/json");
    let told = anonymous.send(told.header("x-stringee-signature", signature(SECRET, &event)).body(event)).await;
    assert!(matches!(told.status, 200 | 422), "{}", told.text);
    anonymous.post("/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).await.expect(200);
    for probe in ["//health/live", "//health/ready"] {
        anonymous.get(probe).await.expect(200);
    }

    let mut called = 0;
    for (operation, method, path) in contract().operations() {
        let reply = anonymous.send(request(&anonymous, &method, &path, &known)).await;
        assert!(reply.header("x-request-id").is_some(), "{operation}");
        // It would end the session of the other calls.
        if operation != "signOut" {
            admin.send(request(&admin, &method, &path, &known)).await;
        }
        called += 1;
    }
    assert!(called > 140, "only {called} operations were called");
    admin.act("/auth/logout").await.expect(204);
    drop(server);
    let _ = std::fs::remove_dir_all(files);
}
