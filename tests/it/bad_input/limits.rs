//! Text that is too long, blank, or contains forbidden characters.

use chot_tests::World;
use chot_tests::fixtures::own_lead;
use serde_json::{Value, json};

use super::{Witness, at, fault};

/// Every free text of a lead and its maximum number of characters.
const TEXTS: [(&str, usize); 9] = [
    ("/name", 200),
    ("/need", 2000),
    ("/description", 5000),
    ("/contact_person/full_name", 200),
    ("/contact_person/job_title", 100),
    ("/contact_points/0/value", 254),
    ("/contact_points/0/label", 100),
    ("/profile/identity_issued_by", 200),
    ("/profile/address/text", 500),
];

/// Every text with a format, a value that is too long for it, and the expected code.
fn formed() -> Vec<(&'static str, String, &'static str)> {
    let digits = "1".repeat(400);
    let email = format!("{}@hoasen.vn", "a".repeat(250));
    let key = "a".repeat(51);
    vec![
        ("/phone", "0".repeat(31), "too_long"),
        ("/contact_person/phone", "0".repeat(31), "too_long"),
        ("/email", email.clone(), "too_long"),
        ("/contact_person/email", email, "too_long"),
        ("/tax_code", digits.clone(), "invalid_tax_code"),
        ("/citizen_id", digits.clone(), "invalid_citizen_id"),
        ("/source", key.clone(), "too_long"),
        ("/rank", key.clone(), "too_long"),
        ("/profile/business_type", key.clone(), "too_long"),
        ("/profile/way_of_selling", key.clone(), "too_long"),
        ("/profile/line_of_business", key, "too_long"),
        ("/profile/website", format!("https://hoasen.vn/{}", "a".repeat(500)), "too_long"),
        ("/profile/address/province_code", "001".into(), "too_long"),
        ("/profile/address/commune_code", "000701".into(), "too_long"),
        ("/product_id", digits.clone(), "invalid_id"),
        ("/owner_id", digits, "invalid_id"),
    ]
}

#[tokio::test]
async fn every_text_of_a_lead_ends_where_it_says() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for (pointer, limit) in TEXTS {
        let over = lan.post("/leads", at(pointer, json!("ế".repeat(limit + 1)))).await.faults(422);
        assert_eq!(over, [fault(pointer, "too_long")]);
        witness.no_event(pointer).await;
    }
    for (pointer, value, code) in formed() {
        let over = lan.post("/leads", at(pointer, json!(value))).await.faults(422);
        assert_eq!(over, [fault(pointer, code)]);
        witness.no_event(pointer).await;
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_text_of_just_the_length_is_kept_whole_whatever_its_letters() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for (pointer, limit) in TEXTS {
        for letter in ["ế", "𝕏", "e\u{302}\u{301}"] {
            let text = letter.repeat(limit);
            let lead = lan.post("/leads", at(pointer, json!(text))).await.expect(201);
            let kept = lead.pointer(pointer).and_then(Value::as_str).unwrap();
            assert_eq!(kept.chars().count(), limit, "{pointer} {letter}");
        }
    }
}

#[tokio::test]
async fn blank_text_and_nul_characters_are_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for (pointer, _) in TEXTS {
        for (value, code) in [("", "blank"), (" \t\u{a0}\n", "blank"), ("a\0b", "nul_character"), ("\0", "nul_character")] {
            let faults = lan.post("/leads", at(pointer, json!(value))).await.faults(422);
            assert_eq!(faults, [fault(pointer, code)], "{value:?}");
        }
        witness.no_event(pointer).await;
    }
    for (pointer, value, _) in formed().into_iter().filter(|(pointer, ..)| !pointer.ends_with("_id")) {
        let with_nul = format!("{}\0", value.chars().next().unwrap());
        let faults = lan.post("/leads", at(pointer, json!(with_nul))).await.faults(422);
        assert_eq!(faults, [fault(pointer, "nul_character")]);
        let faults = lan.post("/leads", at(pointer, json!(""))).await.faults(422);
        assert_eq!((faults.len(), &faults[0].0[..]), (1, pointer));
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn control_characters_and_foreign_scripts_are_kept_as_they_came() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let odd = "Dòng một\nDòng hai\t\u{202e}ngược\u{202c} 🇻🇳 👩‍👩‍👧 \u{feff}<script>alert('x')</script>'; DROP TABLE leads; --";
    let lead = lan.post("/leads", at("/need", json!(odd))).await.expect(201);
    assert_eq!(lead["need"], odd);
    assert_eq!(lan.all("/leads").await.remove(0)["need"], odd);
}

#[tokio::test]
async fn lists_end_where_they_say() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let points = |count: usize| json!(vec![json!({"channel": "other", "value": "x"}); count]);
    assert_eq!(lan.post("/leads", at("/contact_points", points(11))).await.faults(422), [fault("/contact_points", "too_many")]);
    let patch = lan.patch(&format!("/leads/{}", chot_tests::fixtures::id(&lead)), 1, json!({"contact_points": points(11)})).await;
    assert_eq!(patch.faults(422), [fault("/contact_points", "too_many")]);
    witness.nothing_written().await;
    assert_eq!(
        lan.post("/leads", at("/contact_points", points(10))).await.expect(201)["contact_points"].as_array().unwrap().len(),
        10
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let large = json!({"description": "x".repeat(1 << 20)});
    lan.post("/leads", large.clone()).await.refused(413, "body_too_large");
    world.anonymous().post("/auth/login", large).await.refused(413, "body_too_large");
    let almost = at("/description", json!("x".repeat((1 << 20) - 1000)));
    assert_eq!(lan.post("/leads", almost).await.faults(422), [fault("/description", "too_long")]);
    witness.nothing_written().await;
}
