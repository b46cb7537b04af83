//! Uploads: what is stored of a file, where it is found, and what its record contains.

use chot_tests::fixtures::{account, attachment, id, opportunity, own_lead, qualified_lead, team, version};
use chot_tests::{Form, PDF, World, form_type};
use reqwest::Method;
use serde_json::{Value, json};

use super::{expect_files, kept};

#[tokio::test]
async fn r_edu_73_a_contract_is_attached_to_a_customer_in_its_category() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let said = json!({"account_id": customer["id"], "category": "contract", "description": "Đã ký, bản quét", "lead_id": ""});
    let reply = lan.upload("/attachments", Form::of(&said).declared("Hợp đồng số 12.pdf", "application/pdf", PDF)).await;
    assert!(reply.header("etag").unwrap().starts_with("\"1-"));
    assert_eq!(reply.header("location").unwrap(), format!("/api/v1/attachments/{}", id(&reply.body)));
    let contract = reply.expect(201);
    let told = |member: &str| contract[member].clone();
    assert_eq!((told("file_name"), told("content_type")), (json!("Hợp đồng số 12.pdf"), json!("application/pdf")));
    assert_eq!((told("size"), told("category")), (json!(PDF.len()), json!("contract")));
    assert_eq!((told("account_id"), told("lead_id"), told("opportunity_id")), (customer["id"].clone(), Value::Null, Value::Null));
    assert_eq!((told("created_by"), told("created_by_name")), (json!(lan.user_id), json!("Người dùng salesperson")));
    assert_eq!(told("description"), "Đã ký, bản quét");
    assert_eq!(lan.get(&format!("/attachments/{}", id(&contract))).await.expect(200), contract);

    let other = attachment(&lan, "account_id", &customer).await;
    let found = async |query: &str| lan.all(&format!("/attachments?{query}")).await.iter().map(id).collect::<Vec<_>>();
    let of_customer = format!("account_id={}", id(&customer));
    assert_eq!(found(&of_customer).await, [id(&other), id(&contract)]);
    assert_eq!(found(&format!("{of_customer}&sort=created_at")).await, [id(&contract), id(&other)]);
    assert_eq!(found("category=contract").await, [id(&contract)]);
    assert!(found("category=payment_proof").await.is_empty());
    assert_eq!(kept(&world.folder).0.len(), 2);
}

#[tokio::test]
async fn r_ichk_83_a_file_stands_in_the_history_of_its_record() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let (chance, lead) = (opportunity(&lan, &customer, "Truy xuất nguồn gốc").await, own_lead(&lan, 2).await);
    let of_chance = attachment(&lan, "opportunity_id", &chance).await;
    assert_eq!((&of_chance["account_id"], &of_chance["opportunity_id"]), (&customer["id"], &chance["id"]));
    let of_lead = attachment(&lan, "lead_id", &lead).await;
    for (path, count) in [
        (format!("/opportunities/{}", id(&chance)), 1),
        (format!("/accounts/{}", id(&customer)), 1),
        (format!("/leads/{}", id(&lead)), 1),
    ] {
        let history = lan.history(&path).await;
        assert_eq!(history.iter().filter(|kind| *kind == "attachment.uploaded").count(), count, "{path}: {history:?}");
    }
    let events = lan.all(&format!("/opportunities/{}/timeline?kind=attachment.uploaded", id(&chance))).await;
    assert_eq!((&events[0]["subject_kind"], &events[0]["subject_id"]), (&json!("attachment"), &of_chance["id"]));
    assert_eq!(
        (&events[0]["facts"]["size"], &events[0]["facts"]["content_type"]),
        (&of_chance["size"], &json!("application/pdf"))
    );
    assert_eq!(events[0]["changes"]["file_name"], json!({"from": null, "to": "hop-dong.pdf"}), "a name may be personal");
    assert_eq!(lan.all(&format!("/attachments?opportunity_id={}", id(&chance))).await.len(), 1);
    assert_eq!(lan.all(&format!("/attachments?lead_id={}", id(&lead))).await[0]["id"], of_lead["id"]);
}

#[tokio::test]
async fn r_ichk_84_a_file_is_attached_to_a_note() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Truy xuất nguồn gốc").await;
    let note = json!({"kind": "note", "subject": "Khách xem báo giá", "opportunity_id": chance["id"]});
    let note = lan.post("/activities", note).await.expect(201);
    let file = attachment(&lan, "activity_id", &note).await;
    let told = |member: &str| file[member].clone();
    assert_eq!((told("activity_id"), told("opportunity_id")), (note["id"].clone(), chance["id"].clone()));
    assert_eq!((told("account_id"), told("lead_id")), (customer["id"].clone(), Value::Null));
    for list in ["activity_id", "opportunity_id", "account_id"].map(|of| format!("{of}={}", file[of].as_str().unwrap())) {
        assert_eq!(lan.all(&format!("/attachments?{list}")).await[0]["id"], file["id"], "{list}");
    }
    let history = lan.history(&format!("/opportunities/{}", id(&chance))).await;
    assert!(history.contains(&"attachment.uploaded".to_owned()), "{history:?}");

    lan.delete(&format!("/activities/{}", id(&note)), version(&note)).await.expect(204);
    let form = Form::of(&json!({"activity_id": note["id"]})).file("a.pdf", PDF);
    lan.upload("/attachments", form).await.refused(409, "archived");
}

#[tokio::test]
async fn a_file_goes_to_the_archive_and_comes_back() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let admin = world.user("admin").await;
    let customer = account(&lan, 1).await;
    let file = attachment(&lan, "account_id", &customer).await;
    let path = format!("/attachments/{}", id(&file));
    lan.act(&format!("{path}/restore")).await.refused(409, "wrong_status");
    lan.delete(&path, version(&file)).await.expect(204);
    lan.delete(&path, version(&file) + 1).await.refused(404, "not_found");
    assert!(lan.all("/attachments").await.is_empty());
    assert_eq!(lan.all("/attachments?is_archived=true").await.len(), 1);
    assert_eq!(lan.get(&format!("{path}/content")).await.bytes, PDF, "nothing is lost");
    let back = lan.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!((&back["archived_at"], version(&back)), (&Value::Null, 3));
    let history = lan.history(&format!("/accounts/{}", id(&customer))).await;
    assert_eq!(&history[1..], ["attachment.uploaded", "attachment.archived", "attachment.restored"]);

    lan.delete(&path, 3).await.expect(204);
    admin.delete(&format!("/accounts/{}", id(&customer)), version(&customer)).await.expect(204);
    lan.act(&format!("{path}/restore")).await.refused(409, "archived");
    let form = Form::of(&json!({"account_id": customer["id"]})).file("a.pdf", PDF);
    lan.upload("/attachments", form).await.refused(409, "archived");
    expect_files(&world.folder, 1).await;
}

#[tokio::test]
async fn the_files_of_a_lead_are_found_on_the_account_that_it_became() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let before = attachment(&lan, "lead_id", &lead).await;
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    let after = attachment(&lan, "lead_id", &lead).await;
    let of_account = format!("/attachments?account_id={}&sort=created_at", conversion["account_id"].as_str().unwrap());
    assert_eq!(lan.all(&of_account).await.iter().map(id).collect::<Vec<_>>(), [id(&before), id(&after)]);
    let account = format!("/accounts/{}", conversion["account_id"].as_str().unwrap());
    let history = lan.history(&account).await;
    assert_eq!(history.iter().filter(|kind| *kind == "attachment.uploaded").count(), 2, "{history:?}");
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    assert!(lan.all(&of_account).await.is_empty());
    assert_eq!(lan.all(&format!("/attachments?lead_id={}", id(&lead))).await.len(), 2);
}

#[tokio::test]
async fn a_file_on_what_a_conversion_made_keeps_it_from_being_undone() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    attachment(&lan, "account_id", &json!({"id": conversion["account_id"]})).await;
    let refused = lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.refused(409, "conversion_blocked");
    assert_eq!(refused["blocked_by"][0]["kind"], "attachment.uploaded");
}

#[tokio::test]
async fn an_upload_sent_again_with_its_key_is_kept_once() {
    let world = World::under("icheck").await;
    let lan = team(&world).await.lan;
    let customer = account(&lan, 1).await;
    let form = |name: &str, content: &[u8]| Form::of(&json!({"account_id": customer["id"]})).file(name, content);
    let send = async |form: Form| {
        let request = lan.request(Method::POST, "/attachments").header("content-type", form_type());
        lan.send(request.header("idempotency-key", "tep-0001").body(form.body())).await
    };
    let first = send(form("a.pdf", PDF)).await.expect(201);
    let again = send(form("a.pdf", PDF)).await;
    assert_eq!((again.header("idempotency-replayed"), &again.body), (Some("true"), &first));
    send(form("b.pdf", PDF)).await.refused(422, "idempotency_key_reused");
    send(form("a.pdf", b"%PDF-1.4 another")).await.refused(422, "idempotency_key_reused");
    assert_eq!(lan.all("/attachments").await.len(), 1);
    // A separate task deletes the repeated upload.
    expect_files(&world.folder, 1).await;
    let content = lan.get(&format!("/attachments/{}/content", id(&first))).await;
    assert_eq!(content.bytes, PDF, "what is kept is the first one's");
}
