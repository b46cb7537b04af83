//! Concurrent work on the same records locks them in one order: requests and timers wait for each other, without deadlocks.

use chot_application::worker;
use chot_tests::fixtures::{account, company, id, opportunity, own_lead, text};
use chot_tests::{Client, Kind, Response, World, kind};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use super::at_once::{at_once, counted, database};

/// The number of concurrent requests.
const AT_A_TIME: usize = 16;

type Call = (Client, String, Value);

/// Sends pairs of requests on the same records, some pairs at a time. Returns the responses of each pair.
async fn in_pairs(pairs: Vec<[Call; 2]>) -> Vec<[Response; 2]> {
    let mut ended = Vec::new();
    let mut rest = pairs.into_iter().peekable();
    while rest.peek().is_some() {
        let calls = rest.by_ref().take(AT_A_TIME / 2).flatten();
        let sent = at_once(calls.map(|(client, path, order)| async move { client.post(&path, order).await })).await;
        let mut sent = sent.into_iter();
        while let (Some(one), Some(other)) = (sent.next(), sent.next()) {
            ended.push([one, other]);
        }
    }
    ended
}

/// The number of deadlocks that the database has counted. A connection reports its own at its end at the latest, so existing
/// connections are closed first; the server and the workers may open others.
async fn deadlocks(database: &DatabaseConnection) -> i64 {
    if kind() == Kind::Sqlite {
        return 0;
    }
    let others = "datname = current_database() AND pid <> pg_backend_pid()";
    let listed = format!("SELECT coalesce(string_agg(pid::text, ','), '0') FROM pg_stat_activity WHERE {others}");
    let listed = Statement::from_string(database.get_database_backend(), listed);
    let pids: String = database.query_one_raw(listed).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let still_there = format!("FROM pg_stat_activity WHERE {others} AND pid IN ({pids})");
    counted(database, &format!("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) {still_there}")).await;
    while counted(database, &format!("SELECT count(*) {still_there}")).await > 0 {}
    counted(database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await
}

async fn assert_no_deadlocks(world: &World) {
    assert_eq!(deadlocks(&database(world).await).await, 0, "somebody was in a deadlock");
}

/// An opportunity after a successful demo, and the activities that the playbook has planned.
async fn followed_up(client: &Client, number: u32) -> (String, Vec<String>) {
    let chance = opportunity(client, &account(client, number).await, "Gói Tiêu chuẩn").await;
    let demo = json!({
        "kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "successful", "done_at": "2026-11-23T02:00:00Z",
        "opportunity_id": chance["id"],
    });
    client.post("/activities", demo).await.expect(201);
    let planned = client.all(&format!("/activities?opportunity_id={}&status=planned", id(&chance))).await;
    assert_eq!(planned.len(), 2, "the playbook plans a greeting and a call");
    (format!("/opportunities/{}", id(&chance)), planned.iter().map(|one| format!("/activities/{}", id(one))).collect())
}

fn loss() -> Value {
    json!({"reason": "price"})
}

fn success() -> Value {
    json!({"outcome": "successful"})
}

#[tokio::test]
async fn a_follow_up_is_completed_while_its_opportunity_is_lost_without_a_deadlock() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let mut pairs = Vec::new();
    for number in 0..60 {
        let (chance, planned) = followed_up(&lan, number).await;
        let complete = (lan.clone(), format!("{}/complete", planned[0]), success());
        pairs.push([complete, (lan.clone(), format!("{chance}/lose"), loss())]);
    }
    for [completed, lost] in in_pairs(pairs).await {
        lost.expect(200);
        assert!(matches!(completed.status, 200 | 409), "{}", completed.text);
    }
    let left = lan.all("/activities?status=planned").await;
    assert!(left.is_empty(), "nothing is left to be done about what is lost: {left:#?}");
    assert_no_deadlocks(&world).await;
}

#[tokio::test]
async fn a_call_is_completed_while_its_lead_is_converted_without_a_deadlock() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let mut pairs = Vec::new();
    for number in 0..60 {
        let lead = own_lead(&lan, number).await;
        let call = json!({"kind": "call", "subject": "Gọi", "lead_id": lead["id"], "starts_at": "2026-11-23T03:00:00Z"});
        let call = lan.post("/activities", call).await.expect(201);
        let complete = (lan.clone(), format!("/activities/{}/complete", id(&call)), json!({"outcome": "no_answer"}));
        pairs.push([complete, (lan.clone(), format!("/leads/{}/convert", id(&lead)), json!({}))]);
    }
    for [completed, converted] in in_pairs(pairs).await {
        completed.expect(200);
        converted.expect(201);
    }
    assert_no_deadlocks(&world).await;
}

#[tokio::test]
async fn timers_fall_due_while_people_work_on_the_same_records_without_a_deadlock() {
    const RECORDS: u32 = 20;
    let world = World::under("easyedu").await;
    let (marketing, lan) = (world.user("marketing").await, world.user("salesperson").await);
    world.user("salesperson").await;
    let mut calls: Vec<Call> = Vec::new();
    for number in 0..RECORDS {
        let (chance, planned) = followed_up(&lan, number).await;
        calls.push((lan.clone(), format!("{}/reschedule", planned[0]), json!({"starts_at": "2026-12-10T02:00:00Z"})));
        calls.push((lan.clone(), format!("{}/cancel", planned[1]), json!({})));
        calls.push((lan.clone(), format!("{chance}/lose"), loss()));
        let lead = marketing.post("/leads", company(number)).await.expect(201);
        let lead = format!("/leads/{}", id(&lead));
        marketing.post(&format!("{lead}/assign"), json!({"owner_id": lan.user_id})).await.expect(200);
        calls.push((lan.clone(), format!("{lead}/mark-contacted"), json!({})));
    }
    // The greeting and the call are due, the closing time is over, and the lead is to be recalled.
    world.clock.advance(TimeDelta::days(7));
    let processes = [world.process().await, world.process().await];
    let working = futures_util::future::join_all(processes.iter().map(worker::once));
    let acting = async {
        let mut replies = Vec::new();
        for some in calls.chunks(AT_A_TIME) {
            let some = some.to_vec();
            replies.extend(
                at_once(some.into_iter().map(|(client, path, order)| async move { client.post(&path, order).await })).await,
            );
        }
        replies
    };
    let (worked, replies) = tokio::join!(working, acting);
    for done in worked {
        done.unwrap();
    }
    for reply in replies {
        assert!(matches!(reply.status, 200 | 404 | 409), "{} {}", reply.status, reply.text);
    }
    world.pass(TimeDelta::zero()).await;
    let database = database(&world).await;
    let unwell = "SELECT count(*) FROM timers WHERE state = 'failed' OR attempts <> 0";
    assert_eq!(counted(&database, unwell).await, 0, "a timer had to be tried again");
    let chances = lan.all("/opportunities").await;
    let open: Vec<_> = chances.iter().filter(|chance| chance["status"] == "open").map(|chance| text(chance, "stage")).collect();
    assert_eq!(open, Vec::<String>::new(), "what was lost is lost");
    assert_no_deadlocks(&world).await;
}
