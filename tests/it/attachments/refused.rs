//! Refused uploads: wrong or harmful files, misleading names, malformed forms. Nothing of them is stored.

use chot_tests::fixtures::{account, id, own_lead};
use chot_tests::{Client, Form, PDF, Response, World, fault, form_type};
use reqwest::Method;
use serde_json::{Value, json};

use super::expect_files;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

/// A user who uploads files to her own account.
struct Sender {
    world: World,
    lan: Client,
    customer: Value,
}

impl Sender {
    async fn new() -> Self {
        let world = World::under("icheck").await;
        let lan = world.user("salesperson").await;
        let customer = account(&lan, 1).await;
        Self { world, lan, customer }
    }

    fn form(&self) -> Form {
        Form::of(&json!({"account_id": self.customer["id"]}))
    }

    async fn send(&self, form: Form) -> Response {
        self.lan.upload("/attachments", form).await
    }

    async fn nothing_is_kept(&self) {
        expect_files(&self.world.folder, 0).await;
        assert!(self.lan.all("/attachments").await.is_empty());
    }
}

#[tokio::test]
async fn a_file_that_lies_about_its_type_is_refused() {
    let sender = Sender::new().await;
    let lies: [(&str, &str, &[u8]); 9] = [
        ("anh.png", "image/png", PDF),
        ("hop-dong.pdf", "application/pdf", PNG),
        ("anh.png", "image/jpeg", PNG),
        ("anh.jpg", "image/png", PNG),
        ("anh.png", "image/png", b"MZ\x90\0\x03 this program cannot be run"),
        ("anh.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("ghi-chu.txt", "text/plain", b"<html><script>alert(1)</script></html>"),
        ("bang-gia.csv", "text/csv", b"t\xean;gi\xe1"),
        ("bao-gia.docx", "application/octet-stream", b"PK\x03\x04 no table of contents"),
    ];
    for (name, declared, content) in lies {
        let reply = sender.send(sender.form().declared(name, declared, content)).await;
        assert_eq!(reply.faults(422), [fault("/file", "content_type_mismatch")], "{name} {declared}");
    }
    sender.nothing_is_kept().await;
}

#[tokio::test]
async fn a_file_of_a_type_that_is_not_taken_is_refused() {
    let sender = Sender::new().await;
    let others: [(&str, &[u8]); 6] = [
        ("cai-dat.exe", b"MZ\x90\0"),
        ("anh.svg", b"<svg/>"),
        ("trang.html", b"<!DOCTYPE html>"),
        ("chay.sh", b"#!/bin/sh\necho"),
        ("ma.js", b"alert(1)"),
        ("khong-duoi", b"\x7fELF\x02\x01"),
    ];
    for (name, content) in others {
        let reply = sender.send(sender.form().file(name, content)).await;
        assert_eq!(reply.faults(422), [fault("/file", "file_type_not_allowed")], "{name}");
    }
    let eicar = [b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$".as_slice(), b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    assert_eq!(sender.send(sender.form().file("ghi-chu.txt", &eicar)).await.faults(422), [fault("/file", "harmful_content")]);
    let side = 20_000_u32.to_be_bytes();
    let vast = [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &side, &side, &[8, 2, 0, 0, 0]].concat();
    assert_eq!(sender.send(sender.form().file("anh.png", &vast)).await.faults(422), [fault("/file", "image_too_large")]);
    sender.nothing_is_kept().await;
}

/// An empty ZIP container, which can be appended to anything.
const ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

#[tokio::test]
async fn what_is_two_things_at_once_is_refused() {
    let sender = Sender::new().await;
    let both = [PDF, ZIP].concat();
    for name in ["hop-dong.pdf", "hop-dong.zip"] {
        let reply = sender.send(sender.form().file(name, &both)).await;
        assert_eq!(reply.faults(422), [fault("/file", "content_type_mismatch")], "{name}");
    }
    sender.nothing_is_kept().await;
    let zip = sender.send(sender.form().file("trong.zip", ZIP)).await.expect(201);
    assert_eq!(zip["content_type"], "application/zip");
}

#[tokio::test]
async fn a_name_is_stored_as_a_bare_text_or_refused() {
    let sender = Sender::new().await;
    for (name, code) in [
        ("anh\u{202e}gnp.exe", "invalid_file_name"),
        ("..", "invalid_file_name"),
        ("thu-muc/", "invalid_file_name"),
        ("a\tb.pdf", "invalid_file_name"),
        (&format!("{}.pdf", "a".repeat(252)), "too_long"),
    ] {
        let reply = sender.send(sender.form().file(name, PDF)).await;
        assert_eq!(reply.faults(422), [fault("/file", code)], "{name:?}");
    }
    sender.nothing_is_kept().await;
    for (name, stored) in
        [("../../../etc/passwd", "passwd"), ("..%2f..%2fbi-mat.pdf", "..%2f..%2fbi-mat.pdf"), ("/etc/bi-mat.pdf", "bi-mat.pdf")]
    {
        let file = sender.send(sender.form().file(name, PDF)).await.expect(201);
        assert_eq!(file["file_name"], stored);
    }
    let extended = "; name=\"file\"; filename=\"x.pdf\"; filename*=UTF-8''H%E1%BB%A3p%20%C4%91%E1%BB%93ng.pdf";
    let file = sender.send(sender.form().part(extended, PDF)).await.expect(201);
    assert_eq!(file["file_name"], "Hợp đồng.pdf");
}

#[tokio::test]
async fn every_fault_of_a_form_is_told_at_once() {
    let sender = Sender::new().await;
    let Sender { lan, customer, .. } = &sender;
    let lead = own_lead(lan, 2).await;
    let several = json!({
        "account_id": customer["id"], "lead_id": lead["id"], "opportunity_id": "khong-phai", "category": "khong_co",
        "description": "a".repeat(2001), "khong_co": "1",
    });
    let mut faults = sender.send(Form::of(&several).file("anh.png", PDF)).await.faults(422);
    faults.sort();
    assert_eq!(
        faults,
        [
            fault("/account_id", "only_one_record"),
            fault("/category", "unknown_key"),
            fault("/description", "too_long"),
            fault("/file", "content_type_mismatch"),
            fault("/khong_co", "unknown_member"),
            fault("/opportunity_id", "invalid_id"),
        ]
    );
    assert_eq!(sender.send(sender.form()).await.faults(422), [fault("/file", "required")]);
    assert_eq!(sender.send(sender.form().file("a.pdf", b"")).await.faults(422), [fault("/file", "empty_file")]);
    assert_eq!(sender.send(Form::default().file("a.pdf", PDF)).await.faults(422), [fault("", "record_required")]);
    let twice = sender.form().file("a.pdf", PDF).file("b.pdf", PDF);
    assert_eq!(sender.send(twice).await.faults(422), [fault("/file", "repeated_member")]);
    let twice = sender.form().text("account_id", &id(customer)).file("a.pdf", PDF);
    assert_eq!(sender.send(twice).await.faults(422), [fault("/account_id", "repeated_member")]);
    let nowhere = json!({"lead_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10"});
    assert_eq!(sender.send(Form::of(&nowhere).file("a.pdf", PDF)).await.faults(422), [fault("/lead_id", "not_found")]);
    let many = (0..40).fold(sender.form(), |form, number| form.text(&format!("phan_{number}"), "x"));
    assert_eq!(sender.send(many).await.faults(422), [fault("", "too_many")]);
    sender.nothing_is_kept().await;
}

#[tokio::test]
async fn a_form_that_is_broken_is_refused() {
    let sender = Sender::new().await;
    let lan = &sender.lan;
    let send = async |media_type: &str, body: Vec<u8>| {
        lan.send(lan.request(Method::POST, "/attachments").header("content-type", media_type).body(body)).await
    };
    let whole = || sender.form().file("a.pdf", PDF);
    let cut = whole().unfinished();
    send(&form_type(), cut[..cut.len() - 20].to_vec()).await.refused(400, "malformed_body");
    send(&form_type(), Vec::new()).await.refused(400, "malformed_body");
    send("multipart/form-data", whole().body()).await.refused(400, "malformed_body");
    send("multipart/form-data; boundary=mot-ranh-gioi-khac", whole().body()).await.refused(400, "malformed_body");
    send(&form_type(), Form::default().part("; filename=\"a.pdf\"", PDF).body()).await.refused(400, "malformed_body");
    send(&form_type(), sender.form().part("; name=\"description\"", b"\xff\xfe").body()).await.refused(400, "malformed_body");
    let reply = send("application/json", b"{}".to_vec()).await;
    assert_eq!(reply.header("accept-post"), Some("multipart/form-data"));
    reply.refused(415, "unsupported_media_type");
    sender.nothing_is_kept().await;
}

#[tokio::test]
async fn the_reason_is_told_in_both_languages() {
    let sender = Sender::new().await;
    for (language, beginning) in [("vi", "Nội dung tệp"), ("en", "The content of this file")] {
        let body = sender.form().file("anh.png", PDF).body();
        let request = sender.lan.request(Method::POST, "/attachments").header("content-type", form_type()).body(body);
        let refused = sender.lan.send(request.header("accept-language", language)).await.refused(422, "validation_failed");
        let detail = refused["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.starts_with(beginning), "{detail}");
    }
}
