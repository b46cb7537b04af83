//! The conversion under other playbooks.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, qualified_lead, some_tax_code, text};
use serde_json::json;

use super::person;

#[tokio::test]
async fn r_grp_10_r_grp_11_a_merchant_is_verified_before_it_is_converted_and_stays_linked() {
    let world = World::under("groupon").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    lan.act(&format!("{path}/convert")).await.refused(409, "lead_not_verified");
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    let converted = lan.get(&path).await.expect(200);
    assert_eq!((&converted["status"], &converted["stage"]), (&json!("converted"), &json!("converted")));
    assert_eq!((&converted["conversion_id"], &converted["account_id"]), (&conversion["id"], &conversion["account_id"]));
    assert_eq!((&conversion["lead_id"], &conversion["lead_status_before"]), (&lead["id"], &json!("qualified")));
    assert_eq!(lan.get(&format!("/conversions/{}", id(&conversion))).await.expect(200), conversion);
    assert_eq!(lan.all(&format!("/conversions?lead_id={}", id(&lead))).await.len(), 1);
}

#[tokio::test]
async fn r_grp_12_r_grp_13_r_grp_14_r_grp_15_without_a_chance_the_lead_is_kept_and_not_deleted() {
    let world = World::under("groupon").await;
    let (lan, marketing) = (world.user("salesperson").await, world.user("marketing").await);
    let (chance, none, later) = (qualified_lead(&lan, 1).await, qualified_lead(&lan, 2).await, qualified_lead(&lan, 3).await);
    lan.act(&format!("/leads/{}/convert", id(&chance))).await.expect(201);
    let kept = lan.post(&format!("/leads/{}/recycle", id(&none)), json!({"reason": "Để dịp lễ"})).await.expect(200);
    assert_eq!((&kept["status"], &kept["follow_up_at"], &kept["archived_at"]), (&json!("recycled"), &json!(null), &json!(null)));
    let dated = json!({"follow_up_at": "2027-01-15T02:00:00Z"});
    let dated = lan.post(&format!("/leads/{}/recycle", id(&later)), dated).await.expect(200);
    assert_eq!(dated["follow_up_at"], "2027-01-15T02:00:00Z");

    let parked = marketing.all("/leads?status=recycled&sort=created_at").await;
    assert_eq!(parked.iter().map(id).collect::<Vec<_>>(), [id(&none), id(&later)], "all that are parked, for a later campaign");
    lan.act(&format!("/leads/{}/convert", id(&none))).await.refused(409, "wrong_status");
    let changed = lan.patch(&format!("/leads/{}", id(&none)), 4, json!({"need": "Deal Tết"})).await.expect(200);
    assert_eq!((&changed["status"], &changed["need"]), (&json!("recycled"), &json!("Deal Tết")));
    lan.act(&format!("/leads/{}/resume", id(&none))).await.expect(200);
    lan.act(&format!("/leads/{}/convert", id(&none))).await.expect(201);
    let history = lan.history(&format!("/leads/{}", id(&none))).await;
    let told = ["lead.recycled", "lead.updated", "lead.resumed", "lead.converted"];
    assert_eq!(history[history.len() - 4..], told);
}

#[tokio::test]
async fn r_grp_16_r_grp_17_r_grp_18_a_potential_merchant_with_persons_and_opportunities() {
    let world = World::under("groupon").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let order = json!({"opportunities": [{"fields": {"name": "Deal buffet"}}, {"fields": {"name": "Deal spa"}}]});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let merchant = lan.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
    assert_eq!(merchant["type"], "prospect");
    let person = lan.get(&format!("/contacts/{}", text(&conversion, "contact_id"))).await.expect(200);
    assert_eq!((&person["account_id"], &person["full_name"]), (&merchant["id"], &lead["contact_person"]["full_name"]));
    let more = json!({"account_id": merchant["id"], "name": "Deal karaoke"});
    lan.post("/opportunities", more).await.expect(201);
    let open = lan.all(&format!("/opportunities?account_id={}&status=open", id(&merchant))).await;
    assert_eq!(open.len(), 3);
    assert!(open.iter().all(|one| one["stage"] == "in_care" && one["evidence_status"] == "not_required"));
    // A merchant is real with the contract, not with the win (R-GRP-31).
    lan.act(&format!("/opportunities/{}/win", id(&open[0]))).await.expect(200);
    assert_eq!(lan.get(&format!("/accounts/{}", id(&merchant))).await.expect(200)["type"], "prospect");
}

#[tokio::test]
async fn a_41_a_customer_is_born_by_conversion_or_by_those_who_may_create_one_and_the_identity_rule_holds_on_each_way() {
    let world = World::under("icheck").await;
    let (lan, data) = (world.user("salesperson").await, world.user("data_employee").await);
    let code = some_tax_code(40);
    let draft = json!({"name": "Nông sản Hoa Sen", "phone": phone(40), "tax_code": code});
    let born = data.post("/accounts", draft.clone()).await.expect(201);
    assert_eq!((&born["type"], &born["created_by"]), (&json!("prospect"), &json!(data.user_id)));
    let refused = lan.post("/accounts", draft).await.refused(409, "identity_taken");
    assert_eq!(refused["account"]["id"], born["id"]);
    let mut lead = company(41);
    lead["tax_code"] = json!(code);
    let lead = lan.post("/leads", lead).await.expect(201);
    lan.act(&format!("/leads/{}/convert", id(&lead))).await.refused(409, "identity_taken");

    let lead = lan.post("/leads", person(42)).await.expect(201);
    let conversion = lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let mut twin = person(43);
    twin["citizen_id"] = lead["citizen_id"].clone();
    let refused = data.post("/accounts", twin).await.refused(409, "identity_taken");
    assert_eq!(refused["account"]["id"], conversion["account_id"]);
    for role in ["marketing", "customer_care"] {
        let draft = json!({"name": "Khác", "phone": phone(44), "tax_code": some_tax_code(44)});
        world.user(role).await.post("/accounts", draft).await.refused(403, "forbidden");
    }
}
