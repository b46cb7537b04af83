//! A submission with a key returns only leads that the caller may see.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, team, text};
use serde_json::json;

use super::forms::form;
use crate::identity::people::api_key;

#[tokio::test]
async fn a_salesperson_learns_by_a_form_of_a_known_lead_only_if_they_may_see_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (_, path) = form(&world.user("admin").await, json!({})).await;
    let (lans, minhs) = (own_lead(&team.lan, 1).await, own_lead(&team.minh, 2).await);
    let scopes = ["leads:create", "leads:read"];
    let (_, of_lan) = api_key(&team.lan, &scopes).await;
    let (_, of_manager) = api_key(&team.manager, &scopes).await;
    let known = |lead: &serde_json::Value| json!({"ho_ten": lead["name"], "sdt": lead["phone"]});
    for (who, lead, told) in [
        (&of_lan, &lans, &lans["id"]),
        (&of_lan, &minhs, &json!(null)),
        (&of_manager, &lans, &lans["id"]),
        (&of_manager, &minhs, &json!(null)),
    ] {
        let receipt = who.post(&path, known(lead)).await.expect(202);
        assert_eq!((&receipt["received"], &receipt["lead_id"]), (&json!(true), told), "{receipt:#}");
    }
    team.lan.get(&format!("/leads/{}", id(&minhs))).await.refused(404, "not_found");
}

/// A lead in the pool is visible to those who may claim it.
#[tokio::test]
async fn a_salesperson_learns_by_a_form_of_a_lead_in_the_pool() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let (_, path) = form(&admin, json!({})).await;
    let (_, script) = api_key(&lan, &["leads:create", "leads:read", "leads:claim"]).await;
    let created = script.post(&path, json!({"ho_ten": "Hoa Sen", "sdt": phone(7)})).await.expect(202);
    lan.get(&format!("/leads/{}", text(&created, "lead_id"))).await.expect(200);
    let lead = admin.post("/leads", company(3)).await.expect(201);
    let receipt = script.post(&path, json!({"ho_ten": lead["name"], "sdt": lead["phone"]})).await.expect(202);
    assert_eq!(receipt["lead_id"], lead["id"]);
}

#[tokio::test]
async fn a_salesperson_learns_nothing_by_a_form_of_a_lead_that_was_given_to_somebody_else() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let lead = own_lead(&team.lan, 1).await;
    let (_, script) = api_key(&team.lan, &["leads:create", "leads:read"]).await;
    let sent = json!({"ho_ten": lead["name"], "sdt": lead["phone"]});
    let receipt = script.post(&path, sent.clone()).await.expect(202);
    assert_eq!(receipt["lead_id"], lead["id"]);
    let assign = format!("/leads/{}/assign", id(&lead));
    admin.post(&assign, json!({"owner_id": team.minh.user_id})).await.expect(200);
    let other = script.post(&path, sent).await.expect(202);
    assert_eq!(other["lead_id"], json!(null));
}
