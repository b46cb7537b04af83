//! Public web forms: what they accept, what they return, and what becomes of submissions.

use chot_tests::fixtures::{company, id, phone, product, some_tax_code, text, version};
use chot_tests::{Client, World};
use reqwest::Method;
use serde_json::{Value, json};

use super::fault;
use crate::identity::people::write;
use crate::robustness::at_once::database;

/// A form with a field for everything, and the path of its submissions.
pub async fn form(admin: &Client, more: Value) -> (Value, String) {
    let mut draft = json!({
        "name": "Trang đích tháng 11",
        "source": "landing_page",
        "field_map": {
            "ho_ten": "name", "sdt": "phone", "thu": "email", "nguoi_lien_he": "contact_person", "mst": "tax_code",
            "dia_chi": "address", "web": "website", "noi_dung": "need", "ghi_chu": "description", "loai": "kind",
        },
    });
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let form = admin.post("/lead-forms", draft).await.expect(201);
    let path = format!("/public/lead-forms/{}/submissions", text(&form, "form_key"));
    (form, path)
}

#[tokio::test]
async fn a_submission_becomes_a_lead_of_nobody_with_everything_that_was_sent() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let sold = product(&admin, "TRUYXUAT").await;
    let (form, path) = form(&admin, json!({"product_id": sold["id"]})).await;
    let code = some_tax_code(1);
    let sent = json!({
        "ho_ten": "Nông sản Hoa Sen", "sdt": "0912 345 678", "thu": "LienHe@hoasen.vn", "nguoi_lien_he": "Chị Hương", "mst": code,
        "dia_chi": "12 Hàng Bài", "web": "hoasen.vn", "noi_dung": "Tem QR", "ghi_chu": " Gọi buổi sáng ", "utm_source": "google",
    });
    let receipt = world.anonymous().post(&path, sent).await.expect(202);
    assert_eq!(receipt, json!({"received": true, "outcome": null, "lead_id": null}));
    let lead = admin.all("/leads?in_pool=true").await.remove(0);
    let stands = [
        ("name", json!("Nông sản Hoa Sen")),
        ("phone", json!("+84912345678")),
        ("email", json!("lienhe@hoasen.vn")),
        ("tax_code", json!(code)),
        ("need", json!("Tem QR")),
        ("description", json!("Gọi buổi sáng")),
        ("kind", json!("company")),
        ("status", json!("new")),
        ("source", json!("landing_page")),
        ("product_id", sold["id"].clone()),
        ("form_id", form["id"].clone()),
        ("owner_id", json!(null)),
        ("created_by", json!(null)),
    ];
    for (member, value) in stands {
        assert_eq!(lead[member], value, "{member}");
    }
    assert_eq!(
        (&lead["contact_person"]["full_name"], &lead["profile"]["website"]),
        (&json!("Chị Hương"), &json!("https://hoasen.vn/"))
    );
    assert_eq!(lead["profile"]["address"]["text"], "12 Hàng Bài");
    let person = json!({"ho_ten": "Lê Thị Mai", "sdt": phone(2), "loai": "individual"});
    world.anonymous().post(&path, person).await.expect(202);
    assert_eq!(admin.all("/leads?kind=individual").await.len(), 1);
    assert_eq!(admin.all(&format!("/leads?form_id={}", id(&form))).await.len(), 2);
    let mut history = admin.all(&format!("/leads/{}/timeline", id(&lead))).await;
    let (submitted, created) = (history.remove(0), history.remove(0));
    for (event, kind) in [(&submitted, "lead.submitted"), (&created, "lead.created")] {
        assert_eq!((&event["kind"], &event["actor_kind"], &event["actor_id"]), (&json!(kind), &json!("lead_form"), &form["id"]));
    }
    assert_eq!(submitted["changes"]["utm_source"]["to"], "google", "what fills no member is not lost");
}

#[tokio::test]
async fn a_plain_html_form_is_taken_as_well() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let anonymous = world.anonymous();
    let send = async |body: &'static str| {
        let request =
            anonymous.request(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        anonymous.send(request.body(body)).await
    };
    let body = "ho_ten=C%C3%B4ng+ty+Hoa+Sen&sdt=0912345678&noi_dung=Tem+%26+nh%C3%A3n&thu=&khac=x";
    assert_eq!(send(body).await.expect(202)["received"], true);
    let lead = admin.all("/leads").await.remove(0);
    assert_eq!((&lead["name"], &lead["need"], &lead["email"]), (&json!("Công ty Hoa Sen"), &json!("Tem & nhãn"), &json!(null)));
    // A repeated field is a list: allowed for check boxes that map to nothing, but not for a name.
    assert_eq!(send("ho_ten=A&ho_ten=B&sdt=0912345679").await.faults(422), [fault("/ho_ten", "wrong_type")]);
    assert_eq!(send("ho_ten=A&sdt=0912345678&quan_tam=tem&quan_tam=qr").await.expect(202)["received"], true);
    send("ho_ten=%FF&sdt=0912345679").await.refused(400, "malformed_body");
    let nul = send("ho_ten=a%00b&sdt=0912345679").await.faults(422);
    assert_eq!(nul, [fault("/ho_ten", "nul_character")]);
    let request = anonymous.request(Method::POST, &path).header("content-type", "text/plain").body("ho_ten=A");
    anonymous.send(request).await.refused(415, "unsupported_media_type");
    assert_eq!(admin.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn faults_are_told_in_the_forms_own_words() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let anonymous = world.anonymous();
    let sent =
        json!({"sdt": "12", "thu": "x", "mst": "0100233480", "web": "khong co", "dia_chi": "x".repeat(501), "nguoi_lien_he": 5});
    let mut faults = anonymous.post(&path, sent).await.faults(422);
    faults.sort();
    let expected = [
        fault("/dia_chi", "too_long"),
        fault("/ho_ten", "required"),
        fault("/mst", "tax_code_checksum"),
        fault("/nguoi_lien_he", "wrong_type"),
        fault("/sdt", "invalid_phone"),
        fault("/thu", "invalid_email"),
        fault("/web", "invalid_web_address"),
    ];
    assert_eq!(faults, expected);
    assert_eq!(anonymous.post(&path, json!({"ho_ten": "Hoa Sen"})).await.faults(422), [fault("/sdt", "no_way_to_reach")]);
    let request = anonymous.request(Method::POST, &path).header("accept-language", "vi").json(&json!({"sdt": phone(1)}));
    let told = anonymous.send(request).await.refused(422, "validation_failed");
    assert_eq!(told["errors"][0]["detail"], "Vui lòng điền trường này.");
    assert!(admin.all("/leads").await.is_empty());
}

#[tokio::test]
async fn a_form_without_a_phone_field_speaks_of_the_fields_that_it_has() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"field_map": {"ten": "name", "thu": "email"}})).await;
    let faults = world.anonymous().post(&path, json!({"ten": "Hoa Sen"})).await.faults(422);
    assert_eq!(faults, [fault("/thu", "no_way_to_reach")]);
}

#[tokio::test]
async fn who_is_a_lead_already_does_not_become_a_second_one() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let (form, path) = form(&admin, json!({})).await;
    let mut draft = company(1);
    draft["contact_points"] = json!([{"channel": "zalo", "value": phone(2)}, {"channel": "email", "value": "lienhe@hoasen.vn"}]);
    draft["owner_id"] = json!(lan.user_id);
    let lead = lan.post("/leads", draft).await.expect(201);
    let anonymous = world.anonymous();
    let ways = [json!({"sdt": phone(1)}), json!({"sdt": phone(2)}), json!({"thu": "LIENHE@hoasen.vn"})];
    for mut sent in ways {
        sent["ho_ten"] = json!("Một tên khác");
        anonymous.post(&path, sent).await.expect(202);
    }
    assert_eq!(admin.all("/leads").await.len(), 1);
    assert_eq!(lan.get(&format!("/leads/{}", id(&lead))).await.expect(200), lead, "what stood there stays");
    let again = lan.all(&format!("/leads/{}/timeline?kind=lead.submitted_again", id(&lead))).await;
    assert_eq!(again.len(), 3);
    assert!(again.iter().all(|event| event["facts"]["form_id"] == form["id"]));
    // The same name alone is not the same customer.
    anonymous.post(&path, json!({"ho_ten": lead["name"], "sdt": phone(9)})).await.expect(202);
    assert_eq!(admin.all("/leads").await.len(), 2);
}

#[tokio::test]
async fn a_caller_with_an_api_key_learns_what_became_of_it() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"trap_field": "fax"})).await;
    let key = admin.post("/api-keys", json!({"name": "Trang đích", "scopes": ["leads:create"]})).await.expect(201);
    let script = world.anonymous().with_credential(&text(&key, "key"));
    let sent = json!({"ho_ten": "Hoa Sen", "sdt": phone(1)});
    let created = script.post_once(&path, "s-1", sent.clone()).await.expect(202);
    assert_eq!((&created["received"], &created["outcome"]), (&json!(true), &json!("created")));
    let lead = admin.get(&format!("/leads/{}", text(&created, "lead_id"))).await.expect(200);
    assert_eq!(lead["phone"], phone(1).replacen('0', "+84", 1));
    let replayed = script.post_once(&path, "s-1", sent.clone()).await;
    assert_eq!((replayed.header("idempotency-replayed"), &replayed.body), (Some("true"), &created));
    let again = script.post_once(&path, "s-2", sent.clone()).await.expect(202);
    assert_eq!((&again["outcome"], &again["lead_id"]), (&json!("duplicate"), &json!(null)), "it may not read leads");
    let known = admin.post_once(&path, "s-3", sent).await.expect(202);
    assert_eq!((&known["outcome"], &known["lead_id"]), (&json!("duplicate"), &created["lead_id"]));
    let trapped = json!({"ho_ten": "Robot", "sdt": phone(2), "fax": "x"});
    let trapped = script.post(&path, trapped).await.expect(202);
    assert_eq!(trapped, json!({"received": true, "outcome": null, "lead_id": null}));

    for path in ["/leads", &format!("/leads/{}", id(&lead)), "/accounts", "/lead-forms", "/events"] {
        script.get(path).await.refused(403, "forbidden");
    }
    let reader = admin.post("/api-keys", json!({"name": "Chỉ đọc", "scopes": ["leads:read"]})).await.expect(201);
    let reader = world.anonymous().with_credential(&text(&reader, "key"));
    reader.post(&path, json!({"ho_ten": "Hoa Sen", "sdt": phone(3)})).await.refused(403, "forbidden");
    let stranger = world.anonymous().with_credential("chot_live_AAAAAAAA_BBBBBBBB");
    stranger.post(&path, json!({"ho_ten": "Hoa Sen", "sdt": phone(3)})).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn the_key_of_a_form_reads_nothing() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (form, path) = form(&admin, json!({})).await;
    world.anonymous().post(&path, json!({"ho_ten": "Hoa Sen", "sdt": phone(1)})).await.expect(202);
    let thief = world.anonymous().with_credential(&text(&form, "form_key"));
    for list in ["leads", "lead-forms", "accounts", "contacts", "opportunities", "products", "me", "events", "playbook"] {
        thief.get(&format!("/{list}")).await.refused(401, "unauthenticated");
    }
    thief.post("/leads", json!({"name": "Hoa Sen", "phone": phone(2)})).await.refused(401, "unauthenticated");
    world.anonymous().get(&path).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_form_is_looked_after_by_those_who_run_forms() {
    let world = World::under("xcrm").await;
    let (marketing, lan) = (world.user("marketing").await, world.user("salesperson").await);
    let (form, path) = form(&marketing, json!({})).await;
    let own = format!("/lead-forms/{}", id(&form));
    assert!(text(&form, "form_key").starts_with("form_"));
    assert_eq!((&form["quota_per_hour"], &form["is_active"]), (&json!(100), &json!(true)));
    lan.get("/lead-forms").await.refused(403, "forbidden");
    lan.get(&own).await.refused(403, "forbidden");
    lan.post("/lead-forms", json!({"name": "x", "source": "website", "field_map": {"a": "name", "b": "phone"}}))
        .await
        .refused(403, "forbidden");
    assert_eq!(marketing.all("/lead-forms?is_active=true").await, std::slice::from_ref(&form));

    let faults = marketing.patch(&own, 1, json!({"field_map": {"ho_ten": null}, "source": "pigeon"})).await.faults(422);
    assert_eq!(faults, [fault("/field_map", "name_not_mapped"), fault("/source", "unknown_key")]);
    let faults = marketing.patch(&own, 1, json!({"quota_per_hour": 0, "form_key": "form_x"})).await.faults(422);
    assert_eq!(faults, [fault("/form_key", "unknown_member"), fault("/quota_per_hour", "out_of_range")]);
    let other_map = json!({"congty": "name", "ho_ten": "contact_person", "nguoi_lien_he": null});
    let changed = marketing.patch(&own, 1, json!({"field_map": other_map})).await.expect(200);
    for wrong in [json!({"thu": null, "sdt": null}), json!({"khac": "phone"})] {
        let faults = marketing.patch(&own, 2, json!({"field_map": wrong})).await.faults(422);
        let code = if wrong.get("khac").is_some() { "repeated" } else { "no_way_to_reach" };
        assert_eq!(faults, [fault("/field_map", code)]);
    }
    assert_eq!((version(&changed), &changed["form_key"]), (2, &form["form_key"]));
    world.anonymous().post(&path, json!({"congty": "Hoa Sen", "ho_ten": "Hương", "sdt": phone(1)})).await.expect(202);
    let lead = marketing.all("/leads").await.remove(0);
    assert_eq!((&lead["name"], &lead["contact_person"]["full_name"]), (&json!("Hoa Sen"), &json!("Hương")));

    let off = marketing.patch(&own, 2, json!({"is_active": false})).await.expect(200);
    assert_eq!(off["is_active"], false);
    world.anonymous().post(&path, json!({"congty": "Hoa Sen", "sdt": phone(2)})).await.refused(404, "not_found");
    world.anonymous().post("/public/lead-forms/form_none/submissions", json!({})).await.refused(404, "not_found");
    assert_eq!(marketing.all("/leads").await.len(), 1, "what came in by it stays");
    marketing.patch(&own, 3, json!({"is_active": true})).await.expect(200);
    world.anonymous().post(&path, json!({"congty": "Hoa Sen", "sdt": phone(2)})).await.expect(202);
}

/// Rules have become stricter since: unchanged fields do not block a patch.
#[tokio::test]
async fn a_form_of_before_can_still_be_switched_off() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (form, _) = form(&admin, json!({})).await;
    let own = format!("/lead-forms/{}", id(&form));
    let old_map = "UPDATE lead_forms SET field_map = $1";
    write(&database(&world).await, old_map, [json!({"ho_ten": "name"}).into()]).await;
    let faults = admin.patch(&own, 1, json!({"field_map": {"loai": "kind"}})).await.faults(422);
    assert_eq!(faults, [fault("/field_map", "no_way_to_reach")]);
    let off = admin.patch(&own, 1, json!({"is_active": false})).await.expect(200);
    assert_eq!(off["is_active"], false);
}
