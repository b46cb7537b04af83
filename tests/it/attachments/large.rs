//! Limits: the size of a file is counted during the upload, and a file that is too large is not stored.

use chot_tests::fixtures::{account, id};
use chot_tests::{Client, Form, Options, World, form_type};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::expect_files;

const LIMIT: usize = 300_000;

async fn world() -> World {
    World::with("icheck", Options { attachment_bytes: Some(LIMIT as u64), ..Options::default() }).await
}

/// Sends a form of unknown length. Returns the status of the response.
async fn send_in_pieces(world: &World, lan: &Client, form: Form) -> u16 {
    let host = world.base.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /api/v1/attachments HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        lan.credential.as_deref().unwrap(),
        form_type()
    );
    let (mut answer, mut sender) = TcpStream::connect(host).await.unwrap().into_split();
    let sending = async {
        sender.write_all(head.as_bytes()).await?;
        for piece in form.body().chunks(1 << 14) {
            sender.write_all(&[format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()).await?;
        }
        sender.write_all(b"0\r\n\r\n").await
    };
    let mut told = [0; 12];
    // After an early refusal the rest cannot be sent.
    let (_, read) = tokio::join!(sending, answer.read_exact(&mut told));
    read.unwrap();
    std::str::from_utf8(&told).unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_file_may_be_as_large_as_the_limit_and_no_larger() {
    let world = world().await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let form = |size: usize| Form::of(&json!({"account_id": customer["id"]})).file("a.txt", &vec![b'a'; size]);
    let text = || Form::of(&json!({"account_id": customer["id"], "description": "a".repeat(70_000)}));
    let file = lan.upload("/attachments", form(LIMIT)).await.expect(201);
    assert_eq!(file["size"], LIMIT);
    assert_eq!(lan.get(&format!("/attachments/{}/content", id(&file))).await.bytes.len(), LIMIT);
    assert_eq!(send_in_pieces(&world, &lan, form(LIMIT)).await, 201);
    for too_large in [form(LIMIT + 1), form(LIMIT + (1 << 20)), text()] {
        lan.upload("/attachments", too_large.clone()).await.refused(413, "body_too_large");
        assert_eq!(send_in_pieces(&world, &lan, too_large).await, 413);
    }
    expect_files(&world.folder, 2).await;
}

#[tokio::test]
async fn other_bodies_are_limited_as_before() {
    let world = world().await;
    let lan = world.user("salesperson").await;
    let long = json!({"name": "a".repeat(1 << 20)});
    lan.post("/leads", long).await.refused(413, "body_too_large");
}
