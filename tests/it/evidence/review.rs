//! Customer care reviews the evidence: it is accepted, or new evidence is required.

use chot_tests::fixtures::{id, team};
use chot_tests::{World, fault};
use serde_json::json;

use super::{chance, evidence_status, inbox, last, message, prove, submit, warned};

#[tokio::test]
async fn r_ichk_87_r_ichk_88_r_ichk_89_a_warning_asks_again_and_only_newer_evidence_clears_it() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    assert_eq!(warned(&care, &chance).await["evidence_status"], "warned");
    submit(&lan, &chance, message()).await.expect(201);
    assert_eq!(evidence_status(&lan, &chance).await, "warned", "text clears nothing");
    prove(&lan, &chance).await;
    assert_eq!(evidence_status(&lan, &chance).await, "provided");
    let history = lan.history(&chance).await;
    let of_evidence: Vec<_> = history.iter().filter(|kind| kind.starts_with("evidence.")).collect();
    assert_eq!(of_evidence, ["evidence.given", "evidence.warned", "evidence.given", "evidence.given"]);
}

#[tokio::test]
async fn r_ichk_90_only_customer_care_warns_with_a_reason_and_the_salesperson_is_told() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let care = world.user("customer_care").await;
    let chance = chance(&team.lan, 1).await;
    prove(&team.lan, &chance).await;
    let warn = format!("{chance}/evidence/warn");
    let reason = json!({"reason": "Không phải khách này"});
    team.lan.post(&warn, reason.clone()).await.refused(403, "forbidden");
    team.manager.post(&warn, reason.clone()).await.refused(403, "forbidden");
    team.minh.post(&warn, reason.clone()).await.refused(404, "not_found");
    assert_eq!(care.post(&warn, json!({})).await.faults(422), [fault("/reason", "required")]);
    assert_eq!(care.post(&warn, json!({"reason": "  "})).await.faults(422), [fault("/reason", "blank")]);
    assert!(inbox(&team.lan).await.is_empty());
    care.post(&warn, reason).await.expect(200);
    assert_eq!(inbox(&team.lan).await, ["evidence_warned"]);
    let told = team.lan.all("/notifications").await.remove(0);
    assert_eq!(told["subject_id"], last(&chance));
    let event = team.lan.all(&format!("{chance}/timeline?kind=evidence.warned")).await.remove(0);
    assert_eq!(event["changes"]["reason"]["to"], "Không phải khách này");
}

#[tokio::test]
async fn there_has_to_be_evidence_to_warn_of_or_to_accept() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    let (warn, accept) = (format!("{chance}/evidence/warn"), format!("{chance}/evidence/accept"));
    let refused = care.post(&warn, json!({"reason": "Thiếu"})).await.refused(409, "wrong_status");
    assert_eq!((&refused["current_status"], &refused["allowed_from"]), (&json!("missing"), &json!(["provided"])));
    care.act(&accept).await.refused(409, "wrong_status");
    prove(&lan, &chance).await;
    lan.act(&format!("{chance}/win")).await.expect(200);
    let refused = care.post(&warn, json!({"reason": "Muộn"})).await.refused(409, "wrong_status");
    assert_eq!(refused["current_status"], "won");
}

#[tokio::test]
async fn a_26_customer_care_can_take_a_warning_back() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    warned(&care, &chance).await;
    lan.act(&format!("{chance}/evidence/accept")).await.refused(403, "forbidden");
    let accepted = care.act(&format!("{chance}/evidence/accept")).await.expect(200);
    assert_eq!(accepted["evidence_status"], "provided");
    let reviews = care.all("/evidence-reviews?sort=created_at").await;
    let outcomes: Vec<_> = reviews.iter().map(|review| review["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["warned", "accepted"]);
    assert!(reviews.iter().all(|review| review["draw_id"].is_null() && review["reviewed_by"] == json!(care.user_id)));
}

#[tokio::test]
async fn reopening_begins_anew() {
    let world = World::under("icheck").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("admin").await);
    let chance = chance(&lan, 1).await;
    let file = prove(&lan, &chance).await["attachment_id"].clone();
    lan.act(&format!("{chance}/win")).await.expect(200);
    let again = manager.post(&format!("{chance}/reopen"), json!({"reason": "Khách huỷ đơn"})).await.expect(200);
    assert_eq!(again["evidence_status"], "missing");
    let old = json!({"kind": "file", "attachment_id": file});
    assert_eq!(submit(&lan, &chance, old).await.faults(422), [fault("/attachment_id", "already_given")]);
    prove(&lan, &chance).await;
    assert_eq!(evidence_status(&lan, &chance).await, "provided");
}

#[tokio::test]
async fn a_review_is_settled_once() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    let drawn = care.post("/evidence-reviews/draw", json!({"count": 5})).await.expect(200);
    let review = format!("/evidence-reviews/{}", id(&drawn["data"][0]));
    lan.act(&format!("{review}/accept")).await.refused(403, "forbidden");
    let settled = care.act(&format!("{review}/accept")).await.expect(200);
    assert_eq!((&settled["outcome"], &settled["reviewed_by"]), (&json!("accepted"), &json!(care.user_id)));
    let refused = care.post(&format!("{review}/warn"), json!({"reason": "Nhìn lại thì sai"})).await.refused(409, "wrong_status");
    assert_eq!(refused["current_status"], "accepted");
    // A warning without a draw is still possible.
    warned(&care, &chance).await;
}

#[tokio::test]
async fn what_was_drawn_is_settled_by_a_warning_of_its_opportunity() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    let drawn = care.post("/evidence-reviews/draw", json!({"count": 5})).await.expect(200);
    warned(&care, &chance).await;
    let reviews = care.all("/evidence-reviews").await;
    assert_eq!(reviews.len(), 1);
    assert_eq!((&reviews[0]["id"], &reviews[0]["outcome"]), (&drawn["data"][0]["id"], &json!("warned")));
    assert_eq!(reviews[0]["evidence_status"], "warned");
}

#[tokio::test]
async fn the_review_of_what_was_closed_meanwhile_can_still_be_settled() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    let drawn = care.post("/evidence-reviews/draw", json!({"count": 5})).await.expect(200);
    let won = lan.act(&format!("{chance}/win")).await.expect(200);
    let review = format!("/evidence-reviews/{}", id(&drawn["data"][0]));
    care.post(&format!("{review}/warn"), json!({"reason": "Muộn"})).await.refused(409, "wrong_status");
    care.act(&format!("{review}/accept")).await.expect(200);
    assert_eq!(lan.get(&chance).await.expect(200), won, "nothing but the review has changed");
}
