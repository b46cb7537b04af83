//! A server that is stopped during many writes: started requests get a response, and what got no response was not done.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chot_tests::fixtures::{id, phone};
use chot_tests::{Client, Deployment};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Notify;

const LAN: (&str, &str) = ("lan@congty.example.vn", "mot-mat-khau-dai-2026");

/// The number of concurrent clients.
const CALLERS: usize = 8;

/// The number of acknowledged writes after which the server is stopped.
const WRITES: usize = 100;

/// The number of stops: two in the suite, more in `make soak`.
fn stops() -> u32 {
    std::env::var("CHOT_KILLS").ok().map_or(2, |stops| stops.parse().unwrap())
}

/// Writes until the server is gone. Returns the acknowledged leads; every unexpected response is a failure.
async fn writes(lan: Client, numbers: Arc<AtomicUsize>, enough: Arc<Notify>, count: Arc<AtomicUsize>) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    loop {
        let number = u32::try_from(numbers.fetch_add(1, Ordering::Relaxed)).unwrap();
        let draft = json!({"kind": "individual", "name": format!("Khách {number}"), "phone": phone(number)});
        let Ok(answer) = lan.request(Method::POST, "/leads").json(&draft).send().await else {
            return acknowledged;
        };
        // The connection was accepted, but no request arrived in time: nothing was started.
        if answer.status() == 408 {
            return acknowledged;
        }
        // It was overloaded and did nothing.
        if answer.status() == 503 {
            continue;
        }
        assert_eq!(answer.status(), 201);
        let Ok(lead) = answer.json().await else {
            panic!("an answer was cut off");
        };
        acknowledged.insert(id(&lead));
        if count.fetch_add(1, Ordering::Relaxed) == WRITES {
            enough.notify_one();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_stop_answers_what_it_has_begun() {
    let deployment = Deployment::under("xcrm").await;
    deployment.add_user(LAN.0, "admin", LAN.1);
    let (numbers, mut acknowledged) = (Arc::new(AtomicUsize::new(0)), BTreeSet::new());
    for _ in 0..stops() {
        let mut server = deployment.serve();
        let (enough, count) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let lan = server.sign_in(LAN.0, LAN.1).await;
        let begin = |_| tokio::spawn(writes(lan.clone(), numbers.clone(), enough.clone(), count.clone()));
        let callers: Vec<_> = (0..CALLERS).map(begin).collect();
        enough.notified().await;
        assert!(tokio::task::block_in_place(|| server.terminate()), "the server ended in good order");
        for caller in callers {
            acknowledged.extend(caller.await.unwrap());
        }
    }
    let server = deployment.serve();
    let lan = server.sign_in(LAN.0, LAN.1).await;
    let there: BTreeSet<String> = lan.all("/leads?limit=200").await.iter().map(id).collect();
    assert!(there.is_superset(&acknowledged), "what was acknowledged is there");
    let unanswered: Vec<_> = there.difference(&acknowledged).collect();
    assert!(unanswered.is_empty(), "{} writes were made and not answered", unanswered.len());
}
