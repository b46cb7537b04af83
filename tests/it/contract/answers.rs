//! The response to a change contains no more than the caller may read.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, version};
use serde_json::{Value, json};

use crate::identity::people::api_key;

const NOTHING: Value = Value::Null;

#[tokio::test]
async fn who_may_not_read_activities_is_not_told_of_the_next_one_by_any_answer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let chance = opportunity(&lan, &account(&lan, 2).await, "Tem").await;
    for (about, record, kind) in [("lead_id", &lead, "leads"), ("opportunity_id", &chance, "opportunities")] {
        let call = json!({"kind": "call", "subject": "Gọi", about: record["id"], "starts_at": "2026-11-24T02:00:00Z"});
        lan.post("/activities", call).await.expect(201);
        let (_, script) = api_key(&lan, &[format!("{kind}:read"), format!("{kind}:update")]).await;
        let path = format!("/{kind}/{}", id(record));
        let read = script.get(&path).await.expect(200);
        assert_eq!(read["next_activity"], NOTHING);
        assert_eq!(script.all(&format!("/{kind}")).await[0]["next_activity"], NOTHING);

        let patched = script.patch(&path, version(&read), json!({"description": "Khách quen"})).await.expect(200);
        assert_eq!(patched["next_activity"], NOTHING, "PATCH of {kind}");
        let tagged = script.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
        assert_eq!(tagged["next_activity"], NOTHING, "an action on {kind}");
        let untagged = script.remove(&format!("{path}/tags/hot")).await.expect(200);
        assert_eq!(untagged["next_activity"], NOTHING, "DELETE of a tag of {kind}");
        let cold = json!({"tag": "vip_care"});
        for answer in ["the first response", "the stored response"] {
            let again = script.post_once(&format!("{path}/tags"), &format!("script-{kind}"), cold.clone()).await.expect(200);
            assert_eq!(again["next_activity"], NOTHING, "{answer} about {kind}");
        }
        // A user who may read activities sees them. A stored response of that user shows an API key no more than the key may
        // read.
        let hot = json!({"tag": "hot"});
        let full = lan.post_once(&format!("{path}/tags"), &format!("tag-{kind}"), hot.clone()).await.expect(200);
        assert_ne!(full["next_activity"], NOTHING);
        let kept = script.post_once(&format!("{path}/tags"), &format!("tag-{kind}"), hot).await;
        assert_eq!(kept.body["next_activity"], NOTHING, "what was kept for the person, about {kind}");
    }
}
