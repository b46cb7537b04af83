use chot_application::worker;
use chot_domain::identity::Actor;
use chot_persistence::crash_points::{self, Crash};
use chot_persistence::timers;
use chot_tests::fixtures::{id, own_lead, text, version};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::at_once::{counted, database, given_up};

async fn parked(client: &Client, number: u32, until: &str) -> String {
    let path = format!("/leads/{}", id(&own_lead(client, number).await));
    client.post(&format!("{path}/recycle"), json!({"follow_up_at": until})).await.expect(200);
    path
}

const TOMORROW: &str = "2026-11-24T02:00:00Z";
const IN_A_WEEK: &str = "2026-11-30T02:00:00Z";

async fn due(client: &Client) -> Vec<Value> {
    client.all("/leads?is_follow_up_due=true").await
}

#[tokio::test]
async fn r_suno_22_a_follow_up_falls_due_once_although_three_workers_look_at_the_same_time() {
    const LEADS: u32 = 12;
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    for number in 0..LEADS {
        parked(&lan, number, TOMORROW).await;
    }
    world.clock.advance(TimeDelta::days(2));
    let processes = [world.process().await, world.process().await, world.process().await];
    let (one, two, three) = tokio::join!(worker::once(&processes[0]), worker::once(&processes[1]), worker::once(&processes[2]));
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), u64::from(LEADS));

    let leads = due(&lan).await;
    assert_eq!(leads.len(), LEADS as usize);
    assert!(leads.iter().all(|lead| version(lead) == 3), "created, parked, due: each of them once");
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT count(*) FROM events WHERE kind = 'lead.follow_up_due'").await, i64::from(LEADS));
    assert_eq!(counted(&database, "SELECT count(*) FROM timers WHERE state <> 'done' OR attempts <> 0").await, 0);
    let unplaced = "SELECT count(*) FROM events WHERE position IS NULL";
    assert_eq!(counted(&database, unplaced).await, 0, "the workers gave every event its position");
}

#[tokio::test]
async fn the_timer_of_a_lead_that_was_taken_up_again_does_nothing() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = parked(&lan, 1, TOMORROW).await;
    let resumed = lan.act(&format!("{path}/resume")).await.expect(200);
    assert_eq!(world.pass(TimeDelta::days(2)).await, 0);
    assert_eq!(lan.get(&path).await.expect(200), resumed);
}

#[tokio::test]
async fn a_lead_that_is_parked_anew_falls_due_on_its_new_day_only() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = parked(&lan, 1, TOMORROW).await;
    lan.act(&format!("{path}/resume")).await.expect(200);
    lan.post(&format!("{path}/recycle"), json!({"follow_up_at": IN_A_WEEK})).await.expect(200);
    assert_eq!(world.pass(TimeDelta::days(2)).await, 0);
    assert!(due(&lan).await.is_empty());
    assert_eq!(world.pass(TimeDelta::days(6)).await, 1);
    assert_eq!(due(&lan).await.len(), 1);
}

#[tokio::test]
async fn the_timer_of_a_lead_in_the_archive_disturbs_nobody() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let (archived, other) = (parked(&manager, 1, TOMORROW).await, parked(&manager, 2, TOMORROW).await);
    manager.delete(&archived, 2).await.expect(204);
    world.pass(TimeDelta::days(2)).await;
    let leads = due(&manager).await;
    assert_eq!(leads.iter().map(|lead| text(lead, "id")).collect::<Vec<_>>(), [other.rsplit('/').next().unwrap()]);
    let database = database(&world).await;
    let open = "SELECT count(*) FROM timers WHERE state IN ('pending', 'failed')";
    assert_eq!(counted(&database, open).await, 0, "it is not tried for ever");

    manager.act(&format!("{archived}/restore")).await.expect(200);
    assert_eq!(world.pass(TimeDelta::zero()).await, 1);
    assert_eq!(due(&manager).await.len(), 2, "its day came while it was in the archive");
    manager.act(&format!("{archived}/resume")).await.expect(200);
    assert_eq!(due(&manager).await.len(), 1);
}

/// The worker stores a failure in a separate unit; in between, the salesperson may have resumed the lead.
#[tokio::test]
async fn a_timer_that_was_taken_back_while_its_verb_failed_stays_taken_back() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = parked(&lan, 1, TOMORROW).await;
    world.clock.advance(TimeDelta::days(2));
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let claimed = system.write(async |tx| Ok(timers::due(tx).await?)).await.unwrap().unwrap();
    lan.act(&format!("{path}/resume")).await.expect(200);
    system.write(async |tx| Ok(timers::postpone(tx, &claimed, "the database was away").await?)).await.unwrap();

    let pending = "SELECT count(*) FROM timers WHERE state = 'pending'";
    assert_eq!(counted(&database(&world).await, pending).await, 0);
    assert_eq!(world.pass(TimeDelta::days(1)).await, 0);
}

#[tokio::test]
async fn a_timer_whose_verb_fails_is_tried_again_later_and_given_up_in_the_end() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    parked(&lan, 1, TOMORROW).await;
    world.clock.advance(TimeDelta::days(2));
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let mut tries = 0;
    while let Some(timer) = system.write(async |tx| Ok(timers::due(tx).await?)).await.unwrap() {
        tries += 1;
        system.write(async |tx| Ok(timers::postpone(tx, &timer, "the database was away").await?)).await.unwrap();
        let early = system.write(async |tx| Ok(timers::due(tx).await?)).await.unwrap();
        assert!(early.is_none(), "after {tries} failures it is not tried at once");
        world.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(tries, 10);
    let failed = "SELECT count(*) FROM timers WHERE state = 'failed' AND attempts = 10 AND last_error IS NOT NULL";
    assert_eq!(counted(&database(&world).await, failed).await, 1, "it stands there for the administrator");
}

#[tokio::test]
async fn an_administrator_sees_what_waits_and_what_was_given_up_and_tries_it_again() {
    let world = World::under("suno").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let parked = parked(&lan, 1, TOMORROW).await;
    let waiting = admin.get("/timers?state=pending").await.expect(200);
    assert_eq!((&waiting["data"][0]["kind"], &waiting["data"][0]["due_at"]), (&json!("lead_follow_up"), &json!(TOMORROW)));
    let backlog = json!({"due": 0, "oldest_due_at": null, "waiting": 1, "failed": 0});
    assert_eq!(admin.get("/timers/backlog").await.expect(200), backlog);

    world.clock.advance(TimeDelta::days(2));
    let backlog = admin.get("/timers/backlog").await.expect(200);
    assert_eq!((&backlog["due"], &backlog["oldest_due_at"], &backlog["waiting"]), (&json!(1), &json!(TOMORROW), &json!(0)));
    let metrics = world.anonymous().page("//metrics").await;
    assert!(metrics.contains("chot_timers_oldest_due_seconds"), "{metrics}");

    assert_eq!(world.pass(TimeDelta::zero()).await, 1);
    let failed = given_up(&world, &admin).await;
    lan.get("/timers").await.refused(403, "forbidden");
    lan.act(&format!("/timers/{failed}/retry")).await.refused(403, "forbidden");
    assert_eq!(admin.all("/timers?state=failed").await.len(), 1);
    let again = admin.act(&format!("/timers/{failed}/retry")).await.expect(200);
    assert_eq!((&again["state"], &again["attempts"]), (&json!("pending"), &json!(0)));
    admin.act(&format!("/timers/{failed}/retry")).await.refused(409, "wrong_status");
    assert_eq!(world.pass(TimeDelta::zero()).await, 1);
    let done = admin.all("/timers?state=done&kind=lead_follow_up&sort=-due_at").await;
    assert_eq!(done.len(), 2);
    assert_eq!(lan.get(&parked).await.expect(200)["is_follow_up_due"], true);
}

/// After the death of a worker, another one repeats its unfinished work, wherever it was.
#[tokio::test]
async fn a_worker_that_dies_anywhere_leaves_its_work_to_the_next_and_nothing_happens_twice() {
    for place in crash_points::ALL {
        let world = World::under("suno").await;
        let lan = world.user("salesperson").await;
        for number in 0..3 {
            parked(&lan, number, TOMORROW).await;
        }
        world.clock.advance(TimeDelta::days(2));
        let dying = world.process().await;
        let died = Crash::at(place, 1).await_for(worker::once(&dying)).await.is_none();
        assert!(died, "the worker dies at {place}");
        world.pass(TimeDelta::zero()).await;

        let leads = due(&lan).await;
        assert_eq!(leads.len(), 3, "{place}");
        assert!(leads.iter().all(|lead| version(lead) == 3), "created, parked, due: each of them once, at {place}");
        let told = "SELECT count(*) FROM events WHERE kind = 'lead.follow_up_due'";
        assert_eq!(counted(&database(&world).await, told).await, 3, "{place}");
    }
}
