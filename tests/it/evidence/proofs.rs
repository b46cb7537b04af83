//! Evidence that counts: files and calls of this opportunity, each once.

use chot_tests::fixtures::{account, attachment, id, opportunity, team};
use chot_tests::{Form, PDF, World, fault};
use serde_json::{Value, json};

use super::{chance, evidence_status, exchange_call, file, last, prove, submit, warned};

#[tokio::test]
async fn a_22_r_ichk_75_r_ichk_85_a_successful_call_through_the_exchange_is_evidence_at_once() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    let call = exchange_call(&world, &chance, 60).await;
    assert_eq!(evidence_status(&lan, &chance).await, "provided");
    let given = lan.all(&format!("{chance}/evidence")).await.remove(0);
    assert_eq!((&given["kind"], &given["proves"], &given["activity_id"]), (&json!("call"), &json!(true), &call));
    // Another report of the same call is nothing new, not even after a warning.
    warned(&care, &chance).await;
    exchange_call(&world, &chance, 60).await;
    assert_eq!(evidence_status(&lan, &chance).await, "warned");
    exchange_call(&world, &chance, 90).await;
    assert_eq!(evidence_status(&lan, &chance).await, "provided");
}

#[tokio::test]
async fn a_22_a_call_from_the_customer_counts_for_the_only_open_main_one() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let ours = account(&lan, 1).await;
    let only = format!("/opportunities/{}", id(&opportunity(&lan, &ours, "Chính").await));
    let call = |name: &str| {
        json!({"provider": "voip24h", "call_id": name, "status": "ended", "occurred_at": "2026-11-23T01:59:00Z",
            "direction": "outbound", "answer_seconds": 60, "account_id": ours["id"]})
    };
    admin.post("/calls", call("một")).await.expect(200);
    assert_eq!(evidence_status(&lan, &only).await, "provided");
    let second = format!("/opportunities/{}", id(&opportunity(&lan, &ours, "Chính nữa").await));
    admin.post("/calls", call("hai")).await.expect(200);
    assert_eq!(evidence_status(&lan, &second).await, "missing", "of two nobody knows which");
}

#[tokio::test]
async fn a_22_r_ichk_72_a_call_that_nobody_answered_or_that_was_written_down_by_hand_proves_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let missed = exchange_call(&world, &chance, 0).await;
    let silent = json!({"kind": "call", "activity_id": missed});
    assert_eq!(submit(&lan, &chance, silent).await.faults(422), [fault("/summary", "required")]);
    let told = json!({"kind": "call", "activity_id": missed, "summary": "Không nghe máy"});
    assert_eq!(submit(&lan, &chance, told).await.expect(201)["proves"], false);
    let by_hand = json!({"kind": "call", "subject": "Gọi bằng di động", "opportunity_id": last(&chance),
        "done_at": "2026-11-23T01:00:00Z", "outcome": "successful", "summary": "Khách hẹn thứ Năm"});
    let by_hand = lan.post("/activities", by_hand).await.expect(201);
    let told = json!({"kind": "call", "activity_id": by_hand["id"]});
    assert_eq!(submit(&lan, &chance, told).await.expect(201)["proves"], false);
    assert_eq!(evidence_status(&lan, &chance).await, "missing");
}

#[tokio::test]
async fn r_ichk_70_a_meeting_wants_to_have_taken_place_with_a_recap() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let meeting = json!({"kind": "meeting", "subject": "Demo tại nhà máy", "opportunity_id": last(&chance),
        "starts_at": "2026-11-23T03:00:00Z", "ends_at": "2026-11-23T03:40:00Z"});
    let meeting = lan.post("/activities", meeting).await.expect(201);
    let shown = json!({"kind": "meeting", "activity_id": meeting["id"]});
    assert_eq!(submit(&lan, &chance, shown.clone()).await.faults(422), [fault("/activity_id", "not_done")]);
    let as_a_call = json!({"kind": "call", "activity_id": meeting["id"]});
    assert_eq!(submit(&lan, &chance, as_a_call).await.faults(422), [fault("/activity_id", "activity_of_another_kind")]);
    let recap = json!({"outcome": "successful", "summary": "Khách muốn thử 5 mã"});
    lan.post(&format!("/activities/{}/complete", id(&meeting)), recap).await.expect(200);
    assert_eq!(submit(&lan, &chance, shown).await.expect(201)["proves"], false, "a meeting shows work, a file would prove it");
}

#[tokio::test]
async fn r_ichk_67_r_ichk_68_r_ichk_70_r_ichk_71_any_kind_is_enough_once_a_file_proves_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for (number, kind) in (1..).zip(["quotation", "meeting", "message", "file"]) {
        let chance = chance(&lan, number).await;
        let mut shown = match kind {
            "quotation" => json!({"sent_at": "2026-11-23T01:00:00Z", "code_quantity": 50_000}),
            "meeting" => {
                let demo = json!({"kind": "online_meeting", "subject": "Demo", "opportunity_id": last(&chance),
                    "done_at": "2026-11-23T01:00:00Z", "summary": "Khách muốn thử 5 mã"});
                json!({"activity_id": lan.post("/activities", demo).await.expect(201)["id"]})
            }
            "message" => super::message(),
            _ => json!({}),
        };
        shown["kind"] = json!(kind);
        assert_eq!(evidence_status(&lan, &chance).await, "missing", "{kind}");
        shown["attachment_id"] = file(&lan, &chance).await;
        assert_eq!(submit(&lan, &chance, shown).await.expect(201)["proves"], true, "{kind}");
        assert_eq!(evidence_status(&lan, &chance).await, "provided", "{kind}");
    }
}

#[tokio::test]
async fn what_belongs_to_another_opportunity_is_refused() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (ours, another) = (chance(&team.lan, 1).await, chance(&team.lan, 2).await);
    let theirs = chance(&team.minh, 3).await;
    let by_file = |file: Value| json!({"kind": "file", "attachment_id": file});
    let of_another = [fault("/attachment_id", "of_another_opportunity")];
    assert_eq!(submit(&team.lan, &ours, by_file(file(&team.lan, &another).await)).await.faults(422), of_another);
    let on_account = attachment(&team.lan, "account_id", &account(&team.lan, 4).await).await;
    assert_eq!(submit(&team.lan, &ours, by_file(on_account["id"].clone())).await.faults(422), of_another);
    let not_found = [fault("/attachment_id", "not_found")];
    assert_eq!(submit(&team.lan, &ours, by_file(file(&team.minh, &theirs).await)).await.faults(422), not_found);
    let nowhere = json!("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10");
    assert_eq!(submit(&team.lan, &ours, by_file(nowhere.clone())).await.faults(422), not_found);

    let call = exchange_call(&world, &another, 60).await;
    let foreign = exchange_call(&world, &theirs, 60).await;
    let by_call = |call: Value| json!({"kind": "call", "activity_id": call});
    assert_eq!(submit(&team.lan, &ours, by_call(call)).await.faults(422), [fault("/activity_id", "of_another_opportunity")]);
    assert_eq!(submit(&team.lan, &ours, by_call(foreign)).await.faults(422), [fault("/activity_id", "not_found")]);
    assert_eq!(submit(&team.lan, &ours, by_call(nowhere)).await.faults(422), [fault("/activity_id", "not_found")]);
    assert_eq!(evidence_status(&team.lan, &ours).await, "missing");
}

#[tokio::test]
async fn r_ichk_89_a_file_or_call_counts_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let file = prove(&lan, &chance).await["attachment_id"].clone();
    let again = json!({"kind": "file", "attachment_id": file});
    assert_eq!(submit(&lan, &chance, again).await.faults(422), [fault("/attachment_id", "already_given")]);
    let call = exchange_call(&world, &chance, 60).await;
    let by_call = json!({"kind": "call", "activity_id": call, "summary": "Khách hỏi giá"});
    assert_eq!(submit(&lan, &chance, by_call).await.faults(422), [fault("/activity_id", "already_given")]);
}

#[tokio::test]
async fn an_archived_file_proves_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let file = file(&lan, &chance).await;
    lan.delete(&format!("/attachments/{}", file.as_str().unwrap()), 1).await.expect(204);
    let gone = json!({"kind": "file", "attachment_id": file});
    assert_eq!(submit(&lan, &chance, gone).await.faults(422), [fault("/attachment_id", "not_found")]);
}

#[tokio::test]
async fn a_25_r_ichk_84_a_file_on_a_note_is_evidence_at_once() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    let note = json!({"kind": "note", "subject": "Đã gửi báo giá", "opportunity_id": last(&chance)});
    let note = lan.post("/activities", note).await.expect(201);
    let on_note = || Form::of(&json!({"activity_id": note["id"]})).file("bao-gia.pdf", PDF);
    care.upload("/attachments", on_note()).await.expect(201);
    assert_eq!(evidence_status(&lan, &chance).await, "missing", "customer care gives no evidence");
    let uploaded = lan.upload("/attachments", on_note()).await.expect(201);
    assert_eq!(evidence_status(&lan, &chance).await, "provided");
    let given = lan.all(&format!("{chance}/evidence")).await.remove(0);
    assert_eq!((&given["kind"], &given["attachment_id"]), (&json!("file"), &uploaded["id"]));
    // A file on the opportunity itself may be anything, and counts only when it is submitted.
    let another = super::chance(&lan, 2).await;
    file(&lan, &another).await;
    assert_eq!(evidence_status(&lan, &another).await, "missing");
}
