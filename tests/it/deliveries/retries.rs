//! Mail servers that refuse, disconnect, do not respond or do not exist.

use chot_application::worker;
use chot_tests::{Manner, Options, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{deliveries, given, only, path, round, with_mail};

fn instant(delivery: &Value, member: &str) -> DateTime<Utc> {
    delivery[member].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_a_server_refuses_for_now_is_tried_again_later() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    server.now(Manner::RefusesForNow);
    given(&admin, &lan, 1).await;
    round(&world).await;
    let refused = only(&admin).await;
    assert_eq!((&refused["state"], &refused["attempts"], &refused["finished_at"]), (&json!("pending"), &json!(1), &Value::Null));
    assert!(refused["last_error"].as_str().unwrap().contains("Come again later"), "{refused:#}");
    let pause = instant(&refused, "next_attempt_at") - instant(&refused, "updated_at");
    assert!((TimeDelta::seconds(15)..=TimeDelta::seconds(30)).contains(&pause), "{pause}");

    server.now(Manner::Accepts);
    round(&world).await;
    assert!(server.mails().is_empty(), "its time has not come");
    world.pass(TimeDelta::seconds(31)).await;
    assert_eq!(server.mails().len(), 1);
    let sent = only(&admin).await;
    assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(2)));
}

#[tokio::test]
async fn what_a_server_refuses_for_good_is_given_up_at_once() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    server.now(Manner::RefusesForGood);
    given(&admin, &lan, 1).await;
    round(&world).await;
    let given_up = only(&admin).await;
    assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(1)));
    assert!(given_up["last_error"].as_str().unwrap().contains("Mailbox unavailable") && given_up["finished_at"].is_string());
    world.pass(TimeDelta::days(1)).await;
    assert_eq!(only(&admin).await, given_up);
}

#[tokio::test]
async fn what_fails_twelve_times_is_given_up_until_the_administrator_lets_it_be_tried_again() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    server.now(Manner::RefusesForNow);
    given(&admin, &lan, 1).await;
    round(&world).await;
    for attempt in 1..12 {
        assert_eq!(
            (only(&admin).await["state"].clone(), only(&admin).await["attempts"].clone()),
            (json!("pending"), json!(attempt))
        );
        world.pass(TimeDelta::hours(1)).await;
    }
    let given_up = only(&admin).await;
    assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("failed"), &json!(12)));
    world.pass(TimeDelta::days(1)).await;
    assert_eq!(only(&admin).await, given_up);

    let again = admin.act(&format!("{}/retry", path(&given_up))).await.expect(200);
    assert_eq!((&again["state"], &again["attempts"], &again["finished_at"]), (&json!("pending"), &json!(0), &Value::Null));
    server.now(Manner::Accepts);
    round(&world).await;
    let sent = only(&admin).await;
    assert_eq!((&sent["state"], &sent["attempts"], server.mails().len()), (&json!("sent"), &json!(1), 1));
    admin.act(&format!("{}/retry", path(&sent))).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_left_alone_for_a_while_and_nothing_is_lost() {
    const MAILS: u32 = 9;
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    server.now(Manner::HangsUp);
    for number in 0..MAILS {
        given(&admin, &lan, number).await;
    }
    round(&world).await;
    let tried = |all: &[Value]| all.iter().filter(|one| one["attempts"] == 1).count();
    let after_one = deliveries(&admin).await;
    assert_eq!(tried(&after_one), 4, "no more than were on their way");
    assert!(after_one.iter().all(|one| one["state"] == "pending"));
    round(&world).await;
    assert_eq!(deliveries(&admin).await, after_one, "the server is left alone");

    server.now(Manner::Accepts);
    world.pass(TimeDelta::minutes(1)).await;
    assert_eq!(server.mails().len(), MAILS as usize);
    assert!(deliveries(&admin).await.iter().all(|one| one["state"] == "sent"));
}

/// Timers run in a separate loop, so that they do not wait for an e-mail that hangs.
#[tokio::test]
async fn a_server_that_keeps_silent_hinders_no_timers() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let lead = given(&admin, &lan, 1).await;
    let parked = json!({"follow_up_at": "2026-11-24T02:00:00Z"});
    lan.post(&format!("/leads/{}/recycle", chot_tests::fixtures::id(&lead)), parked).await.expect(200);
    server.now(Manner::KeepsSilent);
    let (stop, stopped) = watch::channel(false);
    let watched = async {
        while server.kept_waiting() == 0 {
            tokio::task::yield_now().await;
        }
        world.clock.advance(TimeDelta::days(2));
        while lan.all("/leads?is_follow_up_due=true").await.is_empty() {}
        let hanging = only(&admin).await;
        assert_eq!((&hanging["state"], &hanging["last_error"]), (&json!("pending"), &Value::Null), "it is still under way");
        server.now(Manner::Accepts);
        stop.send(true).unwrap();
    };
    tokio::join!(worker::run(world.engine.clone(), stopped), watched);
    assert_eq!((only(&admin).await["state"].clone(), server.mails().len()), (json!("sent"), 1));
}

#[tokio::test]
async fn a_server_that_is_not_there_hinders_neither_verbs_nor_timers() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options { smtp_url: Some(format!("smtp://127.0.0.1:{port}")), ..Options::default() };
    let world = World::with("suno", options).await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let lead = given(&admin, &lan, 1).await;
    let parked = json!({"follow_up_at": "2026-11-24T02:00:00Z"});
    lan.post(&format!("/leads/{}/recycle", chot_tests::fixtures::id(&lead)), parked).await.expect(200);
    assert_eq!(world.pass(TimeDelta::days(2)).await, 1);
    assert_eq!(lan.all("/leads?is_follow_up_due=true").await.len(), 1);
    let waiting = only(&admin).await;
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("pending"), &json!(1)));
    assert!(waiting["last_error"].as_str().is_some_and(|error| !error.is_empty()));
}
