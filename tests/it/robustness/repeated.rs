//! The same request many times at once, as sent by impatient users and by retrying programs.

use chot_tests::fixtures::{company, id, own_lead};
use chot_tests::{Client, Response, World};
use serde_json::{Value, json};

use super::at_once::{MANY, at_once, counted, database};

async fn with_one_key(client: &Client, path: &str, bodies: Vec<Value>) -> Vec<Response> {
    let call = |body: Value| {
        let (client, path) = (client.clone(), path.to_owned());
        async move { client.post_once(&path, "mot-lan-thoi", body).await }
    };
    at_once(bodies.into_iter().map(call)).await
}

fn assert_told_once(replies: Vec<Response>, status: u16) -> Value {
    let replayed = replies.iter().filter(|reply| reply.header("idempotency-replayed") == Some("true")).count();
    assert_eq!(replayed, replies.len() - 1);
    let location = replies[0].header("location").map(str::to_owned);
    assert!(replies.iter().all(|reply| reply.header("location").map(str::to_owned) == location));
    let mut bodies = replies.into_iter().map(|reply| reply.expect(status));
    let first = bodies.next().unwrap();
    assert!(bodies.all(|body| body == first));
    first
}

#[tokio::test]
async fn a_lead_that_is_sent_twenty_times_with_one_key_is_created_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = assert_told_once(with_one_key(&lan, "/leads", vec![company(1); MANY]).await, 201);
    let leads = lan.all("/leads").await;
    assert_eq!((leads.len(), id(&leads[0])), (1, id(&lead)));
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT count(*) FROM events WHERE kind = 'lead.created'").await, 1);
}

#[tokio::test]
async fn a_conversion_that_is_sent_twenty_times_with_one_key_is_done_once_and_told_to_all() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = id(&own_lead(&lan, 1).await);
    let conversion = assert_told_once(with_one_key(&lan, &format!("/leads/{lead}/convert"), vec![json!({}); MANY]).await, 201);
    assert_eq!(conversion["lead_id"], json!(lead));
    assert_eq!(lan.all("/conversions").await.len(), 1);
    assert_eq!(lan.all("/accounts").await.len(), 1);
}

#[tokio::test]
async fn one_key_with_twenty_different_bodies_has_one_effect() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let replies = with_one_key(&lan, "/leads", (1..).map(company).take(MANY).collect()).await;
    let lead = super::at_once::only_winner(replies, 201, 422, "idempotency_key_reused");
    let leads = lan.all("/leads").await;
    assert_eq!((leads.len(), &leads[0]["name"]), (1, &lead["name"]));
}

#[tokio::test]
async fn a_key_of_a_refused_request_is_free_for_the_next() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let nameless = json!({"phone": "0912345678"});
    for reply in with_one_key(&lan, "/leads", vec![nameless; MANY]).await {
        reply.refused(422, "validation_failed");
    }
    assert_told_once(with_one_key(&lan, "/leads", vec![company(1); 2]).await, 201);
}

#[tokio::test]
async fn keys_of_two_callers_do_not_meet() {
    let world = World::under("icheck").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let call = |client: &Client, number: u32| {
        let client = client.clone();
        async move { client.post_once("/leads", "mot-lan-thoi", company(number)).await }
    };
    let made = at_once([call(&lan, 1), call(&minh, 2)]).await;
    let ids: Vec<_> = made.into_iter().map(|reply| id(&reply.expect(201))).collect();
    assert_ne!(ids[0], ids[1]);
}

/// The response was returned to a user who saw the record. A user who no longer sees it gets no response again.
#[tokio::test]
async fn an_answer_is_not_given_again_to_who_has_lost_sight_of_the_record() {
    let world = World::under("icheck").await;
    let team = chot_tests::fixtures::team(&world).await;
    let mut draft = company(1);
    draft["owner_id"] = json!(team.lan.user_id);
    let lead = team.lan.post_once("/leads", "khach-cua-lan", draft.clone()).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    let contacted = team.lan.post_once(&format!("{path}/mark-contacted"), "goi-lan-mot", json!({})).await.expect(200);
    for _ in 0..2 {
        assert_eq!(team.lan.post_once("/leads", "khach-cua-lan", draft.clone()).await.expect(201), lead);
        assert_eq!(team.lan.post_once(&format!("{path}/mark-contacted"), "goi-lan-mot", json!({})).await.expect(200), contacted);
    }
    world.user("admin").await.post(&format!("{path}/assign"), json!({"owner_id": team.minh.user_id})).await.expect(200);
    team.lan.get(&path).await.refused(404, "not_found");
    team.lan.post_once("/leads", "khach-cua-lan", draft).await.refused(404, "not_found");
    team.lan.post_once(&format!("{path}/mark-contacted"), "goi-lan-mot", json!({})).await.refused(404, "not_found");
}

/// If an action makes its own record invisible, a repeated request still gets the response.
#[tokio::test]
async fn an_action_that_takes_its_record_out_of_sight_is_answered_again() {
    let world = World::under("icheck").await;
    let team = chot_tests::fixtures::team(&world).await;
    let lead = own_lead(&team.lan, 1).await;
    let path = format!("/leads/{}/assign", id(&lead));
    let order = json!({"owner_id": team.minh.user_id});
    let manager = &team.manager;
    let given = manager.post_once(&path, "giao-minh", order.clone()).await.expect(200);
    manager.get(&format!("/leads/{}", id(&lead))).await.refused(404, "not_found");
    assert_eq!(manager.post_once(&path, "giao-minh", order).await.expect(200), given);
}
