//! Deliveries for the administrator.

use chot_tests::{Manner, fault};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use super::{deliveries, given, path, round, with_mail};

#[tokio::test]
async fn deliveries_are_listed_by_state_and_kind() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    round(&world).await;
    server.now(Manner::RefusesForGood);
    given(&admin, &lan, 2).await;
    world.pass(TimeDelta::seconds(1)).await;
    given(&admin, &lan, 3).await;

    let all = deliveries(&admin).await;
    let states: Vec<_> = all.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["sent", "failed", "pending"]);
    for (at, state) in states.iter().enumerate() {
        assert_eq!(admin.all(&format!("/deliveries?state={state}&kind=email")).await, [all[at].clone()]);
    }
    assert!(admin.all("/deliveries?state=cancelled").await.is_empty());
    assert_eq!(admin.all("/deliveries?limit=1").await.len(), 3);
    assert_eq!(admin.get(&path(&all[1])).await.expect(200), all[1]);
    let faults = admin.get("/deliveries?state=x&kind=fax&to=lan").await.faults(400);
    for expected in [fault("/state", "not_one_of"), fault("/kind", "not_one_of"), fault("/to", "unknown_member")] {
        assert!(faults.contains(&expected), "{faults:?}");
    }
    admin.get("/deliveries/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10").await.refused(404, "not_found");
    admin.act("/deliveries/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10/retry").await.refused(404, "not_found");
    for other in [&lan, &world.user("manager").await] {
        other.get("/deliveries").await.refused(403, "forbidden");
        other.get(&path(&all[0])).await.refused(403, "forbidden");
        other.act(&format!("{}/retry", path(&all[1]))).await.refused(403, "forbidden");
    }

    let metrics = world.anonymous().request(Method::GET, "//metrics").send().await.unwrap().text().await.unwrap();
    for name in
        ["chot_deliveries{state=\"pending\"}", "chot_deliveries{state=\"failed\"}", "chot_deliveries_oldest_pending_seconds"]
    {
        assert!(metrics.contains(name), "{name} is missing in {metrics}");
    }
    assert!(metrics.contains("chot_delivery_attempts_total{result=\"sent\"}"));
}

#[tokio::test]
async fn what_waits_for_its_next_attempt_can_be_tried_at_once() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    server.now(Manner::RefusesForNow);
    given(&admin, &lan, 1).await;
    round(&world).await;
    let waiting = super::only(&admin).await;
    let retry = format!("{}/retry", path(&waiting));
    let request = admin.request(Method::POST, &retry).header("if-match", "\"1\"");
    admin.send(request).await.refused(412, "version_mismatch");
    server.now(Manner::Accepts);
    admin.act(&retry).await.expect(200);
    round(&world).await;
    assert_eq!((server.mails().len(), super::only(&admin).await["state"].clone()), (1, json!("sent")));
    let feed = admin.get("/events?limit=200").await.expect(200);
    let retried = feed["data"].as_array().unwrap().iter().find(|event| event["kind"] == "delivery.retried").cloned().unwrap();
    assert_eq!((&retried["subject_id"], &retried["facts"]["state_before"]), (&waiting["id"], &json!("pending")));
}
