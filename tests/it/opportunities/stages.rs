//! The stages of an opportunity: possible moves and the history.

use chot_tests::World;
use chot_tests::fixtures::{account, text, version};
use chrono::TimeDelta;
use serde_json::json;

use super::{fault, lost, opened, team};

#[tokio::test]
async fn it_moves_freely_between_open_stages_and_is_closed_by_verbs() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({})).await;
    let move_to = async |stage: &str| team.lan.post(&format!("{path}/move"), json!({"stage": stage})).await;
    for stage in ["negotiating", "advising", "quoted", "new_opportunity"] {
        let moved = move_to(stage).await.expect(200);
        assert_eq!((&moved["stage"], &moved["status"]), (&json!(stage), &json!("open")));
        assert_eq!(moved["stage_entered_at"], moved["updated_at"]);
    }
    for (stage, status) in [("won", "won"), ("lost", "lost")] {
        let refused = move_to(stage).await.refused(409, "stage_needs_action");
        assert_eq!((&refused["current_status"], &refused["stage_status"]), (&json!("open"), &json!(status)));
    }
    // Stages of another pipeline are for leads here; an unknown stage is for nothing.
    for stage in ["contacting", "qualified", "nowhere"] {
        assert_eq!(move_to(stage).await.faults(422), [fault("/stage", "unknown_key")], "{stage}");
    }
    assert_eq!(move_to("Quoted").await.faults(422), [fault("/stage", "invalid_key")]);
    team.minh.post(&format!("{path}/move"), json!({"stage": "quoted"})).await.refused(404, "not_found");
    lost(&team.lan, &path).await;
    move_to("quoted").await.refused(409, "stage_needs_action");
    let now = world.user("admin").await.get(&path).await.expect(200);
    assert_eq!((&now["stage"], &now["status"]), (&json!("lost"), &json!("lost")));
}

#[tokio::test]
async fn a_stage_of_a_pipeline_for_accounts_or_leads_takes_no_opportunity() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = opened(&lan, &ours, "Phần mềm", json!({})).await;
    for stage in ["deployment", "care", "qualified"] {
        let faults = lan.post(&format!("{path}/move"), json!({"stage": stage})).await.faults(422);
        assert_eq!(faults, [fault("/stage", "unknown_key")], "{stage}");
        let draft = json!({"account_id": ours["id"], "name": "Khác", "stage": stage});
        assert_eq!(lan.post("/opportunities", draft).await.faults(422), [fault("/stage", "stage_of_another_card")]);
    }
    assert_eq!(lan.history(&path).await, ["opportunity.opened"]);
}

#[tokio::test]
async fn the_stage_history_tells_where_it_was_for_how_long_and_who_moved_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    opened(&team.lan, &ours, "Vẫn mở", json!({})).await;
    let path = opened(&team.lan, &ours, "Tem QR", json!({})).await;
    world.clock.advance(TimeDelta::hours(2));
    team.lan.post(&format!("{path}/move"), json!({"stage": "quoted"})).await.expect(200);
    world.clock.advance(TimeDelta::days(1));
    let tagged = team.lan.post(&format!("{path}/tags"), json!({"tag": "hot"})).await.expect(200);
    team.lan.patch(&path, version(&tagged), json!({"stars": 3})).await.expect(200);
    lost(&team.lan, &path).await;
    world.clock.advance(TimeDelta::days(7));
    team.manager.post(&format!("{path}/reopen"), json!({"reason": "Khách gọi lại"})).await.expect(200);
    world.clock.advance(TimeDelta::minutes(10));
    let visits = team.lan.get(&format!("{path}/stages")).await.expect(200);
    let visits = visits["data"].as_array().unwrap();
    let stages: Vec<_> = visits.iter().map(|visit| (text(visit, "stage"), text(visit, "moved_by"))).collect();
    let (lan, manager) = ("Người dùng salesperson", "Người dùng manager");
    let expected = [("new_opportunity", lan), ("quoted", lan), ("lost", lan), ("new_opportunity", manager)];
    assert_eq!(stages, expected.map(|(stage, who)| (stage.to_owned(), who.to_owned())));
    let seconds: Vec<_> = visits.iter().map(|visit| visit["seconds"].as_i64().unwrap()).collect();
    assert_eq!(seconds, [7_200, 86_400, 604_800, 600]);
    for pair in visits.windows(2) {
        assert_eq!(pair[0]["left_at"], pair[1]["entered_at"]);
    }
    assert_eq!(visits[3]["left_at"], json!(null));
    team.minh.get(&format!("{path}/stages")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_long_stage_history_is_told_to_the_end() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let path = opened(&lan, &account(&lan, 1).await, "Tem QR", json!({})).await;
    for round in 0..60 {
        let stage = if round % 2 == 0 { "advising" } else { "quoted" };
        lan.post(&format!("{path}/move"), json!({"stage": stage})).await.expect(200);
    }
    let visits = lan.get(&format!("{path}/stages")).await.expect(200);
    let visits = visits["data"].as_array().unwrap();
    assert_eq!(visits.len(), 61);
    assert_eq!((&visits[60]["stage"], &visits[59]["stage"]), (&json!("quoted"), &json!("advising")));
}

#[tokio::test]
async fn the_stage_history_tells_of_the_move_at_the_end_of_the_closing_time() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let path = opened(&lan, &account(&lan, 1).await, "Gói Tiêu chuẩn", json!({})).await;
    let demo = json!({
        "kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "successful", "done_at": "2026-11-23T02:00:00Z",
        "opportunity_id": path.trim_start_matches("/opportunities/"),
    });
    lan.post("/activities", demo).await.expect(201);
    world.pass(TimeDelta::days(7)).await;
    world.clock.advance(TimeDelta::days(1));
    let visits = lan.get(&format!("{path}/stages")).await.expect(200)["data"].clone();
    let visits = visits.as_array().unwrap();
    let stages: Vec<_> = visits.iter().map(|visit| text(visit, "stage")).collect();
    assert_eq!(stages, ["potential", "being_cared_for"]);
    let seconds: Vec<_> = visits.iter().map(|visit| visit["seconds"].as_i64().unwrap()).collect();
    assert_eq!(seconds, [604_800, 86_400]);
    assert_eq!((&visits[0]["left_at"], &visits[1]["left_at"]), (&visits[1]["entered_at"], &json!(null)));
}
