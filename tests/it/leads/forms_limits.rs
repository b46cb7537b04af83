//! Limits that protect a public form from floods, but not from people.

use chot_tests::World;
use chot_tests::fixtures::{id, phone, product, text};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{fault, forms::form};

#[tokio::test]
async fn a_form_takes_its_quota_in_an_hour_and_no_more() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"quota_per_hour": 3})).await;
    let (_, other) = form(&admin, json!({"quota_per_hour": 3, "name": "Khác"})).await;
    let anonymous = world.anonymous();
    for number in 1..=3 {
        anonymous.post(&path, json!({"ho_ten": "Khách", "sdt": phone(number)})).await.expect(202);
    }
    let full = anonymous.post(&path, json!({"ho_ten": "Khách", "sdt": phone(4)})).await;
    assert!(full.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    full.refused(429, "form_quota_exceeded");
    // Submissions of existing leads count too, so that nobody can flood the events of a lead.
    anonymous.post(&path, json!({"ho_ten": "Khách", "sdt": phone(1)})).await.refused(429, "form_quota_exceeded");
    anonymous.post(&other, json!({"ho_ten": "Khách", "sdt": phone(5)})).await.expect(202);
    assert_eq!(admin.all("/leads").await.len(), 4);
    world.clock.advance(TimeDelta::minutes(61));
    anonymous.post(&path, json!({"ho_ten": "Khách", "sdt": phone(4)})).await.expect(202);
}

#[tokio::test]
async fn at_once_no_more_than_the_quota_are_taken() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"quota_per_hour": 2})).await;
    let anonymous = world.anonymous();
    let send = async |number| anonymous.post(&path, json!({"ho_ten": "Khách", "sdt": phone(number)})).await.status;
    let (a, b, c, d) = tokio::join!(send(1), send(2), send(3), send(4));
    let mut statuses = [a, b, c, d];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 202, 429, 429]);
    assert_eq!(admin.all("/leads").await.len(), 2);
}

#[tokio::test]
async fn two_submissions_of_one_person_at_once_make_one_lead() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let anonymous = world.anonymous();
    let sent = json!({"ho_ten": "Khách", "sdt": phone(1)});
    let send = async || anonymous.post(&path, sent.clone()).await.status;
    let statuses = tokio::join!(send(), send(), send(), send());
    assert_eq!(statuses, (202, 202, 202, 202));
    assert_eq!(admin.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn what_a_robot_fills_is_taken_and_forgotten() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"trap_field": "fax", "quota_per_hour": 1})).await;
    let anonymous = world.anonymous();
    let end = text(&admin.get("/events?limit=200").await.expect(200), "next_cursor");
    for sent in [json!({"ho_ten": "Robot", "sdt": phone(1), "fax": "1"}), json!({"fax": "x"})] {
        assert_eq!(anonymous.post(&path, sent).await.expect(202), json!({"received": true, "outcome": null, "lead_id": null}));
    }
    assert!(admin.all("/leads").await.is_empty());
    assert_eq!(admin.get(&format!("/events?cursor={end}")).await.expect(200)["data"], json!([]));
    // It does not count for the quota, and people leave the field empty.
    anonymous.post(&path, json!({"ho_ten": "Người", "sdt": phone(1), "fax": ""})).await.expect(202);
    assert_eq!(admin.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn a_submission_that_is_sent_again_counts_once() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({"quota_per_hour": 1})).await;
    let anonymous = world.anonymous();
    let sent = json!({"ho_ten": "Khách", "sdt": phone(1)});
    for _ in 0..3 {
        anonymous.post_once(&path, "lan-1", sent.clone()).await.expect(202);
    }
    let lead = admin.all("/leads").await.remove(0);
    assert_eq!(admin.history(&format!("/leads/{}", id(&lead))).await, ["lead.created", "lead.submitted"]);
    let other = json!({"ho_ten": "Khách", "sdt": phone(2)});
    anonymous.post_once(&path, "lan-1", other).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_form_whose_product_is_no_longer_sold_still_takes_people() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let sold = product(&admin, "TRUYXUAT").await;
    let (_, path) = form(&admin, json!({"product_id": sold["id"]})).await;
    admin.patch(&format!("/products/{}", id(&sold)), 1, json!({"is_active": false})).await.expect(200);
    world.anonymous().post(&path, json!({"ho_ten": "Khách", "sdt": phone(1)})).await.expect(202);
    assert_eq!(admin.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn a_backslash_is_no_nul_character() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let sent = json!({"ho_ten": "Khách", "sdt": phone(1), "noi_dung": r"Mã lỗi \u0000 trên máy in"});
    world.anonymous().post(&path, sent).await.expect(202);
    let sent = json!({"ho_ten": "Kh\0ách", "sdt": phone(2), "khac": ["\0"]});
    let faults = world.anonymous().post(&path, sent).await.faults(422);
    assert_eq!(faults, [fault("/ho_ten", "nul_character"), fault("/khac/0", "nul_character")]);
}

#[tokio::test]
async fn a_submission_is_an_object_of_a_hundred_fields_at_most() {
    let world = World::under("xcrm").await;
    let admin = world.user("admin").await;
    let (_, path) = form(&admin, json!({})).await;
    let anonymous = world.anonymous();
    let mut many = json!({"ho_ten": "Khách", "sdt": phone(1)});
    for number in 0..98 {
        many[format!("f{number}")] = json!({"lồng": [number]});
    }
    anonymous.post(&path, many.clone()).await.expect(202);
    many["one_more"] = json!(1);
    assert_eq!(anonymous.post(&path, many).await.faults(422), [fault("", "too_many")]);
    for other in [json!([]), json!("x"), Value::Null] {
        assert_eq!(anonymous.post(&path, other).await.faults(422), [fault("", "wrong_type")]);
    }
    let request = anonymous.request(reqwest::Method::POST, &path).header("content-type", "application/json");
    anonymous.send(request.body(r#"{"sdt":"0912345678","sdt":"0912345679"}"#)).await.refused(400, "malformed_body");
}
