//! A server killed during its work, as by `kill -9`: acknowledged data is stored, and nothing is stored twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chot_tests::fixtures::{phone, text};
use chot_tests::{Client, Deployment, MailServer, Process};
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// Assigns leads.
const LAN: &str = "lan@congty.example.vn";

/// Gets leads, with an e-mail about each.
const MINH: &str = "minh@congty.example.vn";

const PASSWORD: &str = "mot-mat-khau-dai-2026";

/// The number of concurrent clients.
const CALLERS: usize = 6;

/// The number of acknowledged writes after which the server is killed.
const WRITES: usize = 60;

/// The number of kills: a few in the suite, more in `make soak`.
fn kills() -> u32 {
    std::env::var("CHOT_KILLS").ok().map_or(2, |kills| kills.parse().unwrap())
}

/// The leads that a client wrote, by their keys: the identifier, or `None` without a response.
type Known = BTreeMap<String, Option<String>>;

async fn sent(client: &Client, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
    let request = client.request(Method::POST, path).header("idempotency-key", key).json(body);
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

/// A lead for Minh.
fn draft(number: usize, minh: &str) -> Value {
    let number = u32::try_from(number).unwrap();
    json!({"kind": "individual", "name": format!("Khách {number}"), "phone": phone(number), "owner_id": minh})
}

/// Creates leads and sets them aside for a moment, until the server is gone.
async fn writes(
    (lan, minh): (Client, String),
    numbers: Arc<AtomicUsize>,
    acknowledged: Arc<AtomicUsize>,
    enough: Arc<Notify>,
) -> Known {
    let mut known = Known::new();
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let key = format!("khach-{number}");
        known.insert(key.clone(), None);
        let Some((status, lead)) = sent(&lan, "/leads", &key, &draft(number, &minh)).await else {
            return known;
        };
        assert_eq!(status, 201, "{lead:#}");
        let id = lead["id"].as_str().unwrap().to_owned();
        known.insert(key.clone(), Some(id.clone()));
        let soon = Utc::now() + TimeDelta::milliseconds(700);
        let (path, key) = (format!("/leads/{id}/recycle"), format!("de-sau-{number}"));
        if sent(&lan, &path, &key, &json!({"follow_up_at": soon})).await.is_none() {
            return known;
        }
        if acknowledged.fetch_add(1, Ordering::Relaxed) >= WRITES {
            enough.notify_one();
        }
    }
}

/// Writes to a server with all clients until it is killed.
async fn killed_while_writing(server: Process, people: &(Client, String), numbers: &Arc<AtomicUsize>) -> Known {
    let (acknowledged, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let write = |_| tokio::spawn(writes(people.clone(), numbers.clone(), acknowledged.clone(), enough.clone()));
    let callers: Vec<_> = (0..CALLERS).map(write).collect();
    enough.notified().await;
    server.kill();
    let mut known = Known::new();
    for caller in callers {
        known.extend(caller.await.unwrap());
    }
    known
}

/// A server that responds, and the time until then.
async fn ready_again(deployment: &Deployment) -> (Process, Duration) {
    let begun = Instant::now();
    let server = deployment.serve();
    server.anonymous().get("//health/ready").await.expect(200);
    (server, begun.elapsed())
}

async fn signed_in(server: &Process, email: &str) -> Client {
    let anonymous = server.anonymous();
    let tokens = anonymous.post("/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
    let client = anonymous.with_credential(tokens["access_token"].as_str().unwrap());
    let user = client.get("/me").await.expect(200);
    client.named(user["id"].as_str().unwrap(), email)
}

/// Ends the leases of a dead worker instead of waiting for them.
async fn end_leases(deployment: &Deployment) {
    let database = Database::connect(deployment.database_url()).await.unwrap();
    database.execute_unprepared("UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL").await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_server_and_nothing_happens_twice() {
    let mails = MailServer::start();
    let deployment =
        Deployment::under("suno").await.with("CHOT_SMTP_URL", &mails.url).with("CHOT_MAIL_FROM", "crm@congty.example.vn");
    deployment.add_user(LAN, "admin", PASSWORD);
    deployment.add_user(MINH, "salesperson", PASSWORD);
    let (numbers, mut known, mut times) = (Arc::new(AtomicUsize::new(0)), Known::new(), Vec::new());
    for _ in 0..kills() {
        let (server, time) = ready_again(&deployment).await;
        times.push(time);
        let people = (signed_in(&server, LAN).await, signed_in(&server, MINH).await.user_id);
        known.extend(killed_while_writing(server, &people, &numbers).await);
    }
    end_leases(&deployment).await;

    let (server, time) = ready_again(&deployment).await;
    times.push(time);
    let (lan, minh) = (signed_in(&server, LAN).await, signed_in(&server, MINH).await);
    let leads = assert_acknowledged_writes_are_there(known, &lan, &minh).await;
    while lan.get("/timers/backlog").await.expect(200) != json!({"due": 0, "oldest_due_at": null, "waiting": 0, "failed": 0}) {}
    assert_each_fell_due_once(&lan).await;
    while !lan.get("/deliveries?state=pending").await.expect(200)["data"].as_array().unwrap().is_empty() {}
    assert_each_left_once(&leads, &lan, &minh, &mails).await;
    // The start-up time is checked only if nothing else runs.
    if std::env::var("CHOT_KILLS").is_ok() {
        assert!(times.iter().all(|time| *time < Duration::from_secs(2)), "a server was ready after {times:?}");
    }
}

/// Clients without a response repeat the request with the same key and get the result. Returns the identifiers of the leads.
async fn assert_acknowledged_writes_are_there(mut known: Known, lan: &Client, minh: &Client) -> BTreeSet<String> {
    for (key, id) in &mut known {
        let number: usize = key.trim_start_matches("khach-").parse().unwrap();
        let (status, lead) = sent(lan, "/leads", key, &draft(number, &minh.user_id)).await.unwrap();
        assert_eq!(status, 201);
        let told = text(&lead, "id");
        assert_eq!(id.get_or_insert_with(|| told.clone()), &told, "an acknowledged write is there, and is the same");
    }
    let leads = lan.all("/leads?limit=200").await;
    let there: BTreeSet<_> = leads.iter().map(|lead| text(lead, "id")).collect();
    let meant: BTreeSet<_> = known.into_values().map(Option::unwrap).collect();
    assert_eq!((leads.len(), &there), (meant.len(), &meant));
    there
}

/// Every follow-up falls due exactly once.
async fn assert_each_fell_due_once(lan: &Client) {
    let (mut parked, mut due, mut cursor) = (BTreeSet::new(), Vec::new(), String::new());
    loop {
        let feed = lan.get(&format!("/events?limit=200{cursor}")).await.expect(200);
        for event in feed["data"].as_array().unwrap() {
            let subject = text(event, "subject_id");
            match event["kind"].as_str().unwrap() {
                "lead.recycled" => assert!(parked.insert(subject), "a lead was parked twice"),
                "lead.follow_up_due" => due.push(subject),
                _ => {}
            }
        }
        cursor = format!("&cursor={}", text(&feed, "next_cursor"));
        if feed["has_more"] == false {
            break;
        }
    }
    assert_eq!(due.len(), parked.len());
    assert_eq!(due.into_iter().collect::<BTreeSet<_>>(), parked);
}

/// Minh was notified of each lead once, in the inbox and by e-mail. An e-mail whose result a killed server did not store is sent
/// again with the same `Message-ID`.
async fn assert_each_left_once(leads: &BTreeSet<String>, lan: &Client, minh: &Client, server: &MailServer) {
    let told = minh.all("/notifications?kind=lead_assigned&limit=200").await;
    assert_eq!(told.len(), leads.len());
    assert_eq!(told.iter().map(|one| text(one, "subject_id")).collect::<BTreeSet<_>>(), *leads);

    let deliveries = lan.all("/deliveries?limit=200").await;
    assert!(deliveries.iter().all(|one| one["state"] == "sent"), "{deliveries:#?}");
    assert_eq!(deliveries.len(), told.len());
    let of: BTreeSet<_> = deliveries.iter().map(|one| text(one, "notification_id")).collect();
    assert_eq!(of, told.iter().map(|one| text(one, "id")).collect());

    let mails = server.mails();
    let mut came: BTreeMap<String, i64> = BTreeMap::new();
    for mail in &mails {
        *came.entry(mail.header("Message-ID").unwrap()).or_default() += 1;
    }
    let attempts: BTreeMap<String, i64> = deliveries.iter().map(attempts).collect();
    assert!(came.keys().eq(attempts.keys()), "each left, and no other");
    assert!(came.iter().all(|(mark, times)| *times <= attempts[mark]));
    let twice = mails.len() - came.len();
    assert!(twice <= kills() as usize * AT_ONCE, "{twice} came twice");
}

/// The number of e-mails that are sent at the same time.
const AT_ONCE: usize = 4;

/// The `Message-ID` of a delivery, and its number of attempts.
fn attempts(delivery: &Value) -> (String, i64) {
    (format!("<{}@congty.example.vn>", text(delivery, "id")), delivery["attempts"].as_i64().unwrap())
}
