//! The check at 23:59: which opportunities it loses, which it keeps, and whom it notifies.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, team};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{chance, evidence_status, inbox, prove, status, warned};

/// From nine in the morning until after 23:59 of the first day.
pub const NIGHT: TimeDelta = TimeDelta::hours(15);

#[tokio::test]
async fn r_ichk_77_r_ichk_78_what_is_without_evidence_at_23_59_is_lost_by_the_system() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let care = world.user("customer_care").await;
    let [missing, proved, unheard] = [chance(&team.lan, 1).await, chance(&team.lan, 2).await, chance(&team.lan, 3).await];
    for chance in [&proved, &unheard] {
        prove(&team.lan, chance).await;
    }
    warned(&care, &unheard).await;
    let side = json!({"account_id": account(&team.lan, 4).await["id"], "name": "Phụ", "classification": "secondary"});
    let side = format!("/opportunities/{}", id(&team.lan.post("/opportunities", side).await.expect(201)));
    world.pass(NIGHT).await;

    let admin = world.user("admin").await;
    let mut found = Vec::new();
    for chance in [&missing, &proved, &unheard, &side] {
        found.push(status(&admin, chance).await);
    }
    assert_eq!(found, ["lost", "open", "lost", "open"]);
    let lost = admin.get(&missing).await.expect(200);
    assert_eq!((&lost["lost_reason"], &lost["owner_id"]), (&json!("no_evidence"), &json!(team.lan.user_id)));
    let event = admin.all(&format!("{missing}/timeline?kind=opportunity.lost")).await.remove(0);
    assert_eq!((&event["actor_kind"], &event["actor_id"]), (&json!("system"), &json!(null)));
    assert_eq!(event["facts"]["business_date"], "2026-11-23");
    assert_eq!(event["facts"]["evidence_status"], "missing");
    let event = admin.all(&format!("{unheard}/timeline?kind=opportunity.lost")).await.remove(0);
    assert_eq!(event["facts"]["evidence_status"], "warned");
    for told in [inbox(&team.lan).await, inbox(&team.manager).await] {
        let lost = told.iter().filter(|kind| *kind == "opportunity_lost_by_check").count();
        assert_eq!(lost, 2, "{told:?}");
    }

    let checks = care.all("/evidence-checks?sort=business_date").await;
    let counted = |check: &Value| ["checked", "lost", "released", "already_closed"].map(|name| check[name].as_i64().unwrap());
    assert_eq!((&checks[0]["business_date"], &checks[0]["state"]), (&json!("2026-11-23"), &json!("done")));
    assert_eq!(checks[0]["cut_off_at"], "2026-11-23T16:59:00Z");
    assert_eq!(counted(&checks[0]), [3, 2, 2, 0]);
    assert_eq!((&checks[1]["business_date"], &checks[1]["state"]), (&json!("2026-11-24"), &json!("waiting")));
    team.lan.get("/evidence-checks").await.refused(403, "forbidden");
}

#[tokio::test]
async fn r_ichk_79_r_ichk_80_r_ichk_81_the_customer_is_freed_with_the_last_main_one_and_taken_by_another() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (freed, kept) = (account(&team.lan, 1).await, account(&team.lan, 2).await);
    for account in [&freed, &kept] {
        opportunity(&team.lan, account, "Không có bằng chứng").await;
    }
    let other = format!("/opportunities/{}", id(&opportunity(&team.lan, &kept, "Có bằng chứng").await));
    prove(&team.lan, &other).await;
    world.pass(NIGHT).await;
    let admin = world.user("admin").await;
    let owner = async |account: &Value| admin.get(&format!("/accounts/{}", id(account))).await.expect(200)["owner_id"].clone();
    assert_eq!((owner(&freed).await, owner(&kept).await), (json!(null), json!(team.lan.user_id)));
    let released = admin.all(&format!("/accounts/{}/timeline?kind=account.released", id(&freed))).await.remove(0);
    assert_eq!(released["facts"]["reason"], "no_active_primary_opportunity");
    assert_eq!(released["actor_kind"], "system");
    let taken = team.minh.act(&format!("/accounts/{}/claim", id(&freed))).await.expect(200);
    assert_eq!(taken["owner_id"], json!(team.minh.user_id));
}

#[tokio::test]
async fn what_was_lost_and_reopened_needs_new_evidence_the_next_night() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let chance = chance(&team.lan, 1).await;
    world.pass(NIGHT).await;
    let admin = world.user("admin").await;
    let lost = admin.get(&chance).await.expect(200);
    team.lan.act(&format!("/accounts/{}/claim", lost["account_id"].as_str().unwrap())).await.expect(200);
    let again = admin.post(&format!("{chance}/reopen"), json!({"reason": "Mất nhầm"})).await.expect(200);
    assert_eq!(again["evidence_status"], "missing");
    world.pass(TimeDelta::hours(23)).await;
    assert_eq!(status(&team.lan, &chance).await, "open", "the night has not come yet");
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(status(&admin, &chance).await, "lost");
    let dates = admin.all(&format!("{chance}/timeline?kind=opportunity.lost&sort=occurred_at")).await;
    let dates: Vec<_> = dates.iter().map(|event| event["facts"]["business_date"].clone()).collect();
    assert_eq!(dates, ["2026-11-23", "2026-11-24"]);
}

#[tokio::test]
async fn a_warning_that_was_repaired_in_time_costs_nothing() {
    let world = World::under("icheck").await;
    let (lan, care) = (world.user("salesperson").await, world.user("customer_care").await);
    let chance = chance(&lan, 1).await;
    prove(&lan, &chance).await;
    warned(&care, &chance).await;
    prove(&lan, &chance).await;
    for _ in 0..3 {
        world.pass(TimeDelta::days(1)).await;
    }
    assert_eq!((status(&lan, &chance).await, evidence_status(&lan, &chance).await), (json!("open"), json!("provided")));
    let done = care.all("/evidence-checks?state=done").await;
    assert_eq!(done.len(), 3);
}

#[tokio::test]
async fn what_is_in_the_archive_is_left_alone() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let chance = chance(&lan, 1).await;
    admin.delete(&chance, 1).await.expect(204);
    world.pass(NIGHT).await;
    assert_eq!(status(&admin, &chance).await, "open");
}
