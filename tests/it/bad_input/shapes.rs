//! Values of the wrong type, unknown members, and arrays instead of objects.

use chot_tests::World;
use chot_tests::fixtures::{account, id, own_lead};
use serde_json::{Value, json};

use super::{Witness, at, fault, right};

/// Every text member of a lead, for values that are not text.
const STRINGS: [&str; 24] = [
    "/name",
    "/phone",
    "/email",
    "/tax_code",
    "/citizen_id",
    "/source",
    "/rank",
    "/product_id",
    "/owner_id",
    "/need",
    "/description",
    "/contact_person/full_name",
    "/contact_person/job_title",
    "/contact_person/phone",
    "/contact_person/email",
    "/contact_points/0/value",
    "/contact_points/0/label",
    "/profile/identity_issued_by",
    "/profile/identity_issued_on",
    "/profile/date_of_birth",
    "/profile/business_type",
    "/profile/address/text",
    "/profile/address/province_code",
    "/profile/website",
];

#[tokio::test]
async fn every_member_that_is_text_takes_only_text() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for pointer in STRINGS {
        for wrong in [json!(5), json!(1.5), json!(true), json!([]), json!(["x"]), json!({}), json!({"x": 1})] {
            let faults = lan.post("/leads", at(pointer, wrong.clone())).await.faults(422);
            assert_eq!(faults, [fault(pointer, "wrong_type")], "{wrong}");
        }
        witness.no_event(pointer).await;
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn members_that_are_lists_objects_or_words_take_nothing_else() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for wrong in [json!(5), json!("x"), json!(true)] {
        for pointer in ["/contact_points", "/contact_points/0", "/contact_person", "/profile", "/profile/address"] {
            let faults = lan.post("/leads", at(pointer, wrong.clone())).await.faults(422);
            assert_eq!(faults, [fault(pointer, "wrong_type")], "{wrong}");
        }
    }
    assert_eq!(lan.post("/leads", at("/contact_points", json!({}))).await.faults(422), [fault("/contact_points", "wrong_type")]);
    assert_eq!(
        lan.post("/leads", at("/contact_points", json!(null))).await.faults(422),
        [fault("/contact_points", "wrong_type")]
    );
    for (pointer, wrong, code) in [
        ("/kind", json!("alien"), "not_one_of"),
        ("/kind", json!("Company"), "not_one_of"),
        ("/kind", json!(5), "wrong_type"),
        ("/kind", json!([]), "wrong_type"),
        ("/kind", json!(null), "wrong_type"),
        ("/contact_points/0/channel", json!("pigeon"), "not_one_of"),
        ("/contact_points/0/channel", json!(true), "wrong_type"),
        ("/contact_points/0/channel", json!(null), "wrong_type"),
    ] {
        assert_eq!(lan.post("/leads", at(pointer, wrong.clone())).await.faults(422), [fault(pointer, code)], "{wrong}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_word_is_not_an_object() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for (pointer, word) in [("/kind", "individual"), ("/contact_points/0/channel", "other")] {
        let faults = lan.post("/leads", at(pointer, json!({word: null}))).await.faults(422);
        assert_eq!(faults, [fault(pointer, "wrong_type")]);
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn an_array_is_not_an_object_at_any_depth() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let places = [
        ("/contact_person", json!(["Chị Hương", null, null, null])),
        ("/contact_person", json!([])),
        ("/contact_points/0", json!(["other", "x", null])),
        ("/profile", json!([])),
        ("/profile/address", json!(["12 Hàng Bài", null, null])),
    ];
    for (pointer, array) in places {
        let faults = lan.post("/leads", at(pointer, array.clone())).await.faults(422);
        assert_eq!(faults, [fault(pointer, "wrong_type")], "{array}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_whole_body_that_is_an_array_is_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let in_order = [
        "kind",
        "name",
        "phone",
        "email",
        "contact_points",
        "tax_code",
        "citizen_id",
        "source",
        "rank",
        "product_id",
        "contact_person",
        "profile",
        "need",
        "description",
        "owner_id",
    ];
    let lead = at("/contact_points", json!([]));
    let mut as_array: Vec<Value> = in_order.iter().map(|member| lead[member].clone()).collect();
    as_array[11] = json!({});
    for body in [json!([]), json!([right()]), json!(as_array), json!("x"), json!(5), json!(true), json!(null)] {
        assert_eq!(lan.post("/leads", body.clone()).await.faults(422), [fault("", "wrong_type")], "{body}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn a_verb_whose_members_are_all_optional_takes_no_array_either() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let ours = format!("/accounts/{}", id(&account(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let verbs = [
        (format!("{lead}/mark-contacted"), json!(["Đã gọi"])),
        (format!("{lead}/recycle"), json!([null, "Sau Tết"])),
        (format!("{lead}/convert"), json!([])),
        (format!("{ours}/release"), json!(["manual", null])),
    ];
    for (path, body) in verbs {
        assert_eq!(lan.post(&path, body).await.faults(422), [fault("", "wrong_type")], "{path}");
        witness.no_event(&path).await;
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn unknown_members_are_named_wherever_they_stand() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let witness = Witness::of(&world).await;
    let mut body = right();
    body["zz"] = json!(null);
    body["a/b~c"] = json!(1);
    body["NAME"] = json!("x");
    body["contact_person"] = json!({"full_name": "Hương", "age": 5});
    body["contact_points"] = json!([{"channel": "other", "value": "x"}, {"channel": "other", "value": "y", "kind": "z"}]);
    body["profile"] = json!({"address": {"text": "x", "district": "Ba Đình"}, "color": "red"});
    let mut faults = lan.post("/leads", body).await.faults(422);
    faults.sort();
    let pointers = [
        "/NAME",
        "/a~1b~0c",
        "/contact_person/age",
        "/contact_points/1/kind",
        "/profile/address/district",
        "/profile/color",
        "/zz",
    ];
    assert_eq!(faults, pointers.map(|pointer| fault(pointer, "unknown_member")));
    assert_eq!(lan.post(&format!("{lead}/claim"), json!({"force": true})).await.faults(422), [fault("/force", "unknown_member")]);
    assert_eq!(lan.patch(&lead, 1, json!({"status": "converted"})).await.faults(422), [fault("/status", "immutable")]);
    witness.nothing_written().await;
}

#[tokio::test]
async fn an_unknown_member_with_an_endless_name_is_refused_as_the_contract_says() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut body = right();
    body[&"x".repeat(10_000)] = json!(1);
    let told = lan.post("/leads", body).await.refused(422, "validation_failed");
    assert_eq!(told["errors"][0]["code"], "unknown_member");
}

#[tokio::test]
async fn of_very_many_faults_a_hundred_are_told() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let mut body = right();
    for number in 0..2_000 {
        body[format!("m{number}")] = json!(number);
    }
    assert_eq!(lan.post("/leads", body).await.faults(422).len(), 100);
    let points = json!(vec![json!(0); 2_000]);
    let faults = lan.post("/leads", at("/contact_points", points)).await.faults(422);
    assert_eq!((faults.len(), &faults[99]), (100, &fault("/contact_points/99", "wrong_type")));
    witness.nothing_written().await;
}
