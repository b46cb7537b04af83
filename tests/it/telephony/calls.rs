//! Reports of other exchanges.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity};
use serde_json::{Value, json};

use super::{fault, with};

fn ended(call_id: &str, seconds: i64) -> Value {
    json!({
        "provider": "voip24h", "call_id": call_id, "status": "ended", "occurred_at": "2026-11-23T01:59:00Z", "direction": "outbound",
        "from_number": "101", "to_number": "0987 654 321", "answer_seconds": seconds,
    })
}

#[tokio::test]
async fn r_ichk_17_r_ichk_54_calls_of_any_exchange_are_kept_with_their_recordings() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let chance = opportunity(&lan, &account(&lan, 1).await, "Tem").await;
    let key = json!({"name": "Tổng đài", "scopes": ["calls:log"]});
    let key = admin.post("/api-keys", key).await.expect(201);
    let exchange = admin.with_credential(key["key"].as_str().unwrap());
    let call = with(ended("c-1", 30), json!({"opportunity_id": chance["id"], "user_id": lan.user_id}));
    let kept = exchange.post("/calls", call.clone()).await.expect(200);
    assert_eq!(
        (&kept["provider"], &kept["status"], &kept["to_number"]),
        (&json!("voip24h"), &json!("ended"), &json!("0987 654 321"))
    );
    let more = with(call, json!({"recording_url": "rec.example.vn/c-1.mp3"}));
    let again = exchange.post("/calls", more).await.expect(200);
    assert_eq!((&again["id"], &again["activity_id"]), (&kept["id"], &kept["activity_id"]));
    let activity = lan.get(&format!("/activities/{}", again["activity_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(
        (&activity["outcome"], &activity["recording_url"]),
        (&json!("successful"), &json!("https://rec.example.vn/c-1.mp3"))
    );
    assert_eq!((&activity["opportunity_id"], &activity["owner_id"]), (&chance["id"], &json!(lan.user_id)));
    assert_eq!(activity["done_at"], "2026-11-23T01:59:00Z");
    // The same identifier at another exchange is another call.
    let other = with(ended("c-1", 0), json!({"provider": "cmc", "account_id": chance["account_id"]}));
    let other = exchange.post("/calls", other).await.expect(200);
    assert_ne!(other["id"], kept["id"]);
    // A call from the customer counts for the only open primary opportunity.
    assert_eq!(lan.all(&format!("/activities?opportunity_id={}", id(&chance))).await.len(), 2);
}

#[tokio::test]
async fn what_an_exchange_tells_is_checked() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    lan.post("/calls", ended("c-1", 30)).await.refused(403, "forbidden");
    let unknown = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
    let wrong = with(ended("c-1", 30), json!({"lead_id": unknown, "user_id": unknown, "occurred_at": "2026-11-23T02:06:00Z"}));
    let mut faults = admin.post("/calls", wrong).await.faults(422);
    faults.sort();
    assert_eq!(faults, [fault("/lead_id", "not_found"), fault("/occurred_at", "in_the_future"), fault("/user_id", "not_found")]);
    let wrong = with(ended("c-1", -1), json!({"provider": "stringee", "lead_id": unknown, "account_id": unknown}));
    let mut faults = admin.post("/calls", wrong).await.faults(422);
    faults.sort();
    assert_eq!(
        faults,
        [
            fault("/account_id", "only_one_record"),
            fault("/answer_seconds", "out_of_range"),
            fault("/lead_id", "not_found"),
            fault("/provider", "reserved_key")
        ]
    );
    let kept = admin.post("/calls", ended("c-1", 30)).await.expect(200);
    // Without a user and a record, the call is stored, but not as an activity.
    assert_eq!(kept["activity_id"], json!(null));
    assert!(admin.all("/activities").await.is_empty());
}
