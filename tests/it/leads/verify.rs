//! Whether a lead's information is real, and the consequences.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, qualified_lead, version};
use serde_json::json;

use super::{fault, team, words};

#[tokio::test]
async fn r_suno_15_the_salesperson_notes_whether_the_information_is_real() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    assert_eq!(lead["verification"], json!(null));
    let path = format!("/leads/{}", id(&lead));
    let order = json!({"result": "real", "note": "Đã xem giấy phép"});
    let real = lan.post(&format!("{path}/verify"), order).await.expect(200);
    assert_eq!((&real["verification"], &real["status"]), (&json!("real"), &json!("qualified")));
    let event = &lan.all(&format!("{path}/timeline?kind=lead.qualified")).await[0];
    assert_eq!((&event["facts"]["verification"], &event["changes"]["note"]["to"]), (&json!("real"), &json!("Đã xem giấy phép")));

    let odd = lan.post(&format!("{path}/verify"), json!({"result": "real", "reason": "wrong_number"})).await.faults(422);
    assert_eq!(odd, [fault("/reason", "not_for_this_result")]);
    let unsaid = lan.post(&format!("{path}/verify"), json!({"result": "not_real"})).await.faults(422);
    assert_eq!(unsaid, [fault("/reason", "required")]);
    let unknown = lan.post(&format!("{path}/verify"), json!({"result": "not_real", "reason": "bad_mood"})).await.faults(422);
    assert_eq!(unknown, [fault("/reason", "unknown_key")]);
    assert_eq!(version(&lan.get(&path).await.expect(200)), version(&real));
}

#[tokio::test]
async fn r_suno_15_a_lead_that_nobody_works_is_not_verified() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let lead = manager.post("/leads", company(1)).await.expect(201);
    let refused = manager.post(&format!("/leads/{}/verify", id(&lead)), json!({"result": "real"})).await;
    let refused = refused.refused(409, "wrong_status");
    assert_eq!(refused["current_status"], "new");
    assert_eq!(refused["allowed_from"], json!(["assigned", "contacting", "qualified"]));
}

#[tokio::test]
async fn r_suno_16_only_what_is_real_becomes_an_account() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    lan.act(&format!("{path}/convert")).await.refused(409, "lead_not_verified");
    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    lan.act(&format!("{path}/convert")).await.refused(409, "lead_not_verified");
    lan.post(&format!("{path}/convert/preview"), json!({})).await.refused(409, "lead_not_verified");
    assert!(lan.all("/accounts").await.is_empty());
    lan.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200);
    lan.act(&format!("{path}/convert")).await.expect(201);
    assert_eq!(lan.all("/accounts").await.len(), 1);
}

#[tokio::test]
async fn r_suno_17_what_is_not_real_is_closed_as_junk_with_a_reason() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    for (number, reason) in (1..).zip(words(&lan, "junk_reasons").await) {
        let lead = own_lead(&lan, number).await;
        let path = format!("/leads/{}", id(&lead));
        let order = json!({"result": "not_real", "reason": reason, "note": "Gọi ba lần không được"});
        let junk = lan.post(&format!("{path}/verify"), order).await.expect(200);
        assert_eq!((&junk["status"], &junk["verification"]), (&json!("junk"), &json!("not_real")));
        assert_eq!((&junk["close_reason"], &junk["close_note"]), (&json!(reason), &json!("Gọi ba lần không được")));
        lan.act(&format!("{path}/convert")).await.refused(409, "wrong_status");
    }
    assert!(lan.all("/accounts").await.is_empty());
}

#[tokio::test]
async fn r_suno_17_junk_no_longer_stands_in_the_working_lists() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let (kept, junk) = (own_lead(&lan, 1).await, own_lead(&lan, 2).await);
    lan.post(&format!("/leads/{}/junk", id(&junk)), json!({"reason": "wrong_number"})).await.expect(200);
    let found = lan.all("/leads?status=junk").await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&junk)], "it is found when it is asked for");
    let working = lan.all("/leads").await;
    assert_eq!(working.iter().map(id).collect::<Vec<_>>(), [id(&kept)]);
}

#[tokio::test]
async fn r_suno_17_junk_is_found_by_who_looks_for_it_and_stands_in_no_list_of_work() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let (kept, junk) = (own_lead(&lan, 1).await, own_lead(&lan, 2).await);
    for lead in [&kept, &junk] {
        lan.post(&format!("/leads/{}/tags", id(lead)), json!({"tag": "hot"})).await.expect(200);
    }
    lan.post(&format!("/leads/{}/junk", id(&junk)), json!({"reason": "wrong_number"})).await.expect(200);
    let found = async |query: &str| {
        let mut found: Vec<_> = lan.all(&format!("/leads?sort=created_at&{query}")).await.iter().map(id).collect();
        found.sort();
        found
    };
    for of_work in ["in_pool=false", "kind=company", "tag=hot", "is_follow_up_due=false", "stage=assigned"] {
        assert_eq!(found(of_work).await, [id(&kept)], "{of_work}");
    }
    assert_eq!(found(&format!("owner_id={}", lan.user_id)).await, [id(&kept)]);
    let number = junk["tax_code"].as_str().unwrap();
    for particular in ["status=junk", "stage=junk", "q=hoa+sen+2", &format!("phone={}", phone(2)), &format!("tax_code={number}")]
    {
        assert_eq!(found(particular).await, [id(&junk)], "{particular}");
    }

    // On the board it is in the column of leads that are not real, and in no other.
    let board = lan.get("/pipelines/leads/board").await.expect(200);
    let columns = board["columns"].as_array().unwrap().iter().filter(|column| column["count"] != 0);
    let cards: Vec<_> = columns.map(|column| (&column["stage"], &column["count"])).collect();
    assert_eq!(cards, [(&json!("assigned"), &json!(1)), (&json!("junk"), &json!(1))]);
}

#[tokio::test]
async fn r_suno_17_junk_is_not_in_the_pool() {
    let world = World::under("suno").await;
    let (manager, lan) = (world.user("manager").await, world.user("salesperson").await);
    let lead = manager.post("/leads", company(1)).await.expect(201);
    let path = format!("/leads/{}", id(&lead));
    manager.post(&format!("{path}/junk"), json!({"reason": "fake_information"})).await.expect(200);
    lan.act(&format!("{path}/claim")).await.refused(409, "wrong_status");
    assert!(lan.all("/leads?in_pool=true").await.is_empty(), "the pool holds what can be given out or taken");
}

#[tokio::test]
async fn r_suno_17_junk_that_turns_out_to_be_real_is_taken_up_again() {
    let world = World::under("suno").await;
    let team = team(&world).await;
    let lead = qualified_lead(&team.lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    team.lan.post(&format!("{path}/junk"), json!({"reason": "shop_closed", "note": "Đóng cửa"})).await.expect(200);
    team.minh.act(&format!("{path}/resume")).await.refused(404, "not_found");
    let again = team.lan.act(&format!("{path}/resume")).await.expect(200);
    assert_eq!(
        (&again["status"], &again["close_reason"], &again["close_note"]),
        (&json!("contacting"), &json!(null), &json!(null))
    );
    team.manager.get(&path).await.expect(200);
}
