//! Whatever fails, a row has its content, and content without a row is deleted.

use chot_application::attachments::delete_orphans;
use chot_tests::fixtures::{account, attachment, id};
use chot_tests::{Client, Form, PDF, World, form_type};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{expect_files, kept};

#[tokio::test]
async fn ten_uploads_at_once_are_all_kept() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let content = |number: usize| format!("{number};").repeat(100_000 + number);
    let uploads = (0..10).map(|number| {
        let form =
            Form::of(&json!({"account_id": customer["id"]})).file(&format!("bang-{number}.csv"), content(number).as_bytes());
        let lan = lan.clone();
        async move { (number, lan.upload("/attachments", form).await.expect(201)) }
    });
    for (number, file) in join_all(uploads).await {
        assert_eq!(lan.get(&format!("/attachments/{}/content", id(&file))).await.text, content(number));
    }
    assert_eq!((lan.all("/attachments").await.len(), kept(&world.folder).0.len()), (10, 10));
}

/// Sends the start of an upload and disconnects once the server has received some of it.
async fn hang_up(world: &World, lan: &Client, customer: &Value) {
    let body = Form::of(&json!({"account_id": customer["id"]})).file("a.txt", &vec![b'a'; 2 << 20]).body();
    let host = world.base.strip_prefix("http://").unwrap();
    let credential = lan.credential.as_deref().unwrap();
    let head = format!(
        "POST /api/v1/attachments HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {credential}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        form_type(),
        body.len()
    );
    let mut socket = TcpStream::connect(host).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&body[..1 << 20]).await.unwrap();
    while kept(&world.folder).1.is_empty() {
        tokio::task::yield_now().await;
    }
    socket.set_zero_linger().unwrap();
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    for _ in 0..5 {
        hang_up(&world, &lan, &customer).await;
        expect_files(&world.folder, 0).await;
    }
    assert!(lan.all("/attachments").await.is_empty());
    attachment(&lan, "account_id", &customer).await;
}

/// What a process leaves if it dies between storing the content and the row, or while storing the content.
#[tokio::test]
async fn what_a_dead_process_leaves_is_swept_up_and_nothing_else() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let file = attachment(&lan, "account_id", &customer).await;
    let archived = attachment(&lan, "account_id", &customer).await;
    lan.delete(&format!("/attachments/{}", id(&archived)), 1).await.expect(204);
    let shard = world.folder.join("7f");
    std::fs::create_dir_all(&shard).unwrap();
    std::fs::write(shard.join("0193a0ce5f1b7c3a9f002f6d3c1a5e7f"), PDF).unwrap();
    std::fs::write(shard.join("0193a0ce5f1b7c3a9f002f6d3c1a5e7f#1"), b"%PDF-").unwrap();
    assert_eq!(lan.all("/attachments").await.len(), 1, "nobody sees it");

    assert_eq!(delete_orphans(&world.engine, TimeDelta::hours(1)).await.unwrap(), 0, "it may be about to be written down");
    assert_eq!((kept(&world.folder).0.len(), kept(&world.folder).1.len()), (3, 1));
    assert_eq!(delete_orphans(&world.engine, TimeDelta::zero()).await.unwrap(), 1);
    assert_eq!((kept(&world.folder).0.len(), kept(&world.folder).1.len()), (2, 0));
    for path in [&file, &archived].map(|file| format!("/attachments/{}/content", id(file))) {
        assert_eq!(lan.get(&path).await.bytes, PDF);
    }
    assert_eq!(delete_orphans(&world.engine, TimeDelta::zero()).await.unwrap(), 0);
}

/// A full or missing disk is reported as such, and everything else continues.
#[tokio::test]
async fn a_place_that_cannot_be_used_is_told() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let file = attachment(&lan, "account_id", &customer).await;
    let away = world.folder.with_extension("away");
    std::fs::rename(&world.folder, &away).unwrap();
    std::fs::write(&world.folder, b"not a folder").unwrap();
    let form = Form::of(&json!({"account_id": customer["id"]})).file("a.pdf", PDF);
    let refused = lan.expecting_failures().upload("/attachments", form).await;
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.refused(503, "storage_unavailable");
    let path = format!("/attachments/{}", id(&file));
    lan.expecting_failures().get(&format!("{path}/content")).await.refused(503, "storage_unavailable");
    lan.get(&path).await.expect(200);
    account(&lan, 2).await;
    std::fs::remove_file(&world.folder).unwrap();
    std::fs::rename(&away, &world.folder).unwrap();
    assert_eq!(lan.get(&format!("{path}/content")).await.bytes, PDF);
    attachment(&lan, "account_id", &customer).await;
}
