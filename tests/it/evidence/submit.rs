//! What can be submitted as evidence, and what is refused.

use chot_tests::fixtures::{account, id, product, team, version};
use chot_tests::{World, fault};
use serde_json::{Value, json};

use super::{chance, evidence_status, file, last, message, submit};

#[tokio::test]
async fn r_ichk_76_text_alone_is_kept_and_proves_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let given = submit(&lan, &chance, message()).await;
    let path = given.header("location").unwrap().trim_start_matches("/api/v1").to_owned();
    let given = given.expect(201);
    assert_eq!((&given["kind"], &given["proves"], &given["created_by"]), (&json!("message"), &json!(false), &json!(lan.user_id)));
    assert_eq!(lan.get(&path).await.expect(200), given);
    assert_eq!(evidence_status(&lan, &chance).await, "missing");
    assert_eq!(lan.all(&format!("{chance}/evidence")).await, [given]);
    assert_eq!(lan.history(&chance).await, ["opportunity.opened", "evidence.given"]);
}

#[tokio::test]
async fn r_ichk_74_r_ichk_83_r_ichk_85_a_file_turns_the_status_at_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let before = lan.get(&chance).await.expect(200);
    let shown = json!({"kind": "quotation", "sent_at": "2026-11-23T01:00:00Z", "code_count": 20, "code_quantity": 50000,
        "attachment_id": file(&lan, &chance).await});
    let given = submit(&lan, &chance, shown).await.expect(201);
    assert_eq!((&given["proves"], &given["code_count"], &given["code_quantity"]), (&json!(true), &json!(20), &json!(50000)));
    let after = lan.get(&chance).await.expect(200);
    assert_eq!(after["evidence_status"], "provided");
    assert_eq!(version(&after), version(&before) + 1);
    let event = lan.all(&format!("{chance}/timeline?kind=evidence.given")).await.remove(0);
    assert_eq!(event["facts"]["evidence_status_before"], "missing");
    assert_eq!(event["facts"]["evidence_status"], "provided");
}

#[tokio::test]
async fn r_ichk_73_a_secondary_one_is_never_asked_but_may_show_work() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let side = json!({"account_id": account(&lan, 1).await["id"], "name": "Phụ", "classification": "secondary"});
    let side = format!("/opportunities/{}", id(&lan.post("/opportunities", side).await.expect(201)));
    super::prove(&lan, &side).await;
    assert_eq!(evidence_status(&lan, &side).await, "not_required");
}

#[tokio::test]
async fn r_ichk_69_a_legal_service_is_quoted_by_name_and_price() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let legal = product(&admin, "PHAPLY").await;
    admin.patch(&format!("/products/{}", id(&legal)), version(&legal), json!({"category": "legal"})).await.expect(200);
    let chance = chance(&lan, 1).await;
    let seen = version(&lan.get(&chance).await.expect(200));
    lan.patch(&chance, seen, json!({"product_ids": [legal["id"]]})).await.expect(200);
    let by_codes = json!({"kind": "quotation", "sent_at": "2026-11-23T01:00:00Z", "code_count": 20});
    let wanting =
        [fault("/service_name", "required"), fault("/price", "required"), fault("/code_count", "not_for_this_evidence")];
    assert_eq!(submit(&lan, &chance, by_codes).await.faults(422), wanting);
    let by_service =
        json!({"kind": "quotation", "sent_at": "2026-11-23T01:00:00Z", "service_name": "Đăng ký nhãn hiệu", "price": "15000000"});
    let given = submit(&lan, &chance, by_service).await.expect(201);
    assert_eq!((&given["service_name"], &given["price"]), (&json!("Đăng ký nhãn hiệu"), &json!("15000000")));
}

#[tokio::test]
async fn r_ichk_71_a_message_tells_when_it_was_sent_and_what_it_advised() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let refused: [(&str, Value, &str); 4] = [
        ("summary", json!(null), "required"),
        ("summary", json!("  "), "blank"),
        ("sent_at", json!("2026-11-23T02:30:00Z"), "in_the_future"),
        ("code_count", json!(20), "not_for_this_evidence"),
    ];
    for (member, value, code) in refused {
        let mut wrong = message();
        wrong[member] = value;
        assert_eq!(submit(&lan, &chance, wrong).await.faults(422), [fault(&format!("/{member}"), code)]);
    }
    let e_mail = json!({"kind": "email", "subject": "Tư vấn giải pháp", "opportunity_id": last(&chance), "done_at": "2026-11-23T01:30:00Z"});
    let mut told = message();
    told["activity_id"] = lan.post("/activities", e_mail).await.expect(201)["id"].clone();
    let given = submit(&lan, &chance, told.clone()).await.expect(201);
    for member in ["kind", "sent_at", "summary", "activity_id"] {
        assert_eq!(given[member], told[member], "{member}");
    }
}

#[tokio::test]
async fn every_fault_is_told_at_once_and_nothing_is_written() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let all_wrong = json!({"kind": "quotation", "sent_at": "2026-12-24T01:00:00Z", "code_count": 0, "price": "0.5", "la": 1});
    let found = submit(&lan, &chance, all_wrong).await.faults(422);
    for expected in [
        fault("/sent_at", "in_the_future"),
        fault("/code_count", "out_of_range"),
        fault("/price", "not_whole"),
        fault("/la", "unknown_member"),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
    let cases: [(Value, &[(&str, &str)]); 6] = [
        (json!({}), &[("/kind", "required")]),
        (json!({"kind": "rumour"}), &[("/kind", "not_one_of")]),
        (json!({"kind": "file"}), &[("/attachment_id", "required")]),
        (json!({"kind": "call"}), &[("/activity_id", "required")]),
        (json!({"kind": "message"}), &[("/sent_at", "required"), ("/summary", "required")]),
        (json!({"kind": "quotation", "sent_at": "2026-11-23T01:00:00Z"}), &[("/code_count", "required")]),
    ];
    for (body, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|(pointer, code)| fault(pointer, code)).collect();
        assert_eq!(submit(&lan, &chance, body).await.faults(422), expected);
    }
    assert_eq!(lan.all(&format!("{chance}/evidence")).await.len(), 0);
}

#[tokio::test]
async fn evidence_is_given_by_who_sees_the_opportunity_and_may_while_it_is_open() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let care = world.user("customer_care").await;
    let chance = chance(&team.lan, 1).await;
    submit(&team.minh, &chance, message()).await.refused(404, "not_found");
    submit(&care, &chance, message()).await.refused(403, "forbidden");
    team.minh.get(&format!("{chance}/evidence")).await.refused(404, "not_found");
    let given = submit(&team.lan, &chance, message()).await.expect(201);
    team.minh.get(&format!("/evidence/{}", id(&given))).await.refused(404, "not_found");
    care.get(&format!("/evidence/{}", id(&given))).await.expect(200);
    team.lan.act(&format!("{chance}/win")).await.expect(200);
    let refused = submit(&team.lan, &chance, message()).await.refused(409, "wrong_status");
    assert_eq!((&refused["current_status"], &refused["allowed_from"]), (&json!("won"), &json!(["open"])));
}

#[tokio::test]
async fn r_ichk_65_r_ichk_66_one_list_holds_all_whose_evidence_is_not_updated() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let [missing, warned, provided] = [chance(&lan, 1).await, chance(&lan, 2).await, chance(&lan, 3).await];
    for proved in [&warned, &provided] {
        super::prove(&lan, proved).await;
    }
    super::warned(&care, &warned).await;
    let ids = |found: Vec<Value>| found.iter().map(id).collect::<Vec<_>>();
    let wanting = ids(lan.all("/opportunities?evidence_status_in=missing,warned&status=open&sort=created_at").await);
    assert_eq!(wanting, [last(&missing), last(&warned)]);
    assert_eq!(ids(lan.all("/opportunities?evidence_status=provided").await), [last(&provided)]);
    let unknown = lan.get("/opportunities?evidence_status_in=missing,lost").await.faults(400);
    assert_eq!(unknown, [fault("/evidence_status_in", "not_one_of")]);
}
