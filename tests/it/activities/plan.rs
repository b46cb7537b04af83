//! Planned activities, and activities stored as done.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, version};
use serde_json::json;

use super::{call, fault, planned, with};

#[tokio::test]
async fn r_suno_30_activities_are_recorded_on_an_opportunity_with_all_that_belongs_to_them() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Trọn gói").await;
    let huong = json!({"account_id": customer["id"], "full_name": "Chị Hương"});
    let huong = lan.post("/contacts", huong).await.expect(201);
    let sent = json!({
        "kind": "meeting", "subject": "  Khảo sát nhu cầu ", "description": "Mang mẫu tem", "opportunity_id": chance["id"],
        "starts_at": "2026-11-24T02:00:00Z", "ends_at": "2026-11-24T03:30:00+00:00", "location": "Văn phòng khách hàng",
        "meeting_link": "meet.example.vn/sao-mai",
        "attendees": [{"name": "Chị Hương", "contact_id": huong["id"]}, {"name": "Lan", "user_id": lan.user_id, "email": "Lan@Suno.vn"}],
        "check_list": [{"text": "Hợp đồng mẫu"}],
    });
    let reply = lan.post("/activities", sent).await;
    assert!(reply.header("etag").unwrap().starts_with("\"1-"));
    assert_eq!(reply.header("location").unwrap(), format!("/api/v1/activities/{}", id(&reply.body)));
    let meeting = reply.expect(201);
    assert_eq!((&meeting["status"], &meeting["subject"]), (&json!("planned"), &json!("Khảo sát nhu cầu")));
    assert_eq!((&meeting["opportunity_id"], &meeting["account_id"]), (&chance["id"], &customer["id"]));
    assert_eq!((&meeting["lead_id"], &meeting["owner_id"]), (&json!(null), &json!(lan.user_id)));
    assert_eq!((&meeting["starts_at"], &meeting["ends_at"]), (&json!("2026-11-24T02:00:00Z"), &json!("2026-11-24T03:30:00Z")));
    assert_eq!(meeting["meeting_link"], "https://meet.example.vn/sao-mai");
    assert_eq!(
        (&meeting["attendees"][0]["contact_id"], &meeting["attendees"][1]["email"]),
        (&huong["id"], &json!("lan@suno.vn"))
    );
    assert_eq!(meeting["check_list"], json!([{"text": "Hợp đồng mẫu", "is_done": false}]));
    assert_eq!(lan.get(&format!("/activities/{}", id(&meeting))).await.expect(200), meeting);
}

#[tokio::test]
async fn r_xcrm_13_all_channels_and_notes_are_known() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    for kind in ["call", "email", "sms", "message", "meeting", "online_meeting", "task"] {
        let draft = with(call("2026-11-23T03:00:00Z"), json!({"kind": kind}));
        assert_eq!(planned(&lan, draft).await["status"], "planned", "{kind}");
    }
    let faults = lan.post("/activities", with(call("2026-11-23T03:00:00Z"), json!({"kind": "fax"}))).await.faults(422);
    assert_eq!(faults, [fault("/kind", "not_one_of")]);
}

#[tokio::test]
async fn r_ichk_56_a_note_is_done_as_soon_as_it_is_written() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let note = json!({"kind": "note", "subject": "Khách đang so sánh với bên khác", "account_id": account(&lan, 1).await["id"]});
    let note = planned(&lan, note).await;
    assert_eq!((&note["status"], &note["outcome"]), (&json!("done"), &json!(null)));
    assert_eq!((note["done_at"].is_string(), &note["starts_at"]), (true, &note["done_at"]));
    assert_eq!(
        lan.history(&format!("/accounts/{}", note["account_id"].as_str().unwrap())).await.last().unwrap(),
        "activity.logged"
    );
}

#[tokio::test]
async fn r_edu_23_a_call_that_was_made_is_written_down_with_what_came_of_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let made = json!({"kind": "call", "subject": "Gọi giới thiệu", "lead_id": lead["id"], "done_at": "2026-11-23T01:30:00Z"});
    assert_eq!(lan.post("/activities", made.clone()).await.faults(422), [fault("/outcome", "required")]);
    let made = planned(&lan, with(made, json!({"outcome": "failed", "summary": "Máy bận"}))).await;
    assert_eq!((&made["status"], &made["outcome"], &made["summary"]), (&json!("done"), &json!("failed"), &json!("Máy bận")));
    assert_eq!(made["starts_at"], "2026-11-23T01:30:00Z");
    let path = format!("/activities/{}", id(&made));
    lan.post(&format!("{path}/complete"), json!({"outcome": "successful"})).await.refused(409, "wrong_status");
    // The summary can be corrected; the outcome cannot.
    let right = lan.patch(&path, 1, json!({"summary": "Máy bận, nhắn Zalo"})).await.expect(200);
    assert_eq!(right["summary"], "Máy bận, nhắn Zalo");
    assert_eq!(lan.patch(&path, 2, json!({"outcome": "successful"})).await.faults(422), [fault("/outcome", "immutable")]);
}

#[tokio::test]
async fn r_ichk_57_a_next_step_in_the_past_is_refused_and_every_fault_is_told_at_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    assert_eq!(lan.post("/activities", call("2026-11-23T01:59:59Z")).await.faults(422), [fault("/starts_at", "in_the_past")]);
    assert_eq!(
        lan.post("/activities", json!({"subject": " ", "recurrence": {"every": "day"}})).await.faults(422),
        [fault("/kind", "required"), fault("/recurrence", "unknown_member"), fault("/subject", "blank")]
    );
    let unknown = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
    let wrong = json!({
        "kind": "meeting", "subject": "Gặp", "category": "demo_xyz", "lead_id": unknown, "owner_id": unknown,
        "starts_at": "2026-11-24T02:00:00Z", "meeting_link": "javascript:alert(1)",
        "attendees": [{"name": "A", "contact_id": unknown}, {"name": "B", "user_id": unknown}],
    });
    let faults = lan.post("/activities", wrong).await.faults(422);
    for expected in [fault("/meeting_link", "invalid_web_address"), fault("/category", "unknown_key")] {
        assert!(faults.contains(&expected), "{faults:?}");
    }
    let wrong = json!({
        "kind": "meeting", "subject": "Gặp", "lead_id": unknown, "owner_id": unknown, "starts_at": "2026-11-24T02:00:00Z",
        "attendees": [{"name": "A", "contact_id": unknown}, {"name": "B", "user_id": unknown}],
    });
    let mut faults = lan.post("/activities", wrong).await.faults(422);
    faults.sort();
    let not_found = |pointer: &str| fault(pointer, "not_found");
    let expected = ["/attendees/0/contact_id", "/attendees/1/user_id", "/lead_id", "/owner_id"].map(not_found);
    assert_eq!(faults, expected);
    let backwards = with(call("2026-11-24T02:00:00Z"), json!({"ends_at": "2026-11-24T01:00:00Z"}));
    assert_eq!(lan.post("/activities", backwards).await.faults(422), [fault("/ends_at", "before_the_start")]);
    let long_ago = with(call("0206-11-24T02:00:00Z"), json!({}));
    assert_eq!(lan.post("/activities", long_ago).await.faults(422), [fault("/starts_at", "out_of_range")]);
    let many: Vec<_> = (0..51).map(|number| json!({"name": format!("Người {number}")})).collect();
    let crowded = with(call("2026-11-24T02:00:00Z"), json!({"attendees": many}));
    assert_eq!(lan.post("/activities", crowded).await.faults(422), [fault("/attendees", "too_many")]);
    assert!(lan.all("/activities").await.is_empty());
}

#[tokio::test]
async fn what_is_said_is_changed_and_times_owners_and_relations_are_not() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let meeting = planned(&lan, call("2026-11-23T03:00:00Z")).await;
    let path = format!("/activities/{}", id(&meeting));
    world.pass(chrono::TimeDelta::hours(5)).await;
    // It can be changed although its time has passed.
    let changed =
        lan.patch(&path, 1, json!({"subject": "Gọi báo giá", "check_list": [{"text": "Báo giá", "is_done": true}]})).await;
    assert_eq!(version(&changed.expect(200)), 2);
    lan.patch(&path, 1, json!({"subject": "x"})).await.refused(412, "version_mismatch");
    let fixed = json!({"kind": "sms", "starts_at": "2026-12-01T02:00:00Z", "owner_id": lan.user_id, "status": "done"});
    let mut faults = lan.patch(&path, 2, fixed).await.faults(422);
    faults.sort();
    let immutable = |pointer: &str| fault(pointer, "immutable");
    assert!(["/kind", "/owner_id", "/starts_at", "/status"].map(immutable).iter().all(|one| faults.contains(one)), "{faults:?}");
    assert_eq!(lan.patch(&path, 2, json!({"summary": "x"})).await.faults(422), [fault("/summary", "only_when_done")]);
    assert_eq!(lan.patch(&path, 2, json!({"category": "khong_co"})).await.faults(422), [fault("/category", "unknown_key")]);
    let emptied = lan.patch(&path, 2, json!({"check_list": null})).await.expect(200);
    assert_eq!(emptied["check_list"], json!([]));
}
