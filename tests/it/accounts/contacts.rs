//! The contacts of an account.

use chot_tests::World;
use chot_tests::fixtures::{account, id, phone, version};
use serde_json::json;

use super::{fault, team};

#[tokio::test]
async fn r_xcrm_18_a_contact_is_added_changed_and_found() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let (ours, other) = (account(&lan, 1).await, account(&lan, 2).await);
    let sent = json!({
        "account_id": ours["id"], "full_name": "  Trần Thị Hương ", "job_title": "Giám đốc", "phone": "0912 345 678",
        "email": "Huong@SaoMai.vn", "date_of_birth": "1988-02-29", "description": "Gọi buổi sáng",
    });
    let reply = lan.post("/contacts", sent).await;
    assert!(reply.header("etag").unwrap().starts_with("\"1-"));
    assert_eq!(reply.header("location").unwrap(), format!("/api/v1/contacts/{}", id(&reply.body)));
    let huong = reply.expect(201);
    assert_eq!((&huong["full_name"], &huong["phone"]), (&json!("Trần Thị Hương"), &json!("+84912345678")));
    assert_eq!((&huong["email"], &huong["date_of_birth"]), (&json!("huong@saomai.vn"), &json!("1988-02-29")));
    let binh = json!({"account_id": ours["id"], "full_name": "Lê Văn Bình"});
    let binh = lan.post("/contacts", binh).await.expect(201);
    lan.post("/contacts", json!({"account_id": other["id"], "full_name": "Người khác"})).await.expect(201);
    let found = async |query: &str| lan.all(&format!("/contacts?{query}")).await.iter().map(id).collect::<Vec<_>>();
    assert_eq!(found(&format!("account_id={}&sort=name", id(&ours))).await, [id(&binh), id(&huong)]);
    for query in ["q=tran+huong", "phone=0912345678", "email=HUONG@saomai.vn", "q=345678"] {
        assert_eq!(found(query).await, [id(&huong)], "{query}");
    }

    let path = format!("/contacts/{}", id(&huong));
    let changed = lan.patch(&path, 1, json!({"job_title": null, "phone": phone(5)})).await.expect(200);
    assert_eq!((&changed["job_title"], &changed["email"], version(&changed)), (&json!(null), &huong["email"], 2));
    lan.patch(&path, 1, json!({"job_title": "Kế toán"})).await.refused(412, "version_mismatch");
    let faults = lan.patch(&path, 2, json!({"account_id": other["id"]})).await.faults(422);
    assert_eq!(faults, [fault("/account_id", "immutable")]);
    let events = lan.all(&format!("/accounts/{}/timeline?kind=contact.updated", id(&ours))).await;
    assert_eq!((events.len(), &events[0]["changes"]["job_title"]), (1, &json!({"from": "Giám đốc", "to": null})));
}

#[tokio::test]
async fn contacts_are_seen_by_those_who_see_the_customer() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let huong = json!({"account_id": ours["id"], "full_name": "Chị Hương", "phone": phone(5)});
    let huong = team.lan.post("/contacts", huong).await.expect(201);
    let path = format!("/contacts/{}", id(&huong));
    assert_eq!(team.manager.get(&path).await.expect(200), huong);
    team.minh.get(&path).await.refused(404, "not_found");
    team.minh.patch(&path, 1, json!({"full_name": "x"})).await.refused(404, "not_found");
    assert!(team.minh.all("/contacts").await.is_empty());
    let care = world.user("customer_care").await;
    care.get(&path).await.expect(200);
    care.patch(&path, 1, json!({"full_name": "x"})).await.refused(403, "forbidden");
    care.post("/contacts", json!({"account_id": ours["id"], "full_name": "x"})).await.refused(403, "forbidden");
    // They follow the account when its owner changes.
    let account = format!("/accounts/{}", id(&ours));
    team.manager.post(&format!("{account}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    team.minh.patch(&path, 1, json!({"full_name": "Trần Thị Hương"})).await.expect(200);
    team.lan.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_contact_goes_to_the_archive_and_comes_back() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let huong = team.lan.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương"})).await.expect(201);
    let path = format!("/contacts/{}", id(&huong));
    team.lan.delete(&path, 1).await.refused(403, "forbidden");
    team.manager.delete(&path, 1).await.expect(204);
    team.manager.delete(&path, 2).await.refused(404, "not_found");
    assert!(team.lan.all("/contacts").await.is_empty());
    assert_eq!(team.lan.all("/contacts?is_archived=true").await.len(), 1);
    team.lan.patch(&path, 2, json!({"full_name": "x"})).await.refused(409, "archived");
    let counters = team.lan.get(&format!("/accounts/{}/counters", id(&ours))).await.expect(200);
    assert_eq!(counters["contacts"], 0);
    let back = team.manager.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(back["archived_at"], json!(null));
    team.manager.act(&format!("{path}/restore")).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn a_contact_has_a_customer_and_a_name_and_was_born_before_today() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    assert_eq!(
        lan.post("/contacts", json!({})).await.faults(422),
        [fault("/account_id", "required"), fault("/full_name", "required")]
    );
    // The clock shows 23 November 2026 in Hà Nội.
    let born = |day: &str| json!({"account_id": ours["id"], "full_name": "Chị Hương", "date_of_birth": day});
    assert_eq!(lan.post("/contacts", born("2026-11-24")).await.faults(422), [fault("/date_of_birth", "in_the_future")]);
    assert_eq!(lan.post("/contacts", born("2025-02-29")).await.faults(422), [fault("/date_of_birth", "invalid_value")]);
    let huong = lan.post("/contacts", born("2026-11-23")).await.expect(201);
    let faults = lan.patch(&format!("/contacts/{}", id(&huong)), 1, json!({"date_of_birth": "2027-01-01"})).await.faults(422);
    assert_eq!(faults, [fault("/date_of_birth", "in_the_future")]);
    assert_eq!(lan.all("/contacts").await.len(), 1);
}
