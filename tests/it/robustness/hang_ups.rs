//! Clients that hang up in the middle of a request: a train in a tunnel, a browser tab that is closed.

use std::net::SocketAddr;

use chot_tests::given::company;
use chot_tests::{Client, World};
use serde_json::Value;
use tokio::net::TcpStream;

use super::at_once::{MANY, assert_leads_and_events_agree, assert_nobody_idles_in_a_transaction, at_once, counted, database};

/// Where a client hangs up.
#[derive(Clone, Copy)]
enum At {
    HalfOfTheHead,
    HalfOfTheBody,
    /// The whole request is sent; the server may be anywhere in its work.
    TheAnswer,
}

fn request(world: &World, client: &Client, key: &str, body: &Value) -> (String, String) {
    let body = body.to_string();
    let head = format!(
        "POST /api/v1/leads HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n",
        world.base,
        client.credential.as_deref().unwrap(),
        body.len()
    );
    (head, body)
}

/// Sends a part of a request, waits while somebody else gets so many answers, and resets the connection, so that the server learns
/// of it at once.
async fn hang_up(world: &(SocketAddr, Client), (head, body): (String, String), at: At, patience: u32) {
    let whole = format!("{head}{body}");
    let sent = match at {
        At::HalfOfTheHead => &whole[..head.len() / 2],
        At::HalfOfTheBody => whole.get(..head.len() + body.len() / 2).unwrap_or(&head),
        At::TheAnswer => &whole,
    };
    let socket = TcpStream::connect(world.0).await.unwrap();
    socket.set_zero_linger().unwrap();
    socket.writable().await.unwrap();
    assert_eq!(socket.try_write(sent.as_bytes()).unwrap(), sent.len());
    for _ in 0..patience {
        world.1.get("//health/live").await.expect(200);
    }
}

fn server(world: &World) -> (SocketAddr, Client) {
    (world.base.strip_prefix("http://").unwrap().parse().unwrap(), world.anonymous())
}

#[tokio::test]
async fn after_many_who_hung_up_the_server_answers_and_nothing_is_half_written() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let database = database(&world).await;
    let mut number = 0;
    for at in [At::HalfOfTheHead, At::HalfOfTheBody, At::TheAnswer, At::TheAnswer, At::TheAnswer] {
        for patience in 0..6 {
            let calls = (0..12).map(|place| {
                let request = request(&world, &lan, &format!("lan-{number}-{place}"), &company(number + place));
                let server = server(&world);
                async move { hang_up(&server, request, at, patience * 2 + place % 4).await }
            });
            at_once(calls.collect::<Vec<_>>()).await;
            number += 12;
        }
    }
    let before = counted(&database, "SELECT count(*) FROM leads").await;
    assert!(before <= 6 * 12 * 3, "who sent half a request has written nothing");
    let create = |number: u32| {
        let lan = lan.clone();
        async move { lan.post("/leads", company(number)).await }
    };
    let answers = at_once((1_000..).take(MANY).map(create)).await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    world.anonymous().get("//health/ready").await.expect(200);
    assert_nobody_idles_in_a_transaction(&database).await;
    assert_leads_and_events_agree(&database).await;
}

#[tokio::test]
async fn who_hangs_up_and_asks_again_with_the_same_key_has_one_lead() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let ask_twice = |number: u32| {
        let (lan, server, key) = (lan.clone(), server(&world), format!("lan-{number}"));
        let request = request(&world, &lan, &key, &company(number));
        async move {
            hang_up(&server, request, At::TheAnswer, number % 6).await;
            lan.post_once("/leads", &key, company(number)).await
        }
    };
    for answer in at_once((0..40).map(ask_twice)).await {
        answer.expect(201);
    }
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT count(*) FROM leads").await, 40);
    assert_leads_and_events_agree(&database).await;
}
