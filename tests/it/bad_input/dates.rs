//! Dates that do not exist, are in the wrong order, or are not possible.

use chot_tests::World;
use chot_tests::fixtures::{account, id, own_lead};
use chrono::TimeDelta;
use serde_json::json;

use super::{Witness, at, fault};

#[tokio::test]
async fn a_day_is_one_of_the_calendar() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let none = [
        "31/12/1990",
        "1990-13-01",
        "1990-02-30",
        "2025-02-29",
        "1990-05-01T00:00:00Z",
        "hôm qua",
        "",
        "1990",
        "19900501",
        "0000-00-00",
    ];
    for pointer in ["/profile/date_of_birth", "/profile/identity_issued_on"] {
        for day in none {
            let faults = lan.post("/leads", at(pointer, json!(day))).await.faults(422);
            assert_eq!(faults, [fault(pointer, "invalid_value")], "{day}");
        }
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_day_has_a_year_of_four_digits() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let witness = Witness::of(&world).await;
    for day in ["-0044-03-15", "-100000-01-01", "+12345-01-01"] {
        let born = json!({"account_id": ours["id"], "full_name": "Hương", "date_of_birth": day});
        let faults = lan.post("/contacts", born).await.faults(422);
        assert_eq!(faults[0].0, "/date_of_birth", "{day}");
        let faults = lan.post("/leads", at("/profile/date_of_birth", json!(day))).await.faults(422);
        assert_eq!(faults[0].0, "/profile/date_of_birth", "{day}");
        let chance = json!({"account_id": ours["id"], "name": "Tem", "expected_close_on": day});
        assert_eq!(lan.post("/opportunities", chance).await.faults(422)[0].0, "/expected_close_on", "{day}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn an_instant_has_a_year_of_four_digits() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let recycle = format!("/leads/{}/recycle", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    for instant in ["+12345-01-01T00:00:00Z", "+262142-12-31T23:59:59Z", "-0044-03-15T00:00:00Z"] {
        let faults = lan.post(&recycle, json!({"follow_up_at": instant})).await.faults(422);
        assert_eq!(faults[0].0, "/follow_up_at", "{instant}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn r_ichk_108_the_card_is_issued_after_the_birth_and_nothing_lies_in_the_future() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let dates = |born: &str, issued: &str| at("/profile", json!({"date_of_birth": born, "identity_issued_on": issued}));
    for (born, issued) in [("1990-05-01", "1990-05-01"), ("1990-05-01", "1980-01-01")] {
        let faults = lan.post("/leads", dates(born, issued)).await.faults(422);
        assert_eq!(faults, [fault("/profile/identity_issued_on", "before_date_of_birth")]);
    }
    // The clock shows nine in the morning of 23 November 2026 in Hà Nội.
    let faults = lan.post("/leads", dates("2026-11-24", "2026-11-25")).await.faults(422);
    assert_eq!(faults, [fault("/profile/date_of_birth", "in_the_future"), fault("/profile/identity_issued_on", "in_the_future")]);
    witness.nothing_written().await;
    lan.post("/leads", dates("2026-11-22", "2026-11-23")).await.expect(201);
}

#[tokio::test]
async fn today_is_the_day_in_the_organisations_time_zone() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    // 18:30 UTC on the 23rd is 01:30 on the 24th in Hà Nội.
    world.clock.advance(TimeDelta::minutes(16 * 60 + 30));
    lan.post("/leads", at("/profile/date_of_birth", json!("2026-11-24"))).await.expect(201);
    let faults = lan.post("/leads", at("/profile/date_of_birth", json!("2026-11-25"))).await.faults(422);
    assert_eq!(faults, [fault("/profile/date_of_birth", "in_the_future")]);
}

#[tokio::test]
async fn a_follow_up_lies_ahead() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let recycle = format!("/leads/{}/recycle", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    for (instant, code) in [
        ("2026-11-23T02:00:00Z", "in_the_past"),
        ("2026-11-23T08:59:00+07:00", "in_the_past"),
        ("1970-01-01T00:00:00Z", "in_the_past"),
        ("2026-12-01", "invalid_value"),
        ("2026-12-01 09:00", "invalid_value"),
        ("2026-12-01T09:00:00", "invalid_value"),
        ("2026-12-01T25:00:00Z", "invalid_value"),
        ("1764554400", "invalid_value"),
        ("", "invalid_value"),
    ] {
        let faults = lan.post(&recycle, json!({"follow_up_at": instant})).await.faults(422);
        assert_eq!(faults, [fault("/follow_up_at", code)], "{instant}");
    }
    assert_eq!(
        lan.post(&recycle, json!({"follow_up_at": 1_764_554_400})).await.faults(422),
        [fault("/follow_up_at", "wrong_type")]
    );
    witness.nothing_written().await;
    let ahead = lan.post(&recycle, json!({"follow_up_at": "2026-12-01T09:00:00+07:00"})).await.expect(200);
    assert_eq!(ahead["follow_up_at"], "2026-12-01T02:00:00Z");
}
