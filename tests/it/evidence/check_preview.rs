//! What the check would decide now, and why.

use chot_tests::World;
use chot_tests::fixtures::team;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{chance, prove, warned};

#[tokio::test]
async fn the_check_of_one_opportunity_tells_what_would_happen_and_writes_nothing() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let care = world.user("customer_care").await;
    let chance = chance(&team.lan, 1).await;
    let check = format!("{chance}/evidence/check-preview");
    let told = |preview: &Value| {
        let lost = preview["would_be_lost"].as_bool().unwrap();
        (preview["verdict"].as_str().unwrap().to_owned(), lost, preview["would_release_account"].as_bool().unwrap())
    };
    let before = team.lan.get(&chance).await.expect(200);
    let preview = team.lan.get(&check).await.expect(200);
    assert_eq!(told(&preview), ("missing".into(), true, true));
    assert_eq!(preview["next_check_at"], json!(null), "nobody has planned it yet");
    assert_eq!(team.lan.get(&chance).await.expect(200), before);
    world.pass(TimeDelta::minutes(1)).await;
    assert_eq!(team.lan.get(&check).await.expect(200)["next_check_at"], "2026-11-23T16:59:00Z");
    prove(&team.lan, &chance).await;
    assert_eq!(told(&team.lan.get(&check).await.expect(200)), ("provided".into(), false, false));
    warned(&care, &chance).await;
    let account = json!({"id": before["account_id"]});
    let other = format!(
        "/opportunities/{}",
        chot_tests::fixtures::id(&chot_tests::fixtures::opportunity(&team.lan, &account, "Khác").await)
    );
    assert_eq!(told(&care.get(&check).await.expect(200)), ("warned".into(), true, false), "another main one keeps the customer");
    team.lan.post(&format!("{other}/lose"), json!({"reason": "price"})).await.expect(200);
    team.lan.act(&format!("{chance}/win")).await.expect(200);
    assert_eq!(told(&team.lan.get(&check).await.expect(200)), ("not_open".into(), false, false));
    team.minh.get(&check).await.refused(404, "not_found");
}

#[tokio::test]
async fn nothing_is_checked_where_the_playbook_wants_no_evidence() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let chance = chance(&lan, 1).await;
    let preview = lan.get(&format!("{chance}/evidence/check-preview")).await.expect(200);
    assert_eq!((&preview["verdict"], &preview["would_be_lost"]), (&json!("not_required"), &json!(false)));
    world.pass(TimeDelta::days(3)).await;
    assert_eq!(super::status(&lan, &chance).await, "open");
    let admin = world.user("admin").await;
    assert_eq!(admin.all("/evidence-checks").await.len(), 0);
}
