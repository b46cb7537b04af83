//! The survey of the Easy Edu playbook: custom fields of the playbook, answered on leads and accounts.

use chot_tests::fixtures::{account, company, id, own_lead, version};
use chot_tests::{Client, World, fault};
use serde_json::{Value, json};

use crate::identity::people::write;
use crate::robustness::at_once::database;

fn answers() -> Value {
    json!({
        "business_model": "language_center", "has_specialised_departments": false, "staff_count": 25, "pupil_count": 480,
        "course_models": ["classroom", "online"],
    })
}

/// A lead of the client with these answers.
async fn surveyed(client: &Client, number: u32, answers: Value) -> Value {
    let mut draft = company(number);
    draft["owner_id"] = json!(client.user_id);
    draft["custom_fields"] = answers;
    client.post("/leads", draft).await.expect(201)
}

#[tokio::test]
async fn r_edu_25_to_29_the_survey_is_answered_on_leads_and_accounts() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let playbook = lan.get("/playbook").await.expect(200);
    let survey = &playbook["playbook"]["field_sets"][0];
    assert_eq!((&survey["key"], &survey["records"]), (&json!("survey"), &json!(["lead", "account"])));
    let lead = surveyed(&lan, 1, answers()).await;
    assert_eq!(lead["custom_fields"], answers());
    assert_eq!(lan.get(&format!("/leads/{}", id(&lead))).await.expect(200)["custom_fields"], answers());
    let draft =
        json!({"name": "Trung tâm Sao Mai", "phone": "0912345678", "custom_fields": {"staff_count": 0, "pupil_count": null}});
    let account = lan.post("/accounts", draft).await.expect(201);
    assert_eq!(account["custom_fields"], json!({"staff_count": 0}), "null is no answer");
    assert_eq!(own_lead(&lan, 2).await["custom_fields"], json!({}));
}

#[tokio::test]
async fn r_edu_25_to_29_a_patch_changes_the_answers_that_it_names_and_history_tells_of_it() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = surveyed(&lan, 1, json!({"staff_count": 25, "business_model": "school"})).await;
    let path = format!("/leads/{}", id(&lead));
    let patch = json!({"custom_fields": {"staff_count": null, "pupil_count": 480, "course_models": ["online"]}});
    let patched = lan.patch(&path, version(&lead), patch).await.expect(200);
    let expected = json!({"business_model": "school", "pupil_count": 480, "course_models": ["online"]});
    assert_eq!(patched["custom_fields"], expected);
    let event = lan.all(&format!("{path}/timeline?kind=lead.updated")).await.remove(0);
    assert_eq!(event["changes"], json!({"custom_fields": {"from": lead["custom_fields"], "to": expected}}));
    let emptied = lan.patch(&path, version(&patched), json!({"custom_fields": {"course_models": []}})).await.expect(200);
    assert_eq!(emptied["custom_fields"], json!({"business_model": "school", "pupil_count": 480}));
}

#[tokio::test]
async fn r_edu_25_to_29_every_fault_is_told_where_it_stands() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let mut draft = company(1);
    draft["custom_fields"] = json!({
        "business_model": "bank", "has_specialised_departments": "yes", "staff_count": 2.5, "pupil_count": -1,
        "course_models": ["online", "radio", 5, "online"], "turnover": 5,
    });
    draft["rank"] = json!("platinum");
    let expected = [
        fault("/rank", "unknown_key"),
        fault("/custom_fields/business_model", "unknown_key"),
        fault("/custom_fields/course_models/1", "unknown_key"),
        fault("/custom_fields/course_models/2", "wrong_type"),
        fault("/custom_fields/course_models/3", "repeated"),
        fault("/custom_fields/has_specialised_departments", "wrong_type"),
        fault("/custom_fields/pupil_count", "out_of_range"),
        fault("/custom_fields/staff_count", "wrong_type"),
        fault("/custom_fields/turnover", "unknown_key"),
    ];
    assert_eq!(lan.post("/leads", draft.clone()).await.faults(422), expected);
    draft.as_object_mut().unwrap().remove("rank");
    assert_eq!(
        lan.post("/accounts", json!({"name": "Sao Mai", "custom_fields": draft["custom_fields"]})).await.faults(422),
        expected[1..]
    );
    for misplaced in [json!("online"), json!([1]), json!(null)] {
        draft["custom_fields"] = misplaced;
        assert_eq!(lan.post("/leads", draft.clone()).await.faults(422), [fault("/custom_fields", "wrong_type")]);
    }
    let lead = own_lead(&lan, 2).await;
    let wrong = json!({"custom_fields": {"course_models": {"online": true}, "staff_count": 1_000_000_000_001_i64}});
    let found = lan.patch(&format!("/leads/{}", id(&lead)), 1, wrong).await.faults(422);
    assert_eq!(found, [fault("/custom_fields/course_models", "wrong_type"), fault("/custom_fields/staff_count", "out_of_range")]);
}

#[tokio::test]
async fn where_the_playbook_declares_no_fields_none_are_answered() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let mut draft = company(1);
    draft["custom_fields"] = json!({"staff_count": 5});
    assert_eq!(lan.post("/leads", draft).await.faults(422), [fault("/custom_fields/staff_count", "unknown_key")]);
}

#[tokio::test]
async fn r_edu_25_to_29_a_conversion_carries_the_answers_that_the_account_does_not_have() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let created = surveyed(&lan, 1, answers()).await;
    let convert = format!("/leads/{}/convert", id(&created));
    let preview = lan.post(&format!("{convert}/preview"), json!({})).await.expect(200);
    assert_eq!(preview["account"]["fields"]["custom_fields"], answers());
    let carried = json!({"field": "custom_fields.staff_count", "to": "account.custom_fields.staff_count"});
    assert!(preview["carried"].as_array().unwrap().contains(&carried), "{:#}", preview["carried"]);
    let conversion = lan.post(&convert, json!({})).await.expect(201);
    let path = format!("/accounts/{}", conversion["account_id"].as_str().unwrap());
    assert_eq!(lan.get(&path).await.expect(200)["custom_fields"], answers());

    let target = account(&lan, 2).await;
    let path = format!("/accounts/{}", id(&target));
    lan.patch(&path, version(&target), json!({"custom_fields": {"staff_count": 7}})).await.expect(200);
    let lead = surveyed(&lan, 3, json!({"staff_count": 25, "pupil_count": 480})).await;
    let mut order = json!({"account": {"action": "link", "id": target["id"]}, "opportunities": []});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order.clone()).await.expect(201);
    assert_eq!(lan.get(&path).await.expect(200)["custom_fields"], json!({"staff_count": 7, "pupil_count": 480}));
    let stays = json!({"field": "custom_fields.staff_count", "reason": "already_filled"});
    assert!(conversion["not_carried"].as_array().unwrap().contains(&stays), "{:#}", conversion["not_carried"]);
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    assert_eq!(lan.get(&path).await.expect(200)["custom_fields"], json!({"staff_count": 7}));
    order["account"]["overwrite"] = json!(["custom_fields"]);
    lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    assert_eq!(lan.get(&path).await.expect(200)["custom_fields"], json!({"staff_count": 25, "pupil_count": 480}));
}

/// Retires a field and an option of the playbook before the playbook is read.
async fn retire(world: &World) {
    let mut playbook = serde_json::to_value(chot_domain::playbook::embedded("easyedu").unwrap()).unwrap();
    let fields = playbook["field_sets"][0]["fields"].as_array_mut().unwrap();
    for field in fields.iter_mut().filter(|field| field["key"] == "staff_count") {
        field["is_retired"] = json!(true);
    }
    for field in fields.iter_mut().filter(|field| field["key"] == "course_models") {
        field["options"][0]["is_retired"] = json!(true);
    }
    write(&database(world).await, "UPDATE playbooks SET document = $1 WHERE version = 1", [playbook.into()]).await;
}

#[tokio::test]
async fn an_answer_to_a_field_that_was_retired_stays_and_takes_nothing_new() {
    let world = World::under("easyedu").await;
    retire(&world).await;
    let lan = world.user("salesperson").await;
    let mut draft = company(1);
    draft["custom_fields"] = json!({"staff_count": 25, "course_models": ["online", "classroom"]});
    let retired = [fault("/custom_fields/course_models/1", "retired_key"), fault("/custom_fields/staff_count", "retired_key")];
    assert_eq!(lan.post("/leads", draft).await.faults(422), retired);

    let lead = own_lead(&lan, 2).await;
    let path = format!("/leads/{}", id(&lead));
    let before = json!({"staff_count": 25, "course_models": ["classroom"]});
    write(&database(&world).await, "UPDATE leads SET custom_fields = $1", [before.clone().into()]).await;
    assert_eq!(lan.get(&path).await.expect(200)["custom_fields"], before);
    let more = json!({"custom_fields": {"pupil_count": 480, "course_models": ["online", "classroom"]}});
    let patched = lan.patch(&path, 2, more).await.expect(200);
    let expected = json!({"staff_count": 25, "pupil_count": 480, "course_models": ["online", "classroom"]});
    assert_eq!(patched["custom_fields"], expected);
    let other = lan.patch(&path, 3, json!({"custom_fields": {"staff_count": 26}})).await.faults(422);
    assert_eq!(other, [fault("/custom_fields/staff_count", "retired_key")]);
    let conversion = lan.post(&format!("{path}/convert"), json!({})).await.expect(201);
    let account = lan.get(&format!("/accounts/{}", conversion["account_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(account["custom_fields"], expected, "it is carried on");
    let cleared = json!({"custom_fields": {"staff_count": null}});
    let cleared = lan.patch(&format!("/accounts/{}", id(&account)), version(&account), cleared).await.expect(200);
    assert_eq!(cleared["custom_fields"]["staff_count"], json!(null));
}
