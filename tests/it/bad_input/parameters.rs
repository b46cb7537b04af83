//! Parameters of paths and queries: what is accepted, and where an error points.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead};
use serde_json::json;

use super::fault;

#[tokio::test]
async fn a_filter_accepts_every_valid_time() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    for early in ["1899-12-31T00:00:00Z", "0001-01-01T00:00:00Z"] {
        assert_eq!(lan.all(&format!("/leads?created_at_gte={early}")).await, std::slice::from_ref(&lead), "{early}");
        assert!(lan.all(&format!("/leads?created_at_lt={early}")).await.is_empty(), "{early}");
    }
    assert!(lan.all("/leads?created_at_gte=9999-12-31T23:59:59Z").await.is_empty());
    lan.get("/leads?created_at_gte=1899-13-31T00:00:00Z").await.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn an_error_of_a_path_parameter_points_at_its_name() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for (path, at, code) in [
        ("/leads/x", "/lead_id", "invalid_id"),
        ("/accounts/019583a07c1e7b3a9f002f6d3c1a5e10", "/account_id", "invalid_id"),
        ("/evidence-reviews/1", "/review_id", "invalid_id"),
    ] {
        let refused = lan.get(path).await.refused(400, "invalid_parameter");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(at), &json!(code)), "{path}");
    }
    let both = lan.remove("/leads/x/tags/%20").await.refused(400, "invalid_parameter");
    let pointers: Vec<_> = both["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, ["/lead_id", "/tag"]);
    let form = lan.post("/public/lead-forms/Bi%20mat/submissions", json!({"a": "b"})).await.refused(400, "invalid_parameter");
    assert_eq!(form["errors"][0]["pointer"], "/form_key");
}

#[tokio::test]
async fn a_reason_of_a_rule_is_marked_and_not_offered() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let playbook = admin.get("/playbook").await.expect(200);
    for (list, of_a_rule) in [("lost_reasons", "no_evidence"), ("release_reasons", "no_active_primary_opportunity")] {
        let values = playbook["playbook"][list].as_array().unwrap();
        let reserved: Vec<_> = values.iter().filter(|value| value["is_reserved"] == true).map(|value| &value["key"]).collect();
        assert_eq!(reserved, [of_a_rule], "{list}");
    }
    let customer = account(&lan, 1).await;
    let lose = format!("/opportunities/{}/lose", id(&opportunity(&lan, &customer, "Tem QR").await));
    let offered = lan.post(&lose, json!({"reason": "khong_co"})).await.refused(422, "validation_failed");
    let allowed = offered["errors"][0]["params"]["allowed"].as_array().unwrap();
    assert!(!allowed.is_empty() && !allowed.contains(&json!("no_evidence")), "{allowed:?}");
    assert_eq!(lan.post(&lose, json!({"reason": "no_evidence"})).await.faults(422), [fault("/reason", "reserved_key")]);
}

#[tokio::test]
async fn a_number_is_no_web_address() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let draft = |website: &str| json!({"name": "Công ty Sen Vàng", "phone": "0912345678", "kind": "company", "tax_code": "0101243150", "profile": {"website": website}});
    for number in ["1", "10.0.0.1", "http://[::1]/"] {
        assert_eq!(lan.post("/leads", draft(number)).await.faults(422), [fault("/profile/website", "invalid_web_address")]);
    }
    let lead = lan.post("/leads", draft("senvang.vn")).await.expect(201);
    assert_eq!(lead["profile"]["website"], "https://senvang.vn/");
}
