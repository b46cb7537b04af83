//! The content of e-mails, and their recipients.

use chot_tests::World;
use chot_tests::fixtures::{id, text, version};
use reqwest::Method;
use serde_json::json;

use super::{deliveries, given, only, round, with_mail};

#[tokio::test]
async fn r_xcrm_12_the_employee_gets_an_e_mail_in_plain_vietnamese() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let lead = given(&admin, &lan, 1).await;
    assert!(server.mails().is_empty(), "it leaves with the worker");
    let waiting = only(&admin).await;
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("pending"), &json!(0)));
    round(&world).await;

    let delivery = only(&admin).await;
    assert_eq!((&delivery["state"], &delivery["attempts"], &delivery["kind"]), (&json!("sent"), &json!(1), &json!("email")));
    assert!(delivery["finished_at"].is_string() && delivery["last_error"].is_null());
    assert_eq!(delivery["notification_id"], lan.get("/notifications").await.expect(200)["data"][0]["id"]);
    assert!(!delivery.to_string().contains("Hoa Sen"), "what it says is not shown");

    let [mail] = &server.mails()[..] else { panic!("one e-mail was expected") };
    let me = lan.get("/me").await.expect(200);
    assert_eq!((json!(mail.to), mail.header("From").unwrap()), (me["email"].clone(), "Chốt <crm@congty.example.vn>".into()));
    assert!(mail.header("To").unwrap().contains(&text(&me, "full_name")));
    assert_eq!(mail.header("Subject").unwrap(), format!("Bạn được giao khách hàng tiềm năng {}", text(&lead, "name")));
    assert_eq!(mail.header("Message-ID").unwrap(), format!("<{}@congty.example.vn>", id(&delivery)));
    assert_eq!(mail.header("Content-Type").unwrap(), "text/plain; charset=utf-8");
    let said = mail.text();
    assert!(said.starts_with("Kính gửi ") && said.contains(&format!("/api/v1/leads/{}", id(&lead))), "{said}");

    round(&world).await;
    assert_eq!(server.mails().len(), 1, "it leaves once");
}

#[tokio::test]
async fn an_e_mail_is_in_the_language_of_its_reader_and_only_of_kinds_that_are_wanted() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let preferences = "/me/notification-preferences";
    assert_eq!(lan.get(preferences).await.expect(200)["is_email_available"], true);
    lan.patch(preferences, 1, json!({"language": "en"})).await.expect(200);
    given(&admin, &lan, 1).await;
    lan.patch(preferences, 2, json!({"email": {"lead_assigned": false}})).await.expect(200);
    given(&admin, &lan, 2).await;
    round(&world).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].header("Subject").unwrap().starts_with("The lead ") && mails[0].text().starts_with("Dear "));
    assert_eq!(lan.all("/notifications").await.len(), 2, "the inbox gets every kind");
}

#[tokio::test]
async fn without_a_mail_server_no_e_mails_are_written() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    assert_eq!(lan.get("/me/notification-preferences").await.expect(200)["is_email_available"], false);
    given(&admin, &lan, 1).await;
    round(&world).await;
    assert!(deliveries(&admin).await.is_empty());
    assert_eq!(lan.all("/notifications").await.len(), 1);
}

#[tokio::test]
async fn names_with_line_breaks_begin_no_header_lines() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let path = format!("/users/{}", lan.user_id);
    let evil = "Lan\r\nBcc: ke-trom@example.com\r\n\r\nMua ngay \"<x@example.com>";
    let seen = version(&admin.get(&path).await.expect(200));
    let renamed = admin.patch(&path, seen, json!({"full_name": evil})).await;
    let mut draft = chot_tests::fixtures::company(1);
    (draft["owner_id"], draft["name"]) = (json!(lan.user_id), json!("Công ty\r\nBcc: ke-trom@example.com\n\nHoa Sen"));
    let named = admin.send(admin.request(Method::POST, "/leads").json(&draft)).await;
    assert!(renamed.status == 200 && named.status == 201, "{} {}", renamed.status, named.status);
    round(&world).await;
    let [mail] = &server.mails()[..] else { panic!("one e-mail was expected") };
    let mut names = mail.header_names();
    names.sort();
    let known = ["Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
    names.retain(|name| !known.contains(&name.as_str()));
    assert!(names.is_empty(), "{names:?}");
    assert!(mail.header("Subject").unwrap().contains("Công ty Bcc: ke-trom@example.com Hoa Sen"));
    assert_eq!(json!(mail.to), lan.get("/me").await.expect(200)["email"]);
}

#[tokio::test]
async fn who_has_left_is_neither_told_nor_written_to() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    given(&admin, &lan, 1).await;
    admin.patch(&format!("/users/{}", lan.user_id), 1, json!({"is_active": false})).await.expect(200);
    round(&world).await;
    assert!(server.mails().is_empty());
    let delivery = only(&admin).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("cancelled"), &json!(0)));
    admin.act(&format!("{}/retry", super::path(&delivery))).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn r_xcrm_12_leads_given_out_in_bulk_are_one_e_mail_for_each() {
    let (world, server) = with_mail().await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let mut leads = Vec::new();
    for number in 0..5 {
        leads.push(admin.post("/leads", chot_tests::fixtures::company(number)).await.expect(201)["id"].clone());
    }
    admin.post("/leads/assign", json!({"lead_ids": leads, "owner_ids": [lan.user_id]})).await.expect(200);
    round(&world).await;
    let [mail] = &server.mails()[..] else { panic!("one e-mail was expected") };
    assert_eq!(mail.header("Subject").unwrap(), "Bạn được giao 5 khách hàng tiềm năng");
}
