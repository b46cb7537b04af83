//! Floods: compressed bodies that expand beyond the limit, and endless sign-ins. The server refuses them without using more
//! memory.

use chot_tests::{Client, Deployment, Process, Response, gzip, resident_bytes};
use reqwest::Method;
use serde_json::json;

use super::at_once::at_once;

const LAN: &str = "lan@congty.example.vn";
const PASSWORD: &str = "mot-mat-khau-dai-2026";
const MIB: u64 = 1 << 20;

/// The number of concurrent clients: some in the suite, more in `make soak`.
fn callers() -> usize {
    std::env::var("CHOT_FLOOD").ok().map_or(40, |callers| callers.parse().unwrap())
}

/// The maximum growth of the server's memory, for any number of clients.
const ALLOWED: u64 = 20 * MIB;

/// 64 KiB that expand to 64 MiB.
fn bomb() -> Vec<u8> {
    gzip(&vec![b' '; 64 << 20])
}

async fn packed(client: Client, path: &'static str, body: Vec<u8>) -> Response {
    let request = client.request(Method::POST, path).header("content-type", "application/json");
    client.send(request.header("content-encoding", "gzip").body(body)).await
}

async fn sign_in(client: Client) -> Response {
    client.post("/auth/login", json!({"email": LAN, "password": PASSWORD})).await
}

async fn served() -> (Deployment, Process) {
    let deployment = Deployment::under("icheck").await;
    deployment.add_user(LAN, "admin", PASSWORD);
    let server = deployment.serve();
    (deployment, server)
}

/// The growth of the server's memory; 0 if it is unknown.
fn growth(server: &Process, before: Option<u64>) -> u64 {
    let now = resident_bytes(server.id());
    now.zip(before).map_or(0, |(now, before)| now.saturating_sub(before))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packed_bodies_make_the_server_no_larger() {
    let (_deployment, server) = served().await;
    let anonymous = server.anonymous();
    let token = sign_in(anonymous.clone()).await.expect(200)["access_token"].as_str().unwrap().to_owned();
    let admin = anonymous.with_credential(&token);
    let bomb = bomb();
    assert!(bomb.len() < 70_000, "{}", bomb.len());
    packed(admin.clone(), "/leads", bomb.clone()).await.refused(413, "body_too_large");
    let before = resident_bytes(server.id());
    for (client, path, status) in [(&anonymous, "/leads", 401), (&anonymous, "/auth/login", 415), (&admin, "/leads", 413)] {
        let flood = (0..callers()).map(|_| packed(client.clone(), path, bomb.clone()));
        for reply in at_once(flood.collect::<Vec<_>>()).await {
            reply.expect(status);
        }
        let grown = growth(&server, before);
        assert!(grown < ALLOWED, "{} MiB after packed bodies to {path}, answered {status}", grown / MIB);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_at_once_make_the_server_no_larger() {
    let (_deployment, server) = served().await;
    let anonymous = server.anonymous().expecting_failures();
    let flood = || at_once((0..callers()).map(|_| sign_in(anonymous.clone())).collect::<Vec<_>>());
    // The memory for hashing passwords is allocated once.
    flood().await;
    let before = resident_bytes(server.id());
    for reply in flood().await {
        if reply.status != 200 {
            assert!(reply.header("retry-after").is_some());
            reply.refused(503, "unavailable");
        }
    }
    let grown = growth(&server, before);
    assert!(grown < ALLOWED, "{} MiB after {} sign-ins at once", grown / MIB, callers());
    sign_in(anonymous.clone()).await.expect(200);
}
