//! Lists of leads with filters, sort order and pages.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, text};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{fault, team};

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(id).collect()
}

#[tokio::test]
async fn parked_leads_come_by_the_day_to_take_them_up_and_the_others_after_them() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let mut parked = Vec::new();
    for (number, day) in [(1, "2026-12-24T02:00:00Z"), (2, "2026-12-01T02:00:00Z"), (3, "2027-02-01T02:00:00Z")] {
        let path = format!("/leads/{}", id(&own_lead(&lan, number).await));
        lan.post(&format!("{path}/recycle"), json!({"follow_up_at": day})).await.expect(200);
        parked.push(path.rsplit_once('/').unwrap().1.to_owned());
    }
    let unparked = id(&own_lead(&lan, 4).await);
    let by_day = [&parked[1], &parked[0], &parked[2], &unparked];
    assert_eq!(ids(&lan.all("/leads?sort=follow_up_at").await).iter().collect::<Vec<_>>(), by_day);
    assert_eq!(ids(&lan.all("/leads?sort=follow_up_at&limit=1").await).iter().collect::<Vec<_>>(), by_day);

    world.pass(TimeDelta::days(40)).await;
    let due = ids(&lan.all("/leads?sort=follow_up_at&is_follow_up_due=true&limit=1").await);
    assert_eq!(due, [parked[1].clone(), parked[0].clone()]);
}

#[tokio::test]
async fn one_question_asks_for_several_statuses_and_several_salespeople() {
    let world = World::under("suno").await;
    let (team, admin) = (team(&world).await, world.user("admin").await);
    let of_lan = id(&own_lead(&team.lan, 1).await);
    let of_minh = id(&own_lead(&team.minh, 2).await);
    let new = id(&admin.post("/leads", company(3)).await.expect(201));
    let junk = id(&own_lead(&team.lan, 4).await);
    team.lan.post(&format!("/leads/{junk}/junk"), json!({"reason": "fake_information"})).await.expect(200);

    let found = async |query: &str| ids(&admin.all(&format!("/leads?sort=created_at&{query}")).await);
    assert_eq!(found("status_in=assigned,junk").await, [of_lan.clone(), of_minh.clone(), junk.clone()]);
    assert_eq!(found("status_in=new").await, [new]);
    assert_eq!(found("status_in=assigned,junk&status=junk").await, [junk]);
    let (lan, minh) = (&team.lan.user_id, &team.minh.user_id);
    assert_eq!(found(&format!("owner_id_in={lan},{minh}")).await, [of_lan.clone(), of_minh]);
    assert_eq!(found(&format!("owner_id_in={lan}")).await, std::slice::from_ref(&of_lan));
    // A filter by other owners does not extend the visible records.
    assert_eq!(ids(&team.lan.all(&format!("/leads?owner_id_in={lan},{minh}")).await), [of_lan]);

    for (query, code) in [
        ("status_in=assigned,old", "not_one_of"),
        ("status_in=", "not_one_of"),
        ("owner_id_in=lan", "invalid_id"),
        ("status_in=new&status_in=junk", "repeated"),
    ] {
        let member = query.split('=').next().unwrap();
        assert_eq!(admin.get(&format!("/leads?{query}")).await.faults(400), [fault(&format!("/{member}"), code)], "{query}");
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_the_filter_that_it_was_made_with_and_for_any_page_size() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    for number in 1..=5 {
        own_lead(&lan, number).await;
    }
    let first = lan.get("/leads?status_in=assigned&limit=2").await.expect(200);
    let cursor = text(&first["page"], "next_cursor");
    let rest = lan.get(&format!("/leads?status_in=assigned&limit=50&include_total=true&cursor={cursor}")).await.expect(200);
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["page"]["total"]), (3, &json!(5)));
    for other in ["status_in=new", "status=assigned", "status_in=assigned&sort=name", "status_in=assigned&is_follow_up_due=false"]
    {
        lan.get(&format!("/leads?{other}&cursor={cursor}")).await.refused(400, "invalid_cursor");
    }
}
