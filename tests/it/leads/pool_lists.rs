//! Records that belong to a lead in the pool are in the lists of users who see the lead.

use chot_tests::fixtures::{attachment, id, own_lead};
use chot_tests::{Client, World};
use serde_json::{Value, json};

async fn listed(who: &Client, list: &str, record: &Value) -> bool {
    who.all(list).await.iter().any(|one| one["id"] == record["id"])
}

/// Whether the user reads the record alone, in the list of the lead, and in the list of all.
async fn agree(who: &Client, path: &str, lead: &Value, record: &Value, sees: bool) {
    assert_eq!(who.get(&format!("{path}/{}", id(record))).await.status == 200, sees, "alone: {path}");
    for list in [format!("{path}?lead_id={}", id(lead)), path.to_owned()] {
        assert_eq!(listed(who, &list, record).await, sees, "{list} does not agree with {path}/{}", id(record));
    }
}

#[tokio::test]
async fn activities_files_and_trials_of_a_lead_in_the_pool_are_listed_for_those_who_may_claim_it() {
    let world = World::under("easyedu").await;
    let (minh, lan) = (world.user("salesperson").await, world.user("salesperson").await);
    let lead = own_lead(&minh, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let note = json!({"kind": "note", "subject": "Khách hẹn tuần sau", "lead_id": lead["id"]});
    let note = minh.post("/activities", note).await.expect(201);
    let (of_lead, of_note) = (attachment(&minh, "lead_id", &lead).await, attachment(&minh, "activity_id", &note).await);
    let trial = minh.act(&format!("{path}/trials")).await.expect(201);
    let records = [("/activities", &note), ("/attachments", &of_lead), ("/attachments", &of_note), ("/trials", &trial)];
    lan.get(&path).await.refused(404, "not_found");
    for (list, record) in records {
        agree(&lan, list, &lead, record, false).await;
    }
    minh.post(&format!("{path}/return"), json!({"reason": "Sai số"})).await.expect(200);
    assert_eq!(lan.get(&path).await.expect(200)["owner_id"], json!(null), "it is in the pool");
    for (list, record) in records {
        agree(&lan, list, &lead, record, true).await;
    }
    assert_eq!(lan.get("/attachments?include_total=true").await.expect(200)["page"]["total"], 2);
    lan.act(&format!("{path}/claim")).await.expect(200);
    for (list, record) in records {
        agree(&lan, list, &lead, record, true).await;
    }
}

#[tokio::test]
async fn a_file_that_marketing_put_on_a_new_lead_is_listed_for_those_who_may_claim_it() {
    let world = World::under("icheck").await;
    let (admin, lan, data) = (world.user("admin").await, world.user("salesperson").await, world.user("data_employee").await);
    let lead = admin.post("/leads", chot_tests::fixtures::company(1)).await.expect(201);
    let file = attachment(&admin, "lead_id", &lead).await;
    agree(&lan, "/attachments", &lead, &file, true).await;
    agree(&data, "/attachments", &lead, &file, false).await;
}
