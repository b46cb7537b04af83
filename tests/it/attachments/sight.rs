//! The files of a record are visible to users who see the record, and to nobody else.

use chot_tests::fixtures::{account, attachment, id, opportunity, own_lead, team};
use chot_tests::{Form, PDF, World, fault};
use serde_json::json;

#[tokio::test]
async fn files_are_seen_by_those_who_see_the_record() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let customer = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &customer, "Tem chống giả").await;
    let lead = own_lead(&team.lan, 2).await;
    for (parent, record) in [("account_id", &customer), ("opportunity_id", &chance), ("lead_id", &lead)] {
        let file = attachment(&team.lan, parent, record).await;
        let path = format!("/attachments/{}", id(&file));
        for who in [&team.lan, &team.manager] {
            who.get(&path).await.expect(200);
            assert_eq!(who.get(&format!("{path}/content")).await.bytes, PDF, "{parent}");
            let found = who.all(&format!("/attachments?{parent}={}", id(record))).await;
            assert!(found.iter().any(|one| one["id"] == file["id"]), "{parent}");
        }
        let minh = &team.minh;
        minh.get(&path).await.refused(404, "not_found");
        minh.get(&format!("{path}/content")).await.refused(404, "not_found");
        minh.delete(&path, 1).await.refused(404, "not_found");
        minh.act(&format!("{path}/restore")).await.refused(404, "not_found");
        let form = Form::of(&json!({parent: record["id"]})).file("a.pdf", PDF);
        assert_eq!(minh.upload("/attachments", form).await.faults(422), [fault(&format!("/{parent}"), "not_found")]);
    }
    assert!(team.minh.all("/attachments").await.is_empty());
    assert_eq!((team.lan.all("/attachments").await.len(), team.manager.all("/attachments").await.len()), (3, 3));
    world.anonymous().get("/attachments").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn files_go_with_the_record_to_its_next_owner() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    let customer = account(&team.lan, 1).await;
    let file = attachment(&team.lan, "account_id", &customer).await;
    let path = format!("/attachments/{}/content", id(&file));
    admin.post(&format!("/accounts/{}/assign", id(&customer)), json!({"owner_id": team.minh.user_id})).await.expect(200);
    team.lan.get(&path).await.refused(404, "not_found");
    assert_eq!(team.minh.get(&path).await.bytes, PDF);
}

/// A task without a record: its files are visible to users whose scope includes its owner.
#[tokio::test]
async fn files_of_an_activity_are_seen_by_those_who_see_the_activity() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let customer = account(&team.lan, 1).await;
    let own = json!({"kind": "note", "subject": "Việc riêng"});
    let of_account = json!({"kind": "note", "subject": "Về khách hàng", "account_id": customer["id"]});
    for note in [own, of_account] {
        let note = team.lan.post("/activities", note).await.expect(201);
        let path = format!("/attachments/{}", id(&attachment(&team.lan, "activity_id", &note).await));
        for who in [&team.lan, &team.manager] {
            assert_eq!(who.get(&format!("{path}/content")).await.bytes, PDF);
            assert_eq!(who.all(&format!("/attachments?activity_id={}", id(&note))).await.len(), 1);
        }
        team.minh.get(&path).await.refused(404, "not_found");
        let form = Form::of(&json!({"activity_id": note["id"]})).file("a.pdf", PDF);
        assert_eq!(team.minh.upload("/attachments", form).await.faults(422), [fault("/activity_id", "not_found")]);
    }
    assert!(team.minh.all("/attachments").await.is_empty());
}

/// A user who may not read accounts sees no files of accounts, even with the permission for files.
#[tokio::test]
async fn a_key_sees_the_files_of_what_it_may_see() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let admin = world.user("admin").await;
    let customer = account(&lan, 1).await;
    let (of_account, of_lead) =
        (attachment(&lan, "account_id", &customer).await, attachment(&lan, "lead_id", &own_lead(&lan, 2).await).await);
    let of_chance = attachment(&lan, "opportunity_id", &opportunity(&lan, &customer, "Tem").await).await;
    let sees = async |scopes: &[&str]| {
        let key = admin.post("/api-keys", json!({"name": "Đọc tệp", "scopes": scopes})).await.expect(201);
        let key = admin.with_credential(key["key"].as_str().unwrap());
        let mut found: Vec<_> = key.all("/attachments?sort=created_at").await.iter().map(id).collect();
        found.sort();
        found
    };
    assert!(sees(&["attachments:read"]).await.is_empty());
    assert_eq!(sees(&["attachments:read", "leads:read"]).await, [id(&of_lead)]);
    assert_eq!(sees(&["attachments:read", "accounts:read"]).await, [id(&of_account)]);
    assert_eq!(sees(&["attachments:read", "opportunities:read"]).await, [id(&of_chance)]);
    let key = admin.post("/api-keys", json!({"name": "Không đọc", "scopes": ["leads:read"]})).await.expect(201);
    let key = admin.with_credential(key["key"].as_str().unwrap());
    assert_eq!(key.get("/attachments").await.refused(403, "forbidden")["permission"], "attachments:read");
    let form = Form::of(&json!({"account_id": customer["id"]})).file("a.pdf", PDF);
    assert_eq!(key.upload("/attachments", form).await.refused(403, "forbidden")["permission"], "attachments:write");
}
