//! A timeline contains only what its reader may read.

use chot_tests::fixtures::{account, id, opportunity, own_lead, text, version};
use chot_tests::{Client, World};
use serde_json::{Value, json};

const WORTH: [&str; 2] = ["123456789", "987654321"];

/// An account with an opportunity whose revenue has changed, and a lead that was converted into it.
async fn customer(lan: &Client) -> Value {
    let customer = account(lan, 1).await;
    let chance = opportunity(lan, &customer, "Hợp đồng bí mật").await;
    let path = format!("/opportunities/{}", id(&chance));
    for (version, worth) in (1..).zip(WORTH) {
        lan.patch(&path, version, json!({"expected_revenue": worth})).await.expect(200);
    }
    lan.post(&format!("{path}/move"), json!({"stage": "quoted"})).await.expect(200);
    let lead = own_lead(lan, 2).await;
    let link = json!({"account": {"action": "link", "id": customer["id"]}, "contact": {"action": "skip"}, "opportunities": []});
    lan.post(&format!("/leads/{}/convert", id(&lead)), link).await.expect(201);
    customer
}

#[tokio::test]
async fn who_may_not_read_opportunities_and_leads_is_told_nothing_of_them_by_the_history_of_an_account() {
    let world = World::under("icheck").await;
    let (lan, data) = (world.user("salesperson").await, world.user("data_employee").await);
    let path = format!("/accounts/{}/timeline", id(&customer(&lan).await));
    let told = data.get(&format!("{path}?limit=200&include_total=true")).await.expect(200);
    let events = told["data"].as_array().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| text(event, "kind")).collect();
    assert!(kinds.contains(&"account.created".to_owned()), "{kinds:?}");
    for hidden in ["opportunity.", "lead."] {
        assert!(kinds.iter().all(|kind| !kind.starts_with(hidden)), "{kinds:?}");
    }
    for secret in WORTH.into_iter().chain(["Hợp đồng bí mật"]) {
        assert!(!told.to_string().contains(secret), "{secret} is told");
    }
    assert_eq!(told["page"]["total"], json!(events.len()), "nor is it told how much is left out");
    assert_eq!(data.all(&format!("{path}?limit=1")).await.len(), events.len());
    assert!(data.all(&format!("{path}?kind=opportunity.updated")).await.is_empty());
}

#[tokio::test]
async fn who_may_read_opportunities_and_leads_is_told_of_them_by_the_history_of_an_account() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let path = format!("/accounts/{}/timeline", id(&customer(&lan).await));
    let changes = care.all(&format!("{path}?kind=opportunity.updated")).await;
    assert_eq!(changes.len(), 2);
    assert!(changes[0]["changes"]["expected_revenue"]["to"].as_str().unwrap().starts_with(WORTH[1]));
    assert_eq!(care.all(&format!("{path}?kind=lead.converted")).await.len(), 1);
}

/// A user with all read permissions has a key that reads only accounts.
#[tokio::test]
async fn a_program_is_told_by_a_history_only_of_what_it_may_read() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = customer(&lan).await;
    let (_, script) = crate::identity::people::api_key(&lan, &["accounts:read"]).await;
    let path = format!("/accounts/{}", id(&customer));
    assert_eq!(version(&script.get(&path).await.expect(200)), version(&lan.get(&path).await.expect(200)));
    let kinds = script.history(&path).await;
    assert!(kinds.iter().all(|kind| kind.starts_with("account.")), "{kinds:?}");
}
