//! Clients that disconnect during a request, such as in a tunnel or by closing a browser tab.

use std::net::SocketAddr;

use chot_tests::fixtures::{account, company, id, opportunity, own_lead, version};
use chot_tests::{Client, Response, World};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::at_once::{MANY, assert_leads_and_events_agree, assert_nobody_idles_in_a_transaction, at_once, counted, database};

/// When a client disconnects.
#[derive(Clone, Copy)]
enum At {
    HalfOfTheHead,
    HalfOfTheBody,
    /// The complete request was sent; the server may be anywhere in its work.
    TheAnswer,
}

/// A call whose client disconnects.
#[derive(Clone)]
struct Call {
    method: &'static str,
    path: String,
    header: (&'static str, String),
    body: Value,
}

impl Call {
    fn post(path: &str, key: &str, body: Value) -> Self {
        Self { method: "POST", path: path.to_owned(), header: ("Idempotency-Key", key.to_owned()), body }
    }

    fn patch(path: &str, version: i64, body: Value) -> Self {
        Self { method: "PATCH", path: path.to_owned(), header: ("If-Match", format!("\"{version}\"")), body }
    }

    /// Head and body as sent.
    fn text(&self, world: &World, client: &Client) -> (String, String) {
        let (body, (name, value)) = (self.body.to_string(), &self.header);
        let head = format!(
            "{} /api/v1{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             {name}: {value}\r\nContent-Length: {}\r\n\r\n",
            self.method,
            self.path,
            world.base,
            client.credential.as_deref().unwrap(),
            body.len()
        );
        (head, body)
    }

    /// The same call by a client that waits for the response.
    async fn again(&self, client: &Client) -> Response {
        let request = client.request(self.method.parse().unwrap(), &self.path).header(self.header.0, &self.header.1);
        client.send(request.json(&self.body)).await
    }
}

/// Sends a part of a request, waits while another client gets a number of responses, and resets the connection, so that the
/// server notices at once.
async fn hang_up(server: &(SocketAddr, Client), (head, body): (String, String), at: At, patience: u32) {
    let whole = format!("{head}{body}");
    let sent = match at {
        At::HalfOfTheHead => &whole[..head.len() / 2],
        At::HalfOfTheBody => whole.get(..head.len() + body.len() / 2).unwrap_or(&head),
        At::TheAnswer => &whole,
    };
    let socket = TcpStream::connect(server.0).await.unwrap();
    socket.set_zero_linger().unwrap();
    socket.writable().await.unwrap();
    assert_eq!(socket.try_write(sent.as_bytes()).unwrap(), sent.len());
    for _ in 0..patience {
        server.1.get("//health/live").await.expect(200);
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
                let call = Call::post("/leads", &format!("lan-{number}-{place}"), company(number + place));
                let request = call.text(&world, &lan);
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
        let (lan, server) = (lan.clone(), server(&world));
        let call = Call::post("/leads", &format!("lan-{number}"), company(number));
        let request = call.text(&world, &lan);
        async move {
            hang_up(&server, request, At::TheAnswer, number % 6).await;
            call.again(&lan).await
        }
    };
    for answer in at_once((0..40).map(ask_twice)).await {
        answer.expect(201);
    }
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT count(*) FROM leads").await, 40);
    assert_leads_and_events_agree(&database).await;
}

/// The number of records in these requests.
const WORKED_ON: u32 = 36;

/// Disconnects from each call, a dozen at a time, each after another delay. Afterwards the database is consistent: none of these
/// queries counts anything, even while requests are still running.
async fn hang_up_on(world: &World, client: &Client, calls: &[Call], half_written: &[&str]) -> DatabaseConnection {
    let database = database(world).await;
    for dozen in calls.chunks(12) {
        let hanging = (0..).zip(dozen).map(|(place, call)| {
            let (server, request) = (server(world), call.text(world, client));
            async move { hang_up(&server, request, At::TheAnswer, place).await }
        });
        at_once(hanging.collect::<Vec<_>>()).await;
        for query in half_written {
            assert_eq!(counted(&database, query).await, 0, "{query}");
        }
    }
    assert_nobody_idles_in_a_transaction(&database).await;
    database
}

#[tokio::test]
async fn a_conversion_whose_caller_hung_up_is_whole_or_not_there() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut calls = Vec::new();
    for number in 0..WORKED_ON {
        let lead = own_lead(&lan, number).await;
        calls.push(Call::post(&format!("/leads/{}/convert", id(&lead)), &format!("doi-{number}"), json!({})));
    }
    let half_written = [
        "SELECT count(*) FROM leads WHERE (status = 'converted') <> (id IN (SELECT lead_id FROM conversions))",
        "SELECT count(*) FROM accounts WHERE id NOT IN (SELECT account_id FROM conversions)",
        "SELECT count(*) FROM conversions WHERE account_id NOT IN (SELECT account_id FROM opportunities)",
        "SELECT count(*) FROM conversions WHERE account_id NOT IN (SELECT account_id FROM contacts)",
        "SELECT count(*) FROM conversions WHERE lead_id NOT IN (SELECT subject_id FROM events WHERE kind = 'lead.converted')",
    ];
    let database = hang_up_on(&world, &lan, &calls, &half_written).await;
    for call in &calls {
        call.again(&lan).await.expect(201);
    }
    for table in ["conversions", "accounts", "contacts", "opportunities"] {
        assert_eq!(counted(&database, &format!("SELECT count(*) FROM {table}")).await, i64::from(WORKED_ON), "{table}");
    }
    for kind in ["lead.converted", "account.created", "contact.created", "opportunity.opened"] {
        let told = format!("SELECT count(*) FROM events WHERE kind = '{kind}'");
        assert_eq!(counted(&database, &told).await, i64::from(WORKED_ON), "{kind}");
    }
}

#[tokio::test]
async fn a_win_whose_caller_hung_up_is_whole_or_not_there() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let mut calls = Vec::new();
    for number in 0..WORKED_ON {
        let chance = opportunity(&lan, &account(&lan, number).await, "Phần mềm bán hàng").await;
        calls.push(Call::post(&format!("/opportunities/{}/win", id(&chance)), &format!("chot-{number}"), json!({})));
    }
    let half_written = [
        "SELECT count(*) FROM opportunities JOIN accounts ON accounts.id = opportunities.account_id \
         WHERE (opportunities.status = 'won') <> (accounts.type = 'customer')",
        "SELECT count(*) FROM opportunities \
         WHERE (status = 'won') <> (id IN (SELECT subject_id FROM events WHERE kind = 'opportunity.won'))",
    ];
    let database = hang_up_on(&world, &lan, &calls, &half_written).await;
    for call in &calls {
        assert_eq!(call.again(&lan).await.expect(200)["status"], "won");
    }
    for kind in ["opportunity.won", "account.type_changed"] {
        let told = format!("SELECT count(*) FROM events WHERE kind = '{kind}'");
        assert_eq!(counted(&database, &told).await, i64::from(WORKED_ON), "{kind}");
    }
}

#[tokio::test]
async fn a_change_whose_caller_hung_up_is_made_once_or_not_at_all() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let mut calls = Vec::new();
    for number in 0..WORKED_ON {
        let lead = own_lead(&lan, number).await;
        calls.push(Call::patch(&format!("/leads/{}", id(&lead)), version(&lead), json!({"need": "Tem chống giả"})));
    }
    let half_written = ["SELECT count(*) FROM leads \
         WHERE (version > 1) <> (id IN (SELECT subject_id FROM events WHERE kind = 'lead.updated'))"];
    let database = hang_up_on(&world, &lan, &calls, &half_written).await;
    for call in &calls {
        let again = call.again(&lan).await;
        assert!(matches!(again.status, 200 | 412), "{}", again.text);
        let lead = lan.get(&call.path).await.expect(200);
        assert_eq!((version(&lead), &lead["need"]), (2, &json!("Tem chống giả")));
    }
    let told = "SELECT count(*) FROM events WHERE kind = 'lead.updated'";
    assert_eq!(counted(&database, told).await, i64::from(WORKED_ON));
}
