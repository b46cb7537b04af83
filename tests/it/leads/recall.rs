//! Leads that are not contacted in time get another owner (R-EDU-21, R-EDU-22, A-32).

use chot_tests::fixtures::{company, id, text};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn given(marketing: &Client, number: u32, to: &Client) -> String {
    let lead = marketing.post("/leads", company(number)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    marketing.post(&format!("{path}/assign"), json!({"owner_id": to.user_id})).await.expect(200);
    path
}

/// An instant, rounded to the minute: reading the test clock advances it by milliseconds.
fn minute(record: &Value, member: &str) -> String {
    text(record, member)[..16].to_owned()
}

async fn owner(marketing: &Client, path: &str) -> String {
    text(&marketing.get(path).await.expect(200), "owner_id")
}

async fn told(client: &Client) -> Vec<String> {
    client.all("/notifications").await.iter().map(|one| text(one, "kind")).collect()
}

#[tokio::test]
async fn r_edu_21_r_edu_22_a_lead_without_contact_goes_to_somebody_else_whose_hour_begins() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let path = given(&marketing, 1, &lan).await;
    assert_eq!(minute(&marketing.get(&path).await.expect(200), "recall_at"), "2026-11-23T03:00");
    assert_eq!(world.pass(TimeDelta::minutes(59)).await, 0);
    assert_eq!(world.pass(TimeDelta::minutes(1)).await, 1);

    let lead = minh.get(&path).await.expect(200);
    assert_eq!((&lead["owner_id"], &lead["status"]), (&json!(minh.user_id), &json!("assigned")));
    assert_eq!(minute(&lead, "recall_at"), "2026-11-23T04:00");
    lan.get(&path).await.refused(404, "not_found");
    assert_eq!(told(&lan).await, ["lead_recalled", "lead_assigned"]);
    assert_eq!(told(&minh).await, ["lead_assigned"]);
    let recalled = marketing.get(&format!("{path}/timeline?limit=1")).await.expect(200)["data"][0].clone();
    assert_eq!((&recalled["kind"], &recalled["actor_kind"]), (&json!("lead.recalled"), &json!("system")));
    assert_eq!(recalled["facts"]["owner_id_before"], json!(lan.user_id));
    assert_eq!(recalled["facts"]["owner_id"], json!(minh.user_id));

    // It returns to the first owner, not to the one who just lost it.
    assert_eq!(world.pass(TimeDelta::hours(1)).await, 1);
    assert_eq!(owner(&marketing, &path).await, lan.user_id);
}

#[tokio::test]
async fn r_edu_21_contact_within_the_hour_keeps_the_lead_and_a_lead_given_on_by_hand_has_an_hour_again() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let (contacted, given_on) = (given(&marketing, 1, &lan).await, given(&marketing, 2, &lan).await);
    world.pass(TimeDelta::minutes(50)).await;
    lan.act(&format!("{contacted}/mark-contacted")).await.expect(200);
    // Marketing sees which leads will be recalled soon, and assigns one by hand.
    let soon = marketing.all("/leads?recall_at_lt=2026-11-23T03:00:01Z").await;
    assert_eq!(soon.iter().map(id).collect::<Vec<_>>(), [given_on.trim_start_matches("/leads/")]);
    marketing.post(&format!("{given_on}/assign"), json!({"owner_id": minh.user_id})).await.expect(200);
    assert_eq!(world.pass(TimeDelta::minutes(59)).await, 0);
    assert_eq!(owner(&marketing, &contacted).await, lan.user_id);
    assert_eq!(world.pass(TimeDelta::minutes(1)).await, 1);
    assert_eq!(owner(&marketing, &given_on).await, lan.user_id);
}

#[tokio::test]
async fn r_edu_22_leads_go_round_fairly_and_only_among_those_who_sell() {
    let world = World::under("easyedu").await;
    let (marketing, lan) = (world.user("marketing").await, world.user("salesperson").await);
    let mut others = [world.user("salesperson").await, world.user("salesperson").await, world.user("salesperson").await];
    world.user("team_leader").await;
    let mut paths = Vec::new();
    for number in 0..6 {
        paths.push(given(&marketing, number, &lan).await);
    }
    world.pass(TimeDelta::hours(1)).await;
    let mut owners = Vec::new();
    for path in &paths {
        owners.push(owner(&marketing, path).await);
    }
    owners.sort_unstable();
    others.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    let twice: Vec<_> = others.iter().flat_map(|one| [one.user_id.clone(), one.user_id.clone()]).collect();
    assert_eq!(owners, twice);
}

#[tokio::test]
async fn r_edu_22_the_recall_report_counts_what_was_given_and_taken_back() {
    let world = World::under("easyedu").await;
    let (marketing, lan, minh) =
        (world.user("marketing").await, world.user("salesperson").await, world.user("salesperson").await);
    let path = given(&marketing, 1, &lan).await;
    let kept = given(&marketing, 2, &lan).await;
    lan.act(&format!("{kept}/mark-contacted")).await.expect(200);
    world.pass(TimeDelta::hours(1)).await;
    let report = marketing.get("/lead-assignments/recall-report").await.expect(200)["data"].clone();
    let counted = |client: &Client, given: i64, recalled: i64, name: &Value| json!({"owner_id": client.user_id, "owner_name": name, "given": given, "recalled": recalled});
    assert_eq!(report[0], counted(&lan, 2, 1, &report[0]["owner_name"]));
    assert_eq!(report[1], counted(&minh, 1, 0, &report[1]["owner_name"]));
    let recalls = marketing.all("/lead-assignments?is_recalled=true").await;
    assert_eq!(recalls.len(), 1);
    assert_eq!((text(&recalls[0], "owner_id"), text(&recalls[0], "next_owner_id")), (lan.user_id.clone(), minh.user_id.clone()));
    assert_eq!(minute(&recalls[0], "recalled_at"), "2026-11-23T03:00");
    let of_lead =
        marketing.all(&format!("/lead-assignments?lead_id={}&sort=created_at", path.trim_start_matches("/leads/"))).await;
    let causes: Vec<_> = of_lead.iter().map(|one| text(one, "cause")).collect();
    assert_eq!(causes, ["assigned", "recalled"]);
    // Everybody sees the assignments in their scope.
    assert_eq!(lan.all("/lead-assignments").await.len(), 2);
    let later = marketing.get("/lead-assignments/recall-report?created_at_gte=2026-11-23T02:30:00Z").await.expect(200);
    assert_eq!(later["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn r_edu_21_without_anybody_else_the_lead_goes_back_into_the_pool() {
    let world = World::under("easyedu").await;
    let (marketing, lan) = (world.user("marketing").await, world.user("salesperson").await);
    let path = given(&marketing, 1, &lan).await;
    world.pass(TimeDelta::hours(1)).await;
    let lead = marketing.get(&path).await.expect(200);
    assert_eq!((&lead["owner_id"], &lead["status"], &lead["stage"]), (&json!(null), &json!("new"), &json!("new")));
    assert_eq!(marketing.all("/leads?in_pool=true").await.len(), 1);
    assert_eq!(told(&lan).await, ["lead_recalled", "lead_assigned"]);
}

#[tokio::test]
async fn a_lead_in_the_archive_is_not_recalled_before_it_is_restored() {
    let world = World::under("easyedu").await;
    let (admin, lan, minh) = (world.user("admin").await, world.user("salesperson").await, world.user("salesperson").await);
    let path = given(&admin, 1, &lan).await;
    let seen = chot_tests::fixtures::version(&admin.get(&path).await.expect(200));
    admin.delete(&path, seen).await.expect(204);
    world.pass(TimeDelta::hours(2)).await;
    assert_eq!(owner(&admin, &path).await, lan.user_id);
    admin.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(world.pass(TimeDelta::seconds(1)).await, 1);
    assert_eq!(owner(&admin, &path).await, minh.user_id);
}
