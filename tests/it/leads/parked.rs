//! Leads that are set aside until a day, and come back on it.

use chot_tests::fixtures::{id, own_lead};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::json;

use super::team;

#[tokio::test]
async fn r_suno_21_r_suno_22_a_recycled_lead_comes_back_on_its_day() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let faults = lan.act(&format!("{path}/recycle")).await.faults(422);
    assert_eq!(faults, [("/follow_up_at".into(), "required".into())]);
    let faults = lan.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-20T02:00:00Z"})).await.faults(422);
    assert_eq!(faults, [("/follow_up_at".into(), "in_the_past".into())]);
    let parked = lan.post(&format!("{path}/recycle"), json!({"follow_up_at": "2026-11-25T02:00:00Z"})).await.expect(200);
    assert_eq!(parked["status"], "recycled");

    world.pass(TimeDelta::days(1)).await;
    assert!(lan.all("/leads?is_follow_up_due=true").await.is_empty());
    assert_eq!(world.pass(TimeDelta::days(1)).await, 1);
    let due = lan.all("/leads?is_follow_up_due=true").await;
    assert_eq!(due.len(), 1);
    assert_eq!(id(&due[0]), id(&lead));
    assert_eq!(world.pass(TimeDelta::days(1)).await, 0, "a timer runs once");

    let again = lan.act(&format!("{path}/resume")).await.expect(200);
    assert_eq!((again["status"].as_str(), again["is_follow_up_due"].as_bool()), (Some("contacting"), Some(false)));
    assert!(lan.history(&path).await.contains(&"lead.follow_up_due".to_owned()));
}

async fn due(client: &Client) -> Vec<String> {
    client.all("/leads?is_follow_up_due=true").await.iter().map(id).collect()
}

#[tokio::test]
async fn r_suno_22_a_parked_lead_that_goes_to_a_colleague_stands_in_the_colleagues_due_list() {
    let world = World::under("suno").await;
    let team = team(&world).await;
    let (early, late) = (own_lead(&team.lan, 1).await, own_lead(&team.lan, 2).await);
    let park = json!({"follow_up_at": "2026-11-25T02:00:00Z"});
    for lead in [&early, &late] {
        team.lan.post(&format!("/leads/{}/recycle", id(lead)), park.clone()).await.expect(200);
    }
    let give = async |lead: &serde_json::Value| {
        let order = json!({"owner_id": team.minh.user_id});
        team.manager.post(&format!("/leads/{}/assign", id(lead)), order).await.expect(200)
    };
    let given = give(&early).await;
    assert_eq!((&given["status"], &given["follow_up_at"]), (&json!("recycled"), &json!("2026-11-25T02:00:00Z")), "its day stays");
    assert_eq!(world.pass(TimeDelta::days(2)).await, 2);
    assert_eq!((due(&team.minh).await, due(&team.lan).await), (vec![id(&early)], vec![id(&late)]));

    // An overdue follow-up is due for the new owner at once.
    give(&late).await;
    let mut both = vec![id(&early), id(&late)];
    both.sort();
    let mut of_minh = due(&team.minh).await;
    of_minh.sort();
    assert_eq!((of_minh, due(&team.lan).await), (both, Vec::new()));
}

#[tokio::test]
async fn r_suno_22_a_lead_that_is_due_and_is_parked_again_comes_back_on_its_new_day() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let path = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let park = async |day: &str| lan.post(&format!("{path}/recycle"), json!({"follow_up_at": day})).await.expect(200);
    park("2026-11-25T02:00:00Z").await;
    assert_eq!(world.pass(TimeDelta::days(2)).await, 1);
    assert_eq!(due(&lan).await.len(), 1);

    let again = park("2026-11-30T02:00:00Z").await;
    assert_eq!((&again["status"], &again["is_follow_up_due"]), (&json!("recycled"), &json!(false)));
    assert!(due(&lan).await.is_empty());
    assert_eq!(world.pass(TimeDelta::days(4)).await, 0);
    assert_eq!(world.pass(TimeDelta::days(2)).await, 1);
    assert_eq!(due(&lan).await.len(), 1);
    let told = ["lead.created", "lead.recycled", "lead.follow_up_due", "lead.recycled", "lead.follow_up_due"];
    assert_eq!(lan.history(&path).await, told);
}
