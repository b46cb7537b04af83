//! Opportunities are won and lost.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, text};
use serde_json::json;

use super::{fault, lost, opened, team};

#[tokio::test]
async fn r_suno_32_r_suno_33_r_suno_34_a_loss_keeps_the_reason_the_words_and_the_next_approach() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = opened(&lan, &ours, "Phần mềm", json!({})).await;
    let loss =
        json!({"reason": "missing_feature", "customer_feedback": " Chưa có bán theo lô ", "next_approach_on": "2027-03-01"});
    let gone = lan.post(&format!("{path}/lose"), loss).await.expect(200);
    assert_eq!((&gone["status"], &gone["stage"]), (&json!("lost"), &json!("lost")));
    assert_eq!((&gone["lost_reason"], &gone["customer_feedback"]), (&json!("missing_feature"), &json!("Chưa có bán theo lô")));
    assert_eq!(gone["next_approach_on"], "2027-03-01");
    assert_ne!(gone["closed_at"], json!(null));
    let event = lan.all(&format!("{path}/timeline?kind=opportunity.lost")).await.remove(0);
    assert_eq!(
        (&event["facts"]["reason"], &event["facts"]["next_approach_on"]),
        (&json!("missing_feature"), &json!("2027-03-01"))
    );
    assert_eq!(event["changes"]["customer_feedback"]["to"], "Chưa có bán theo lô");

    let account = lan.get(&format!("/accounts/{}", id(&ours))).await.expect(200);
    assert_eq!((&account["owner_id"], &account["type"]), (&json!(lan.user_id), &json!("prospect")), "the account stays");
    for (day, found) in [("2027-02-28", 0), ("2027-03-01", 1), ("2027-12-31", 1)] {
        assert_eq!(lan.all(&format!("/opportunities?next_approach_on_lte={day}")).await.len(), found, "{day}");
    }
}

#[tokio::test]
async fn r_ichk_53_r_suno_33_a_loss_wants_a_reason_of_the_list_and_a_day_that_is_not_past() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Tem QR").await;
    let lose = format!("/opportunities/{}/lose", id(&chance));
    assert_eq!(lan.post(&lose, json!({})).await.faults(422), [fault("/reason", "required")]);
    let wrong = json!({"reason": "bad_mood", "next_approach_on": "2026-11-22"});
    let faults = lan.post(&lose, wrong).await.faults(422);
    assert_eq!(faults, [fault("/reason", "unknown_key"), fault("/next_approach_on", "in_the_past")]);
    assert_eq!(lan.get(&format!("/opportunities/{}", id(&chance))).await.expect(200), chance);
    // Today, in Hà Nội, is the 23rd.
    let today = json!({"reason": "no_budget", "next_approach_on": "2026-11-23"});
    assert_eq!(lan.post(&lose, today).await.expect(200)["lost_reason"], "no_budget");
}

#[tokio::test]
async fn r_suno_35_r_suno_36_winning_makes_a_customer_and_opens_the_deployment() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let first = opened(&lan, &ours, "Phần mềm", json!({})).await;
    let second = opened(&lan, &ours, "Máy in", json!({"classification": "secondary"})).await;
    let won = lan.post(&format!("{first}/win"), json!({"note": "Ký hợp đồng năm"})).await.expect(200);
    assert_eq!((&won["status"], &won["stage"], &won["lost_reason"]), (&json!("won"), &json!("won"), &json!(null)));
    assert_ne!(won["closed_at"], json!(null));
    let customer = lan.get(&path).await.expect(200);
    assert_eq!((&customer["type"], &customer["stage"]), (&json!("customer"), &json!("deployment")));
    assert_eq!(lan.all("/accounts?type=customer&stage=deployment").await.len(), 1);
    let changed = lan.all(&format!("{path}/timeline?kind=account.type_changed")).await;
    assert_eq!((changed.len(), &changed[0]["facts"]), (1, &json!({"type": "customer", "type_before": "prospect"})));

    // A second sale to a customer who may have moved to another stage meanwhile.
    lan.post(&format!("{path}/move"), json!({"stage": "care"})).await.expect(200);
    lan.act(&format!("{second}/win")).await.expect(200);
    let customer = lan.get(&path).await.expect(200);
    assert_eq!((&customer["type"], &customer["stage"]), (&json!("customer"), &json!("care")));
    assert_eq!(lan.all(&format!("{path}/timeline?kind=account.type_changed")).await.len(), 1);
}

#[tokio::test]
async fn r_ichk_104_under_icheck_a_prospect_stays_one_until_money_has_come() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let chance = opportunity(&lan, &ours, "Tem QR").await;
    lan.act(&format!("/opportunities/{}/win", id(&chance))).await.expect(200);
    let account = lan.get(&format!("/accounts/{}", id(&ours))).await.expect(200);
    assert_eq!((&account["type"], &account["stage"]), (&json!("prospect"), &json!(null)));
}

#[tokio::test]
async fn r_ichk_64_an_opportunity_is_closed_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for number in 1..=4 {
        let ours = account(&lan, number).await;
        let path = opened(&lan, &ours, "Tem QR", json!({})).await;
        let (win, lose) = (format!("{path}/win"), format!("{path}/lose"));
        let (one, other) = tokio::join!(lan.act(&win), lan.post(&lose, json!({"reason": "price"})));
        let (won, refused) = if one.status == 200 { (one, other) } else { (other, one) };
        let closed = won.expect(200);
        let refused = refused.refused(409, "wrong_status");
        assert_eq!((&refused["current_status"], &refused["allowed_from"]), (&closed["status"], &json!(["open"])));
        for verb in ["win", "lose"] {
            let again =
                lan.post(&format!("{path}/{verb}"), if verb == "win" { json!({}) } else { json!({"reason": "price"}) }).await;
            again.refused(409, "wrong_status");
        }
    }
}

#[tokio::test]
async fn a_39_only_those_who_work_the_customer_win_or_lose_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({})).await;
    team.minh.act(&format!("{path}/win")).await.refused(404, "not_found");
    let care = world.user("customer_care").await;
    care.act(&format!("{path}/win")).await.refused(403, "forbidden");
    care.post(&format!("{path}/lose"), json!({"reason": "price"})).await.refused(403, "forbidden");
    let by_manager = lost(&team.manager, &path).await;
    assert_eq!(text(&by_manager, "status"), "lost");
}

#[tokio::test]
async fn a_closing_that_is_sent_again_counts_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let path = opened(&lan, &account(&lan, 1).await, "Tem QR", json!({})).await;
    let first = lan.post_once(&format!("{path}/win"), "win-1", json!({"note": "Chốt"})).await.expect(200);
    let again = lan.post_once(&format!("{path}/win"), "win-1", json!({"note": "Chốt"})).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert!(again.header("etag").unwrap().starts_with("\"2-"));
    assert_eq!(again.expect(200), first);
    lan.post_once(&format!("{path}/win"), "win-1", json!({"note": "Khác"})).await.refused(422, "idempotency_key_reused");
    assert_eq!(lan.history(&path).await, ["opportunity.opened", "opportunity.won"]);
}
