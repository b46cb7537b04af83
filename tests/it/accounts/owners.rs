//! The owner of an account: at most one salesperson, who claims it from the pool and releases it with a reason.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, text};
use serde_json::{Value, json};

use super::{draft, fault, team, with};

fn owner(record: &Value) -> &Value {
    &record["owner_id"]
}

#[tokio::test]
async fn a_15_r_ichk_08_the_owner_does_everything_for_the_customer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    assert_eq!((owner(&ours), &ours["type"]), (&json!(lan.user_id), &json!("prospect")));
    let path = format!("/accounts/{}", id(&ours));
    lan.patch(&path, 1, json!({"description": "Khách quen"})).await.expect(200);
    lan.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
    lan.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương"})).await.expect(201);
    let chance = opportunity(&lan, &ours, "Tem QR").await;
    lan.act(&format!("/opportunities/{}/win", id(&chance))).await.expect(200);
    lan.get(&format!("{path}/timeline")).await.expect(200);
    lan.get(&format!("{path}/counters")).await.expect(200);
    lan.post(&format!("{path}/release"), json!({"reason": "customer_request"})).await.expect(200);
}

#[tokio::test]
async fn r_ichk_09_nobody_else_works_on_the_customer() {
    for (playbook, code) in [("icheck", (403, "forbidden")), ("xcrm", (404, "not_found"))] {
        let world = World::under(playbook).await;
        let team = team(&world).await;
        let ours = account(&team.lan, 1).await;
        let chance = opportunity(&team.lan, &ours, "Tem QR").await;
        let contact = team.lan.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương"})).await.expect(201);
        let path = format!("/accounts/{}", id(&ours));
        team.minh.patch(&path, 1, json!({"description": "Của tôi"})).await.refused(code.0, code.1);
        team.minh.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.refused(code.0, code.1);
        team.minh.post(&format!("{path}/release"), json!({"reason": "manual"})).await.refused(code.0, code.1);
        let (status, code) = if playbook == "icheck" { (409, "not_in_pool") } else { (404, "not_found") };
        team.minh.act(&format!("{path}/claim")).await.refused(status, code);
        for (list, body) in [("/contacts", json!({"full_name": "Của tôi"})), ("/opportunities", json!({"name": "Của tôi"}))]
        {
            let faults = team.minh.post(list, with(body, json!({"account_id": ours["id"]}))).await.faults(422);
            assert_eq!(faults, [fault("/account_id", "not_found")], "{list}");
        }
        team.minh.get(&format!("/contacts/{}", id(&contact))).await.refused(404, "not_found");
        team.minh.act(&format!("/opportunities/{}/win", id(&chance))).await.refused(404, "not_found");
        assert_eq!(team.lan.get(&path).await.expect(200), ours);
    }
}

#[tokio::test]
async fn r_ichk_09_an_account_is_given_to_somebody_else_only_by_those_who_assign() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    team.lan.post("/accounts", with(draft(1), json!({"owner_id": team.minh.user_id}))).await.refused(403, "forbidden");
    let given = with(draft(1), json!({"owner_id": team.lan.user_id}));
    let given = team.manager.post("/accounts", given).await.expect(201);
    assert_eq!((owner(&given), &given["owner_name"]), (&json!(team.lan.user_id), &json!("Người dùng salesperson")));
    let path = format!("/accounts/{}", id(&given));
    let order = json!({"owner_id": team.minh.user_id, "reason": "Chuyển khu vực"});
    team.lan.post(&format!("{path}/assign"), order.clone()).await.refused(403, "forbidden");
    let faults = team.lan.patch(&path, 1, json!({"owner_id": team.minh.user_id})).await.faults(422);
    assert_eq!(faults, [fault("/owner_id", "immutable")]);
    let moved = team.manager.post(&format!("{path}/assign"), order).await.expect(200);
    assert_eq!(owner(&moved), &json!(team.minh.user_id));
    assert_eq!(team.lan.get(&path).await.expect(200)["view"], "card");
    assert_eq!(team.minh.get(&path).await.expect(200)["view"], "full");
    let unknown = json!({"owner_id": id(&given)});
    let admin = world.user("admin").await;
    assert_eq!(admin.post(&format!("{path}/assign"), unknown).await.faults(422), [fault("/owner_id", "not_found")]);
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": team.lan.user_id})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_16_r_ichk_21_a_free_customer_is_pulled_by_one_of_several_who_come_at_once() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    for number in 1..=4 {
        let ours = account(&team.manager, number).await;
        let path = format!("/accounts/{}", id(&ours));
        team.manager.post(&format!("{path}/release"), json!({"reason": "no_care"})).await.expect(200);
        let claim = format!("{path}/claim");
        let (one, other) = tokio::join!(team.lan.act(&claim), team.minh.act(&claim));
        let (winner, won, lost) = if one.status == 200 { (&team.lan, one, other) } else { (&team.minh, other, one) };
        assert_eq!(owner(&won.expect(200)), &json!(winner.user_id));
        lost.refused(409, "not_in_pool");
        let pulled = winner.all(&format!("{path}/timeline?kind=account.claimed")).await;
        assert_eq!(pulled.len(), 1);
        assert_eq!(
            (&pulled[0]["facts"]["owner_id"], &pulled[0]["facts"]["owner_id_before"]),
            (&json!(winner.user_id), &json!(null))
        );
        assert_eq!(pulled[0]["actor_name"], "Người dùng salesperson");
    }
}

#[tokio::test]
async fn a_16_the_pool_shows_cards_to_those_who_may_pull() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (kept, freed) = (account(&team.lan, 1).await, account(&team.lan, 2).await);
    let path = format!("/accounts/{}", id(&freed));
    assert!(team.minh.all("/account-cards").await.is_empty());
    team.lan.post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200);
    let pool = team.minh.all("/account-cards").await;
    let card = json!({
        "view": "card", "id": freed["id"], "kind": "company", "name": freed["name"], "tax_code": freed["tax_code"],
        "citizen_id": null, "owner_id": null, "owner_name": null,
    });
    assert_eq!(pool, [card]);
    assert_eq!(team.minh.get(&path).await.expect(200)["view"], "card", "the pool is not in sight before it is pulled");
    team.minh.act(&format!("{path}/claim")).await.expect(200);
    assert_eq!(team.minh.get(&path).await.expect(200)["phone"], freed["phone"]);
    assert!(team.lan.all("/account-cards").await.is_empty());
    team.minh.act(&format!("/accounts/{}/claim", id(&kept))).await.refused(409, "not_in_pool");
    for role in ["data_employee", "customer_care"] {
        let user = world.user(role).await;
        user.get("/account-cards").await.refused(403, "forbidden");
        user.act(&format!("{path}/claim")).await.refused(403, "forbidden");
    }
    team.lan.act("/accounts/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10/claim").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_16_a_manager_gives_out_the_pool() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let freed = account(&team.minh, 1).await;
    let path = format!("/accounts/{}", id(&freed));
    team.minh.post(&format!("{path}/release"), json!({"reason": "left_company"})).await.expect(200);
    let order = json!({"owner_id": team.lan.user_id});
    team.lan.post(&format!("{path}/assign"), order.clone()).await.refused(403, "forbidden");
    let given = team.manager.post(&format!("{path}/assign"), order).await.expect(200);
    assert_eq!(owner(&given), &json!(team.lan.user_id));
    assert_eq!(team.lan.get(&path).await.expect(200)["view"], "full");
}

#[tokio::test]
async fn r_ichk_22_a_release_has_a_reason_of_the_list() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let release = format!("{path}/release");
    assert_eq!(team.lan.post(&release, json!({})).await.faults(422), [fault("/reason", "required")]);
    assert_eq!(team.lan.post(&release, json!({"reason": "bored"})).await.faults(422), [fault("/reason", "unknown_key")]);
    let of_the_rule = json!({"reason": "no_active_primary_opportunity"});
    assert_eq!(team.lan.post(&release, of_the_rule).await.faults(422), [fault("/reason", "reserved_key")]);
    let order = json!({"reason": "left_company", "note": "Chuyển bộ phận từ tháng 12"});
    let freed = team.manager.post(&release, order).await.expect(200);
    assert_eq!((owner(&freed), &freed["owner_name"]), (&json!(null), &json!(null)));
    let cut = team.manager.all(&format!("{path}/timeline?kind=account.released")).await.remove(0);
    assert_eq!((&cut["facts"]["reason"], &cut["facts"]["owner_id_before"]), (&json!("left_company"), &json!(team.lan.user_id)));
    assert_eq!(
        (&cut["changes"]["note"]["to"], &cut["actor_id"]),
        (&json!("Chuyển bộ phận từ tháng 12"), &json!(team.manager.user_id))
    );
    team.manager.post(&release, json!({"reason": "manual"})).await.refused(409, "owner_required");
}

#[tokio::test]
async fn r_ichk_50_open_opportunities_follow_the_owner_and_closed_ones_stay() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let mut chances = Vec::new();
    for name in ["Đang mở", "Đã thắng", "Đã thua", "Phụ đang mở"] {
        let classification = if name.starts_with("Phụ") { "secondary" } else { "primary" };
        let draft = json!({"account_id": ours["id"], "name": name, "classification": classification});
        chances.push(format!("/opportunities/{}", id(&team.lan.post("/opportunities", draft).await.expect(201))));
    }
    team.lan.act(&format!("{}/win", chances[1])).await.expect(200);
    team.lan.post(&format!("{}/lose", chances[2]), json!({"reason": "price"})).await.expect(200);
    let path = format!("/accounts/{}", id(&ours));
    let owners = async || {
        let admin = world.user("admin").await;
        let mut owners = Vec::new();
        for chance in &chances {
            owners.push(owner(&admin.get(chance).await.expect(200)).clone());
        }
        owners
    };
    let (lan, minh) = (json!(team.lan.user_id), json!(team.minh.user_id));
    team.manager.post(&format!("{path}/assign"), json!({"owner_id": minh})).await.expect(200);
    assert_eq!(owners().await, [minh.clone(), lan.clone(), lan.clone(), minh.clone()]);
    team.minh.post(&format!("{path}/release"), json!({"reason": "manual"})).await.expect(200);
    assert_eq!(owners().await, [json!(null), lan.clone(), lan.clone(), json!(null)]);
    team.lan.act(&format!("{path}/claim")).await.expect(200);
    assert_eq!(owners().await, [lan.clone(), lan.clone(), lan.clone(), lan.clone()]);
    let moves = team.lan.all(&format!("{}/timeline?kind=opportunity.owner_changed&sort=occurred_at", chances[0])).await;
    let facts: Vec<_> =
        moves.iter().map(|event| (event["facts"]["owner_id_before"].clone(), event["facts"]["owner_id"].clone())).collect();
    assert_eq!(facts, [(lan.clone(), minh.clone()), (minh, json!(null)), (json!(null), lan)]);
    assert!(team.lan.all(&format!("{}/timeline?kind=opportunity.owner_changed", chances[1])).await.is_empty());
    assert_eq!(text(&team.lan.get(&chances[0]).await.expect(200), "status"), "open");
}
