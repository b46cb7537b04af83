//! What the playbook adds to a meeting: the check list of the stage and its guidance.

use chot_tests::World;
use chot_tests::fixtures::{qualified_lead, text};
use serde_json::json;

use super::{call, demo, planned, with};

#[tokio::test]
async fn r_edu_48_a_demo_begins_with_the_check_list_of_its_stage() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    assert_eq!(lead["stage"], "demo_granted");
    let meeting = planned(&lan, with(demo(), json!({"lead_id": lead["id"]}))).await;
    let wanted: Vec<_> = meeting["check_list"].as_array().unwrap().iter().map(|item| text(item, "text")).collect();
    assert_eq!(wanted, ["Máy tính", "Internet", "Pin điện thoại", "Laptop"]);
    assert_eq!((&meeting["stage"], &meeting["check_list"][0]["is_done"]), (&json!("demo_granted"), &json!(false)));
    // An explicit list takes precedence, and a call needs none.
    let own = planned(&lan, with(demo(), json!({"lead_id": lead["id"], "check_list": []}))).await;
    assert_eq!(own["check_list"], json!([]));
    let called = planned(&lan, with(call("2026-11-24T02:00:00Z"), json!({"lead_id": lead["id"]}))).await;
    assert_eq!(called["check_list"], json!([]));
}

#[tokio::test]
async fn r_edu_51_53_54_the_stage_tells_presenters_what_to_say() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let pipeline = lan.get("/pipelines/in_sale").await.expect(200);
    let stage = pipeline["stages"].as_array().unwrap().iter().find(|stage| stage["key"] == "demo_granted").unwrap();
    let guidance = text(stage, "guidance");
    for word in ["kịch bản", "45 phút", "key message", "câu hỏi", "hợp đồng mẫu", "tên room = tên khách hàng"]
    {
        assert!(guidance.contains(word), "{word}: {guidance}");
    }
    assert_eq!(pipeline["stages"][0]["guidance"], json!(null));
}
