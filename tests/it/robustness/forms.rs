//! A web form with many concurrent submissions, as after an advertisement or repeated clicks.

use chot_tests::fixtures::text;
use chot_tests::{Response, World};
use serde_json::{Value, json};

use super::at_once::{MANY, all_post, at_once, counted, database, times};

async fn submissions(world: &World, quota: u32) -> String {
    let form = json!({
        "name": "Trang đích tháng 11",
        "source": "landing_page",
        "field_map": {"ho_ten": "name", "sdt": "phone"},
        "quota_per_hour": quota,
    });
    let form = world.user("marketing").await.post("/lead-forms", form).await.expect(201);
    format!("/public/lead-forms/{}/submissions", text(&form, "form_key"))
}

fn fields(number: usize) -> Value {
    json!({"ho_ten": format!("Chị Hương {number}"), "sdt": format!("09120000{number:02}")})
}

#[tokio::test]
async fn who_presses_send_twenty_times_becomes_one_lead() {
    let world = World::under("icheck").await;
    let path = submissions(&world, 1_000).await;
    for reply in all_post(&times(&world.anonymous(), MANY), &path, &fields(1)).await {
        reply.expect(202);
    }
    let database = database(&world).await;
    assert_eq!(counted(&database, "SELECT count(*) FROM lead_submissions").await, 20, "what was sent is kept");
    assert_eq!(counted(&database, "SELECT count(*) FROM leads").await, 1, "one person is one lead");
    assert_eq!(counted(&database, "SELECT count(*) FROM events WHERE kind = 'lead.created'").await, 1);
}

#[tokio::test]
async fn a_form_takes_no_more_than_its_quota_however_many_come() {
    let world = World::under("icheck").await;
    let path = submissions(&world, 5).await;
    let send = |number: usize| {
        let (visitor, path) = (world.anonymous(), path.clone());
        async move { visitor.post(&path, fields(number)).await }
    };
    let replies: Vec<Response> = at_once((0..MANY).map(send)).await;
    let taken = replies.iter().filter(|reply| reply.status == 202).count();
    for reply in replies.into_iter().filter(|reply| reply.status != 202) {
        assert!(reply.header("retry-after").is_some());
        reply.refused(429, "form_quota_exceeded");
    }
    assert_eq!(taken, 5);
    assert_eq!(counted(&database(&world).await, "SELECT count(*) FROM leads").await, 5);
}
