//! A server that is killed in the middle of its work, as `kill -9` does it: what it acknowledged is there, and nothing is there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chot_tests::given::phone;
use chot_tests::{Client, Deployment, Process};
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;

const EMAIL: &str = "lan@congty.example.vn";
const PASSWORD: &str = "mot-mat-khau-dai-2026";

/// How many callers write at the same time.
const CALLERS: usize = 6;

/// After so many acknowledged writes the server is killed.
const WRITES: usize = 60;

/// How often: a few times in the suite, more often when `make soak` says so.
fn kills() -> u32 {
    std::env::var("CHOT_KILLS").ok().map_or(2, |kills| kills.parse().unwrap())
}

/// What a caller knows of the leads that it wrote, by their keys: the identifier, or nothing if it saw no answer.
type Known = BTreeMap<String, Option<String>>;

async fn sent(client: &Client, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
    let request = client.request(Method::POST, path).header("idempotency-key", key).json(body);
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

fn draft(number: usize) -> Value {
    let number = u32::try_from(number).unwrap();
    json!({"kind": "individual", "name": format!("Khách {number}"), "phone": phone(number)})
}

/// Somebody who writes leads and parks them for a moment, until the server is gone.
async fn writes(client: Client, numbers: Arc<AtomicUsize>, acknowledged: Arc<AtomicUsize>, enough: Arc<Notify>) -> Known {
    let mut known = Known::new();
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let key = format!("khach-{number}");
        known.insert(key.clone(), None);
        let mut lead = draft(number);
        lead["owner_id"] = json!(client.user_id);
        let Some((status, lead)) = sent(&client, "/leads", &key, &lead).await else {
            return known;
        };
        assert_eq!(status, 201, "{lead:#}");
        let id = lead["id"].as_str().unwrap().to_owned();
        known.insert(key.clone(), Some(id.clone()));
        let soon = Utc::now() + TimeDelta::milliseconds(700);
        let (path, key) = (format!("/leads/{id}/recycle"), format!("de-sau-{number}"));
        if sent(&client, &path, &key, &json!({"follow_up_at": soon})).await.is_none() {
            return known;
        }
        if acknowledged.fetch_add(1, Ordering::Relaxed) >= WRITES {
            enough.notify_one();
        }
    }
}

/// Lets everybody write on a server until it is killed in the middle of it.
async fn killed_while_writing(server: Process, lan: &Client, numbers: &Arc<AtomicUsize>) -> Known {
    let (acknowledged, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let write = |_| tokio::spawn(writes(lan.clone(), numbers.clone(), acknowledged.clone(), enough.clone()));
    let callers: Vec<_> = (0..CALLERS).map(write).collect();
    enough.notified().await;
    server.kill();
    let mut known = Known::new();
    for caller in callers {
        known.extend(caller.await.unwrap());
    }
    known
}

async fn signed_in(server: &Process) -> Client {
    let anonymous = server.anonymous();
    let tokens = anonymous.post("/auth/login", json!({"email": EMAIL, "password": PASSWORD})).await.expect(200);
    let client = anonymous.with_credential(tokens["access_token"].as_str().unwrap());
    let user = client.get("/me").await.expect(200);
    client.named(user["id"].as_str().unwrap(), "admin")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_server_and_nothing_happens_twice() {
    let deployment = Deployment::under("suno").await;
    deployment.add_user(EMAIL, "admin", PASSWORD);
    let (numbers, mut known) = (Arc::new(AtomicUsize::new(0)), Known::new());
    for _ in 0..kills() {
        let server = deployment.serve();
        let lan = signed_in(&server).await;
        known.extend(killed_while_writing(server, &lan, &numbers).await);
    }

    let begun = Instant::now();
    let server = deployment.serve();
    server.anonymous().get("//health/ready").await.expect(200);
    if std::env::var("CHOT_KILLS").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(2), "ready after {:?}", begun.elapsed());
    }

    // Who saw no answer asks again with the same key, and learns what became of it.
    let lan = signed_in(&server).await;
    for (key, id) in &mut known {
        let number: usize = key.trim_start_matches("khach-").parse().unwrap();
        let mut lead = draft(number);
        lead["owner_id"] = json!(lan.user_id);
        let (status, lead) = sent(&lan, "/leads", key, &lead).await.unwrap();
        assert_eq!(status, 201);
        let told = lead["id"].as_str().unwrap().to_owned();
        assert_eq!(id.get_or_insert_with(|| told.clone()), &told, "an acknowledged write is there, and is the same");
    }
    let leads = lan.all("/leads?limit=200").await;
    let there: BTreeSet<_> = leads.iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect();
    let meant: BTreeSet<_> = known.into_values().map(Option::unwrap).collect();
    assert_eq!((leads.len(), &there), (meant.len(), &meant));

    // Everything that was in flight falls due once.
    while lan.get("/timers/backlog").await.expect(200) != json!({"due": 0, "oldest_due_at": null, "waiting": 0, "failed": 0}) {}
    let (mut parked, mut due, mut cursor) = (BTreeSet::new(), Vec::new(), String::new());
    loop {
        let feed = lan.get(&format!("/events?limit=200{cursor}")).await.expect(200);
        for event in feed["data"].as_array().unwrap() {
            let subject = event["subject_id"].as_str().unwrap().to_owned();
            match event["kind"].as_str().unwrap() {
                "lead.recycled" => assert!(parked.insert(subject), "a lead was parked twice"),
                "lead.follow_up_due" => due.push(subject),
                _ => {}
            }
        }
        cursor = format!("&cursor={}", feed["next_cursor"].as_str().unwrap());
        if feed["has_more"] == false {
            break;
        }
    }
    assert_eq!(due.len(), parked.len());
    assert_eq!(due.into_iter().collect::<BTreeSet<_>>(), parked);
}
