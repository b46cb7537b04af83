//! A salesperson asks managers about suspect data (R-EDU-14, R-EDU-15).

use chot_tests::fixtures::{account, id, opportunity, own_lead, team};
use chot_tests::{Client, World, fault};
use serde_json::{Value, json};

use super::{inbox, people};

const REASON: &str = "Facebook mới lập, không liên quan đến giáo dục";

/// A support request about a record.
async fn ask(client: &Client, about: &str, record: &Value) -> Value {
    client.post("/support-requests", json!({about: record["id"], "reason": REASON})).await.expect(201)
}

fn path(request: &Value) -> String {
    format!("/support-requests/{}", id(request))
}

/// The tags of a lead, without the tag of its stage.
async fn tags(client: &Client, lead: &Value) -> Vec<String> {
    let lead = client.get(&format!("/leads/{}", id(lead))).await.expect(200);
    let tags = lead["tags"].as_array().unwrap().iter().map(|tag| tag["tag"].as_str().unwrap().to_owned());
    tags.filter(|tag| tag != "received").collect()
}

fn answered(verdict: &str) -> Value {
    json!({"answer": "Đã kiểm tra trên Google", "verdict": verdict})
}

#[tokio::test]
async fn r_edu_14_suspect_data_is_asked_about_and_the_team_leader_is_told() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let lead = own_lead(&people.lan, 1).await;
    let asked = people.lan.post("/support-requests", json!({"lead_id": lead["id"], "reason": REASON})).await;
    let location = asked.header("location").unwrap().trim_start_matches("/api/v1").to_owned();
    let asked = asked.expect(201);
    assert_eq!((&asked["status"], &asked["reason"]), (&json!("open"), &json!(REASON)));
    assert_eq!((&asked["requester_id"], &asked["addressee_id"]), (&json!(people.lan.user_id), &json!(people.leader.user_id)));
    for seer in [&people.lan, &people.leader, &people.head] {
        assert_eq!(seer.get(&location).await.expect(200), asked, "{}", seer.role);
        assert_eq!(seer.all(&format!("/support-requests?status=open&lead_id={}", id(&lead))).await, std::slice::from_ref(&asked));
    }
    for stranger in [&people.minh, &people.other_leader] {
        stranger.get(&location).await.refused(404, "not_found");
        assert!(stranger.all("/support-requests").await.is_empty());
    }
    let told = (json!("support_requested"), asked["id"].clone());
    assert_eq!((inbox(&people.leader).await, inbox(&people.head).await), (vec![told], vec![]));
    assert_eq!(tags(&people.lan, &lead).await, ["suspect"]);
    let history = people.lan.history(&format!("/leads/{}", id(&lead))).await;
    assert_eq!(history, ["lead.created", "lead.tagged", "support.requested", "lead.tagged"]);
    let now = people.lan.get(&format!("/leads/{}", id(&lead))).await.expect(200);
    for clock in ["status", "assigned_at", "owner_id", "recall_at"] {
        assert_eq!(now[clock], lead[clock], "a_32: no clock stops");
    }
}

#[tokio::test]
async fn r_edu_15_the_answer_comes_back_and_real_data_is_suspect_no_more() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let (real, fake) = (own_lead(&people.lan, 1).await, own_lead(&people.lan, 2).await);
    let asked = ask(&people.lan, "lead_id", &real).await;
    let given = people.leader.post(&format!("{}/answer", path(&asked)), answered("real")).await.expect(200);
    assert_eq!((&given["status"], &given["verdict"]), (&json!("answered"), &json!("real")));
    assert_eq!((&given["answer"], &given["answered_by"]), (&json!("Đã kiểm tra trên Google"), &json!(people.leader.user_id)));
    assert_eq!(given["version"], json!(2));
    assert!(tags(&people.lan, &real).await.is_empty());
    assert_eq!(inbox(&people.lan).await, [(json!("support_answered"), asked["id"].clone())]);
    let title = &people.lan.all("/notifications").await[0]["title"];
    assert!(title.as_str().unwrap().contains(real["name"].as_str().unwrap()), "{title}");
    let history = people.lan.history(&format!("/leads/{}", id(&real))).await;
    assert_eq!(history[2..], ["support.requested", "lead.tagged", "support.answered", "lead.untagged"]);
    let again = people.leader.post(&format!("{}/answer", path(&asked)), answered("real")).await.refused(409, "wrong_status");
    assert_eq!((&again["current_status"], &again["allowed_from"]), (&json!("answered"), &json!(["open"])));

    let asked = ask(&people.lan, "lead_id", &fake).await;
    people.head.post(&format!("{}/answer", path(&asked)), answered("not_real")).await.expect(200);
    assert_eq!(tags(&people.lan, &fake).await, ["suspect"]);
    assert_eq!(people.lan.all("/support-requests?status=answered").await.len(), 2);
}

#[tokio::test]
async fn r_edu_15_those_answer_who_were_asked_or_lead_the_asker_and_nobody_themselves() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let lead = own_lead(&people.lan, 1).await;
    let answer = format!("{}/answer", path(&ask(&people.lan, "lead_id", &lead).await));
    people.lan.post(&answer, answered("real")).await.refused(403, "forbidden");
    people.other_leader.post(&answer, answered("real")).await.refused(404, "not_found");
    // The new owner of the lead sees the request; the requester still has other managers.
    world
        .user("admin")
        .await
        .post(&format!("/leads/{}/assign", id(&lead)), json!({"owner_id": people.minh.user_id}))
        .await
        .expect(200);
    assert_eq!(people.minh.all("/support-requests").await.len(), 1);
    people.other_leader.post(&answer, answered("real")).await.refused(403, "forbidden");
    assert_eq!(people.leader.post(&answer, json!({"answer": " "})).await.faults(422), [fault("/answer", "blank")]);
    people.leader.post(&answer, json!({"answer": "Gọi lại buổi chiều"})).await.expect(200);

    let own = own_lead(&people.leader, 2).await;
    let asked = ask(&people.leader, "lead_id", &own).await;
    assert_eq!(asked["addressee_id"], json!(people.head.user_id), "nobody leads a leader but those above");
    people.leader.post(&format!("{}/answer", path(&asked)), answered("real")).await.refused(403, "forbidden");
    let named = json!({"lead_id": own["id"], "reason": REASON, "addressee_id": people.other_leader.user_id});
    let named = people.leader.post("/support-requests", named).await.expect(201);
    assert_eq!(
        people.other_leader.all(&format!("/support-requests?addressee_id={}", people.other_leader.user_id)).await,
        std::slice::from_ref(&named)
    );
    people.other_leader.post(&format!("{}/answer", path(&named)), answered("real")).await.expect(200);
}

#[tokio::test]
async fn r_edu_14_where_several_lead_all_are_told_and_where_nobody_does_those_who_reach_everything() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let second = world.member("team_leader", Some(&people.north)).await;
    let asked = ask(&people.lan, "lead_id", &own_lead(&people.lan, 1).await).await;
    assert_eq!(asked["addressee_id"], json!(null));
    for leader in [&people.leader, &second] {
        assert_eq!(inbox(leader).await.len(), 1);
    }
    second.post(&format!("{}/answer", path(&asked)), answered("real")).await.expect(200);

    let (alone, admin) = (world.user("salesperson").await, world.user("admin").await);
    let asked = ask(&alone, "lead_id", &own_lead(&alone, 2).await).await;
    assert_eq!(inbox(&admin).await, [(json!("support_requested"), asked["id"].clone())]);
    admin.post(&format!("{}/answer", path(&asked)), answered("real")).await.expect(200);
}

#[tokio::test]
async fn r_edu_14_only_who_asked_withdraws() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let asked = ask(&people.lan, "account_id", &account(&people.lan, 1).await).await;
    let withdraw = format!("{}/withdraw", path(&asked));
    people.leader.act(&withdraw).await.refused(403, "forbidden");
    people.minh.act(&withdraw).await.refused(404, "not_found");
    assert_eq!(people.lan.act(&withdraw).await.expect(200)["status"], "withdrawn");
    people.lan.act(&withdraw).await.refused(409, "wrong_status");
    people.leader.post(&format!("{}/answer", path(&asked)), answered("real")).await.refused(409, "wrong_status");
}

#[tokio::test]
async fn r_edu_14_accounts_and_opportunities_are_asked_about_alike_and_it_stands_in_their_history() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let lans = account(&team.lan, 1).await;
    let chance = opportunity(&team.lan, &lans, "Truy xuất nguồn gốc").await;
    let asked = ask(&team.lan, "opportunity_id", &chance).await;
    assert_eq!((&asked["account_id"], &asked["addressee_id"]), (&lans["id"], &json!(team.manager.user_id)));
    team.manager.post(&format!("{}/answer", path(&asked)), json!({"answer": "Giảm 5%"})).await.expect(200);
    for record in [format!("/opportunities/{}", id(&chance)), format!("/accounts/{}", id(&lans))] {
        let history = team.lan.history(&record).await;
        assert!(history.ends_with(&["support.requested".into(), "support.answered".into()]), "{history:?}");
    }
    let event = team.lan.all(&format!("/accounts/{}/timeline?kind=support.answered", id(&lans))).await.remove(0);
    assert_eq!(event["changes"]["answer"], json!({"from": null, "to": "Giảm 5%"}));
    assert_eq!(team.lan.all(&format!("/support-requests?account_id={}", id(&lans))).await.len(), 1);
}

#[tokio::test]
async fn r_edu_14_every_fault_of_a_request_is_told_at_once() {
    let world = World::under("easyedu").await;
    let people = people(&world).await;
    let (lead, hidden) = (own_lead(&people.lan, 1).await, own_lead(&people.minh, 2).await);
    let account = account(&people.lan, 3).await;
    let unknown = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
    let cases: [(Value, &[(&str, &str)]); 6] = [
        (json!({}), &[("/reason", "required"), ("", "record_required")]),
        (json!({"reason": REASON, "lead_id": lead["id"], "account_id": account["id"]}), &[("/account_id", "only_one_record")]),
        (
            json!({"reason": " ", "lead_id": hidden["id"], "addressee_id": people.minh.user_id}),
            &[("/reason", "blank"), ("/lead_id", "not_found"), ("/addressee_id", "cannot_own")],
        ),
        (json!({"reason": REASON, "lead_id": lead["id"], "addressee_id": unknown}), &[("/addressee_id", "not_found")]),
        (
            json!({"reason": REASON, "lead_id": lead["id"], "addressee_id": people.lan.user_id}),
            &[("/addressee_id", "is_oneself")],
        ),
        (json!({"reason": REASON, "lead_id": lead["id"], "verdict": "real"}), &[("/verdict", "unknown_member")]),
    ];
    for (body, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|(pointer, code)| fault(pointer, code)).collect();
        assert_eq!(people.lan.post("/support-requests", body).await.faults(422), expected);
    }
    assert!(people.lan.all("/support-requests").await.is_empty() && tags(&people.lan, &lead).await.is_empty());
    people.lan.post(&format!("/leads/{}/convert", id(&lead)), json!({})).await.expect(201);
    let converted = json!({"lead_id": lead["id"], "reason": REASON});
    people.lan.post("/support-requests", converted).await.refused(409, "lead_already_converted");
}
