//! Events of the Stringee webhook.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, phone, team, text};
use serde_json::{Value, json};

use super::{SECRET, connected, email, event, fault, send, signature, tell, with};

#[tokio::test]
async fn r_ichk_75_a_22_an_answered_call_is_written_down_on_its_opportunity_once() {
    let (world, admin) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Tem").await;
    let called = |status: &str, seconds_ago| {
        with(event("call-1", status, "84987654321", seconds_ago), json!({"clientCustomData": chance["id"]}))
    };
    for (status, seconds_ago) in [("created", 80), ("started", 79), ("ringing", 75), ("answered", 70)] {
        assert_eq!(tell(&world, &called(status, seconds_ago)).await.expect(200), json!({"received": true}));
    }
    assert!(admin.all("/activities").await.is_empty());
    let ended = with(called("ended", 8), json!({"answerDuration": 62, "duration": 72, "endedBy": "EXTERNAL"}));
    tell(&world, &ended).await.expect(200);
    let activities = lan.all(&format!("/activities?opportunity_id={}", id(&chance))).await;
    assert_eq!(activities.len(), 1);
    let call = &activities[0];
    assert_eq!((&call["kind"], &call["status"], &call["outcome"]), (&json!("call"), &json!("done"), &json!("successful")));
    assert_eq!(
        (&call["is_via_telephony"], &call["talk_seconds"], &call["recording_url"]),
        (&json!(true), &json!(62), &json!(null))
    );
    assert_eq!((&call["owner_id"], &call["account_id"]), (&json!(lan.user_id), &customer["id"]));
    assert_eq!(call["subject"], "Cuộc gọi đi +84987654321");
    let history = lan.history(&format!("/opportunities/{}", id(&chance))).await;
    assert_eq!(history[history.len() - 2..], ["activity.logged", "evidence.given"]);

    // Repeated and late events change nothing.
    for late in [&ended, &called("ringing", 75), &called("answered", 70), &with(called("ended", 7), json!({"answerDuration": 0}))]
    {
        tell(&world, late).await.expect(200);
    }
    assert_eq!(lan.all("/activities").await, activities);

    // The address of the recording comes later, alone.
    assert!(lan.all("/activities?has_recording=true").await.is_empty());
    let recording = json!({
        "call_id": "call-1", "timestamp_ms": chrono::Utc::now().timestamp_millis(), "recording_url": "https://rec.example.vn/call-1.mp3",
    });
    for _ in 0..2 {
        tell(&world, &recording).await.expect(200);
    }
    let heard = lan.all(&format!("/activities?account_id={}&has_recording=true", id(&customer))).await;
    assert_eq!((heard.len(), &heard[0]["recording_url"], &heard[0]["version"]), (1, &recording["recording_url"], &json!(2)));
    let counters = lan.get(&format!("/accounts/{}/counters", id(&customer))).await.expect(200);
    assert_eq!((&counters["recordings"], &counters["meetings"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn in_whatever_order_the_events_come_the_call_is_the_same() {
    let (world, _) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Tem").await;
    let story: Vec<Value> = [("started", 80), ("answered", 70), ("ended", 8)]
        .into_iter()
        .map(|(status, ago)| event("x", status, "84987654321", ago))
        .collect();
    for (number, order) in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]].into_iter().enumerate() {
        for place in order {
            let told = json!({"call_id": format!("call-{number}"), "clientCustomData": chance["id"]});
            tell(&world, &with(story[place].clone(), told)).await.expect(200);
        }
    }
    let calls = lan.all("/activities").await;
    assert_eq!(calls.len(), 4);
    for call in &calls {
        // The duration is missing, so it follows from the answer and the end.
        assert_eq!((&call["outcome"], &call["talk_seconds"]), (&json!("successful"), &json!(62)), "{call:#}");
    }
}

#[tokio::test]
async fn a_22_a_call_that_nobody_answered_is_not_successful() {
    let (world, admin) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let asked = json!({"request_from_user_id": email(&admin, &lan).await.to_uppercase(), "clientCustomData": json!({"lead_id": lead["id"]}).to_string()});
    tell(&world, &with(with(event("call-1", "ended", "84987654321", 5), asked), json!({"answerDuration": 0}))).await.expect(200);
    let calls = lan.all(&format!("/activities?lead_id={}", id(&lead))).await;
    assert_eq!((calls.len(), &calls[0]["outcome"], &calls[0]["talk_seconds"]), (1, &json!("no_answer"), &json!(0)));
}

#[tokio::test]
async fn a_22_without_a_word_of_what_it_is_about_the_number_decides_and_only_one_open_primary_opportunity_counts() {
    let (world, _) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let chance = opportunity(&lan, &customer, "Tem").await;
    let huong = json!({"account_id": customer["id"], "full_name": "Chị Hương", "phone": "0987654321"});
    lan.post("/contacts", huong).await.expect(201);
    let ended = async |call_id: &str, number: &str| {
        tell(&world, &with(event(call_id, "ended", number, 5), json!({"answerDuration": 9}))).await.expect(200);
        let newest = lan.all("/activities").await.swap_remove(0);
        [&newest["lead_id"], &newest["account_id"], &newest["opportunity_id"]].map(Clone::clone)
    };
    let nothing = json!(null);
    let on_chance = [nothing.clone(), customer["id"].clone(), chance["id"].clone()];
    assert_eq!(ended("by-account", text(&customer, "phone").trim_start_matches('+')).await, on_chance);
    assert_eq!(ended("by-contact", "84987654321").await, on_chance);
    let secondary = json!({"account_id": customer["id"], "name": "Máy in", "classification": "secondary"});
    lan.post("/opportunities", secondary).await.expect(201);
    assert_eq!(ended("beside-secondary", "84987654321").await, on_chance);
    opportunity(&lan, &customer, "Truy xuất").await;
    assert_eq!(ended("of-two", "84987654321").await, [nothing.clone(), customer["id"].clone(), nothing.clone()]);
    let lead = own_lead(&lan, 7).await;
    assert_eq!(
        ended("by-lead", text(&lead, "phone").trim_start_matches('+')).await,
        [lead["id"].clone(), nothing.clone(), nothing.clone()]
    );
}

#[tokio::test]
async fn inbound_calls_belong_to_who_took_them_and_calls_among_colleagues_to_nobody() {
    let (world, admin) = connected("icheck").await;
    let team = team(&world).await;
    let customer = account(&team.lan, 1).await;
    let minh = email(&admin, &team.minh).await;
    let inbound = json!({
        "from": {"number": text(&customer, "phone").trim_start_matches('+'), "type": "external"},
        "to": {"number": "842471000000", "alias": minh, "type": "internal"}, "answerDuration": 30,
    });
    tell(&world, &with(event("in-1", "ended", "", 5), inbound)).await.expect(200);
    let taken = team.minh.all("/activities").await;
    assert_eq!((taken.len(), &taken[0]["owner_id"], &taken[0]["account_id"]), (1, &json!(team.minh.user_id), &customer["id"]));
    assert!(text(&taken[0], "subject").starts_with("Cuộc gọi đến"));
    let among = json!({"to": {"number": "101", "type": "internal"}, "request_from_user_id": minh});
    tell(&world, &with(event("in-2", "ended", "", 5), among)).await.expect(200);
    // Without a user and a record.
    tell(&world, &event("in-3", "ended", "84900000009", 5)).await.expect(200);
    assert_eq!(admin.all("/activities").await.len(), 1);
}

#[tokio::test]
async fn what_is_not_signed_is_not_believed() {
    let world = World::under("icheck").await;
    let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
    let body = event("call-1", "ended", &phone(1), 5).to_string();
    send(&world, &body, Some(&signature(SECRET, &body))).await.refused(401, "invalid_signature");
    assert_eq!(admin.get("/telephony/stringee").await.expect(200)["is_configured"], false);
    lan.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.refused(403, "forbidden");
    lan.get("/telephony/stringee").await.refused(403, "forbidden");
    let set = admin.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.expect(200);
    assert!(!set.to_string().contains(SECRET));
    for wrong in [None, Some(""), Some("xyz"), Some(signature("another", &body).as_str()), Some(signature(SECRET, "{}").as_str())]
    {
        send(&world, &body, wrong).await.refused(401, "invalid_signature");
    }
    send(&world, &format!("{body} "), Some(&signature(SECRET, &body))).await.refused(401, "invalid_signature");
    send(&world, &body, Some(&signature(SECRET, &body))).await.expect(200);
    // A new secret replaces the old one.
    admin.put("/telephony/stringee", json!({"signing_secret": "bi-mat-moi"})).await.expect(200);
    send(&world, &body, Some(&signature(SECRET, &body))).await.refused(401, "invalid_signature");
}

#[tokio::test]
async fn a_replay_and_nonsense_are_refused_though_they_are_signed() {
    let (world, admin) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Tem").await;
    let about = json!({"clientCustomData": chance["id"], "answerDuration": 9});
    let day = 24 * 60 * 60;
    let old = with(event("call-1", "ended", "84987654321", day + 60), about.clone());
    assert_eq!(tell(&world, &old).await.faults(422), [fault("/timestamp_ms", "too_old")]);
    let early = with(event("call-1", "ended", "84987654321", -600), about);
    assert_eq!(tell(&world, &early).await.faults(422), [fault("/timestamp_ms", "in_the_future")]);
    assert_eq!(tell(&world, &json!({})).await.faults(422), [fault("/call_id", "required"), fault("/timestamp_ms", "required")]);
    let far = json!({"call_id": "x", "timestamp_ms": i64::MAX});
    assert_eq!(tell(&world, &far).await.faults(422), [fault("/timestamp_ms", "out_of_range")]);
    let wrong = json!({"call_id": ["x"], "timestamp_ms": "hôm qua", "from": "84"});
    let faults = tell(&world, &wrong).await.faults(422);
    assert_eq!(faults.len(), 3, "{faults:?}");
    send(&world, "{", Some(&signature(SECRET, "{"))).await.refused(400, "malformed_body");
    // Other invalid values do no harm.
    let odd = json!({"clientCustomData": "không phải mã", "recording_url": "javascript:x", "request_from_user_id": " ", "call_status": "agentEnded"});
    tell(&world, &with(event("call-2", "ended", "84x", 5), odd)).await.expect(200);
    assert!(admin.all("/activities").await.is_empty());
}

/// Real events always contain more fields than are used here, and violations beside them are reported as usual.
#[tokio::test]
async fn a_fault_beside_members_that_are_not_read_is_told() {
    let (world, admin) = connected("icheck").await;
    let beside = async |member: &str, value: Value| {
        tell(&world, &with(event("call-1", "ended", "84987654321", 5), json!({member: value}))).await.faults(422)
    };
    assert_eq!(beside("timestamp_ms", json!("1796000000000")).await, [fault("/timestamp_ms", "wrong_type")]);
    assert_eq!(beside("timestamp_ms", json!(i64::MIN)).await, [fault("/timestamp_ms", "out_of_range")]);
    assert_eq!(beside("timestamp_ms", json!(u64::MAX)).await, [fault("/timestamp_ms", "invalid_value")]);
    assert_eq!(beside("from", json!("84987654321")).await, [fault("/from", "wrong_type")]);
    assert_eq!(beside("call_id", Value::Null).await, [fault("/call_id", "wrong_type")]);
    for seconds in [-1, 86_401, 1_000_000_000_000_000_000_i64] {
        assert_eq!(beside("answerDuration", json!(seconds)).await, [fault("/answerDuration", "out_of_range")]);
    }
    assert_eq!(beside("khac", json!({"a": ["\0"]})).await, [fault("/khac/a/0", "nul_character")]);
    for whole in [json!([]), json!([event("call-1", "ended", "84987654321", 5)]), json!("x"), Value::Null] {
        assert_eq!(tell(&world, &whole).await.faults(422), [fault("", "wrong_type")]);
        send(&world, &whole.to_string(), None).await.refused(401, "invalid_signature");
    }
    assert!(admin.all("/activities").await.is_empty());
}

#[tokio::test]
async fn events_that_come_at_once_make_one_call() {
    let (world, _) = connected("icheck").await;
    let lan = world.user("salesperson").await;
    let chance = opportunity(&lan, &account(&lan, 1).await, "Tem").await;
    let told = |status: &str| {
        with(event("call-1", status, "84987654321", 5), json!({"clientCustomData": chance["id"], "answerDuration": 9}))
    };
    let events = ["created", "ringing", "answered", "ended", "ended", "ended"].map(told);
    let all = events.iter().map(|event| tell(&world, event));
    for reply in futures_util::future::join_all(all).await {
        reply.expect(200);
    }
    assert_eq!(lan.all("/activities").await.len(), 1);
}
