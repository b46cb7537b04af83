//! The fields of a lead: the kinds, the header and Level 1 of iCheck, stored and returned in canonical form.

use chot_tests::World;
use chot_tests::fixtures::{company, id, own_lead, phone, product, some_tax_code, text, version};
use serde_json::{Value, json};

use super::{fault, person, team, words};
use crate::identity::people::write;
use crate::robustness::at_once::database;

fn with(mut draft: Value, member: &str, value: Value) -> Value {
    draft[member] = value;
    draft
}

#[tokio::test]
async fn r_ichk_01_r_ichk_97_r_ichk_99_the_form_differs_by_kind() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let a_company = lan.post("/leads", company(1)).await.expect(201);
    let a_person = lan.post("/leads", person(1)).await.expect(201);
    assert_eq!((&a_company["kind"], &a_person["kind"]), (&json!("company"), &json!("individual")));
    assert_eq!((&a_company["citizen_id"], &a_person["tax_code"]), (&json!(null), &json!(null)));

    let mut unsaid = company(2);
    unsaid.as_object_mut().unwrap().remove("kind");
    assert_eq!(lan.post("/leads", unsaid).await.expect(201)["kind"], "company");

    let mixed = with(company(3), "citizen_id", json!("079085001234"));
    let mixed = with(mixed, "profile", json!({"date_of_birth": "1990-05-01"}));
    let faults = lan.post("/leads", mixed).await.faults(422);
    assert_eq!(faults, [fault("/citizen_id", "not_for_this_kind"), fault("/profile/date_of_birth", "not_for_this_kind")]);
    let faults = lan.post("/leads", with(person(3), "tax_code", json!(some_tax_code(3)))).await.faults(422);
    assert_eq!(faults, [fault("/tax_code", "not_for_this_kind")]);

    let people = lan.all("/leads?kind=individual").await;
    assert_eq!(people.iter().map(id).collect::<Vec<_>>(), [id(&a_person)]);
}

#[tokio::test]
async fn r_ichk_100_the_name_is_always_mandatory() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for mut draft in [company(1), person(1)] {
        assert_eq!(
            lan.post("/leads", with(draft.clone(), "name", json!("  \u{a0} "))).await.faults(422),
            [fault("/name", "blank")]
        );
        draft.as_object_mut().unwrap().remove("name");
        assert_eq!(lan.post("/leads", draft).await.faults(422), [fault("/name", "required")]);
    }
    let lead = own_lead(&lan, 2).await;
    let path = format!("/leads/{}", id(&lead));
    for (empty, code) in [(json!(null), "required"), (json!(""), "blank")] {
        assert_eq!(lan.patch(&path, version(&lead), json!({"name": empty})).await.faults(422), [fault("/name", code)]);
    }
    assert_eq!(lan.all("/leads").await.len(), 1);
}

#[tokio::test]
async fn r_ichk_101_a_salesperson_may_be_named_or_not() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let nobodys = team.lan.post("/leads", company(1)).await.expect(201);
    assert_eq!((&nobodys["owner_id"], &nobodys["status"], &nobodys["assigned_at"]), (&json!(null), &json!("new"), &json!(null)));
    let own = own_lead(&team.lan, 2).await;
    assert_eq!((&own["owner_id"], &own["status"]), (&json!(team.lan.user_id), &json!("assigned")));
    let lans = with(company(3), "owner_id", json!(team.lan.user_id));
    team.minh.post("/leads", lans.clone()).await.refused(403, "forbidden");
    let given = team.manager.post("/leads", lans).await.expect(201);
    assert_eq!((&given["owner_id"], &given["owner_name"]), (&json!(team.lan.user_id), &json!("Người dùng salesperson")));
    assert_ne!(given["assigned_at"], json!(null));

    let path = format!("/leads/{}", id(&own));
    let faults = team.lan.patch(&path, 1, json!({"owner_id": team.minh.user_id})).await.faults(422);
    assert_eq!(faults, [fault("/owner_id", "immutable")]);
    let mine = team.lan.all(&format!("/leads?owner_id={}", team.lan.user_id)).await;
    assert_eq!(mine.len(), 2);
}

#[tokio::test]
async fn r_ichk_102_the_rank_is_one_of_the_list() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for (number, rank) in (1..).zip(words(&lan, "customer_ranks").await) {
        let lead = lan.post("/leads", with(company(number), "rank", json!(rank))).await.expect(201);
        assert_eq!(lead["rank"], json!(rank));
        assert_eq!(lan.all(&format!("/leads?rank={rank}")).await.len(), 1);
    }
    let faults = lan.post("/leads", with(company(90), "rank", json!("platinum"))).await.faults(422);
    assert_eq!(faults, [fault("/rank", "unknown_key")]);
}

#[tokio::test]
async fn r_ichk_103_the_service_offered_is_one_that_is_sold() {
    let world = World::under("icheck").await;
    let (lan, admin) = (world.user("salesperson").await, world.user("admin").await);
    let sold = product(&admin, "TRUYXUAT").await;
    let lead = lan.post("/leads", with(company(1), "product_id", sold["id"].clone())).await.expect(201);
    assert_eq!(lead["product_id"], sold["id"]);
    assert_eq!(lan.all(&format!("/leads?product_id={}", id(&sold))).await.len(), 1);

    admin.patch(&format!("/products/{}", id(&sold)), 1, json!({"is_active": false})).await.expect(200);
    for gone in [sold["id"].clone(), json!("019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10")] {
        let faults = lan.post("/leads", with(company(2), "product_id", gone)).await.faults(422);
        assert_eq!(faults, [fault("/product_id", "not_found")]);
    }
    // Records that already refer to it keep it, and can still be changed otherwise.
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(lan.patch(&path, 1, json!({"need": "Tem QR"})).await.expect(200)["product_id"], sold["id"]);
}

#[tokio::test]
async fn r_ichk_104_nobody_says_that_a_customer_is_an_old_one() {
    let world = World::under("icheck").await;
    let admin = world.user("admin").await;
    let lead = own_lead(&admin, 1).await;
    assert_eq!(lead["is_returning_customer"], json!(false));
    let faults = admin.post("/leads", with(company(2), "is_returning_customer", json!(true))).await.faults(422);
    assert_eq!(faults, [fault("/is_returning_customer", "unknown_member")]);
    let faults = admin.patch(&format!("/leads/{}", id(&lead)), 1, json!({"is_returning_customer": true})).await.faults(422);
    assert_eq!(faults, [fault("/is_returning_customer", "unknown_member")]);
}

#[tokio::test]
async fn r_ichk_107_r_ichk_111_r_ichk_112_r_ichk_113_a_companys_registration_is_answered_canonically() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let sent = json!({
        "name": "  Co\u{302}ng ty TNHH Nông sản  ",
        "phone": "024 3825 1234",
        "email": "Lien.He@HoaSen.VN",
        "tax_code": "0100112437-001",
        "source": "fair",
        "need": " Tem chống giả ",
        "profile": {
            "identity_issued_by": "Sở Kế hoạch và Đầu tư Hà Nội",
            "identity_issued_on": "2015-06-30",
            "address": {"text": "12 Hàng Bài, Hoàn Kiếm", "province_code": "01", "commune_code": "00070"},
            "website": "HoaSen.vn",
        },
    });
    let lead = lan.post("/leads", sent).await.expect(201);
    let stands = [
        ("name", json!("Công ty TNHH Nông sản")),
        ("phone", json!("+842438251234")),
        ("email", json!("lien.he@hoasen.vn")),
        ("tax_code", json!("0100112437001")),
        ("need", json!("Tem chống giả")),
        ("source", json!("fair")),
    ];
    for (member, value) in stands {
        assert_eq!(lead[member], value, "{member}");
    }
    assert_eq!(lead["profile"]["identity_issued_by"], "Sở Kế hoạch và Đầu tư Hà Nội");
    assert_eq!(lead["profile"]["identity_issued_on"], "2015-06-30");
    assert_eq!(lead["profile"]["website"], "https://hoasen.vn/");
    let address = json!({"text": "12 Hàng Bài, Hoàn Kiếm", "province_code": "01", "commune_code": "00070"});
    assert_eq!(lead["profile"]["address"], address);
    assert_eq!(lan.get(&format!("/leads/{}", id(&lead))).await.expect(200), lead);
    assert_eq!(lan.all("/leads?tax_code=0100112437-001&phone=0243.825.1234&email=LIEN.HE@hoasen.vn").await, [lead]);
}

#[tokio::test]
async fn r_ichk_108_an_individuals_card_is_answered_canonically() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let profile = json!({"identity_issued_by": "Cục Cảnh sát QLHC về TTXH", "identity_issued_on": "2021-04-25", "date_of_birth": "1990-02-28"});
    let sent = json!({"kind": "individual", "name": "Nguyễn Văn An", "phone": "０９１２ ３４５ ６７８", "citizen_id": "079 085.001-234", "profile": profile});
    let lead = lan.post("/leads", sent).await.expect(201);
    assert_eq!((&lead["citizen_id"], &lead["phone"]), (&json!("079085001234"), &json!("+84912345678")));
    for member in ["identity_issued_by", "identity_issued_on", "date_of_birth"] {
        assert_eq!(lead["profile"][member], profile[member]);
    }
    assert_eq!(lan.all("/leads?citizen_id=079085001234").await, [lead]);
    let old_card = with(person(2), "citizen_id", json!("012 345 678"));
    assert_eq!(lan.post("/leads", old_card).await.expect(201)["citizen_id"], "012345678");
}

#[tokio::test]
async fn r_ichk_109_r_ichk_110_r_ichk_115_the_profile_takes_the_words_of_the_lists() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut number = 0;
    let lists =
        [("business_type", "business_types"), ("way_of_selling", "ways_of_selling"), ("line_of_business", "lines_of_business")];
    for (member, list) in lists {
        for word in words(&lan, list).await {
            number += 1;
            let lead = lan.post("/leads", with(company(number), "profile", json!({member: word}))).await.expect(201);
            assert_eq!(lead["profile"][member], json!(word));
        }
        let faults = lan.post("/leads", with(company(900), "profile", json!({member: "nowhere_listed"}))).await.faults(422);
        assert_eq!(faults, [fault(&format!("/profile/{member}"), "unknown_key")]);
    }
}

#[tokio::test]
async fn r_ichk_114_the_contact_person_is_kept_with_the_lead() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let huong =
        json!({"full_name": "Trần Thị Hương", "job_title": "Giám đốc", "phone": "0987 654 321", "email": "HUONG@hoasen.vn"});
    let lead = lan.post("/leads", with(company(1), "contact_person", huong)).await.expect(201);
    let stands =
        json!({"full_name": "Trần Thị Hương", "job_title": "Giám đốc", "phone": "+84987654321", "email": "huong@hoasen.vn"});
    assert_eq!(lead["contact_person"], stands);
    let path = format!("/leads/{}", id(&lead));
    let changed = lan.patch(&path, 1, json!({"contact_person": {"job_title": null, "phone": "0987654322"}})).await.expect(200);
    assert_eq!(
        (&changed["contact_person"]["job_title"], &changed["contact_person"]["email"]),
        (&json!(null), &json!("huong@hoasen.vn"))
    );
    assert_eq!(text(&changed["contact_person"], "phone"), "+84987654322");
    let faults = lan.patch(&path, 2, json!({"contact_person": {"full_name": null}})).await.faults(422);
    assert_eq!(faults, [fault("/contact_person/full_name", "required")]);
    assert_eq!(lan.patch(&path, 2, json!({"contact_person": null})).await.expect(200)["contact_person"], json!(null));
    assert_eq!(lan.all("/leads?q=huong").await.len(), 0);
}

#[tokio::test]
async fn r_ichk_113_further_ways_to_reach_a_lead_are_answered_as_their_channel_has_them() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let points = json!([
        {"channel": "phone", "value": "0912 345 678", "label": "Kế toán"},
        {"channel": "zalo", "value": "0912.345.679"},
        {"channel": "email", "value": "Ke.Toan@HoaSen.vn"},
        {"channel": "facebook", "value": "facebook.com/hoasen"},
        {"channel": "other", "value": "Telegram @hoasen"},
    ]);
    let lead = lan.post("/leads", json!({"name": "Hoa Sen", "contact_points": points})).await.expect(201);
    let values: Vec<_> = lead["contact_points"].as_array().unwrap().iter().map(|point| text(point, "value")).collect();
    assert_eq!(values, ["+84912345678", "+84912345679", "ke.toan@hoasen.vn", "https://facebook.com/hoasen", "Telegram @hoasen"]);
    assert_eq!(lead["contact_points"][0]["label"], "Kế toán");
    let path = format!("/leads/{}", id(&lead));
    let faults = lan.patch(&path, 1, json!({"contact_points": []})).await.faults(422);
    assert_eq!(faults, [fault("/phone", "no_way_to_reach")]);
    let changed = lan.patch(&path, 1, json!({"contact_points": [], "phone": phone(1)})).await.expect(200);
    assert_eq!(changed["contact_points"], json!([]));
}

/// Stored values that are no longer readable are never replaced silently.
#[tokio::test]
async fn a_stored_number_that_is_no_longer_understood_is_not_lost_by_a_patch() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    write(&database(&world).await, "UPDATE leads SET phone = $1", ["+84000".into()]).await;
    let path = format!("/leads/{}", id(&lead));
    assert_eq!(lan.patch(&path, 1, json!({"need": "Tem QR"})).await.faults(422), [fault("/phone", "invalid_phone")]);
    assert_eq!(lan.get(&path).await.expect(200)["phone"], "+84000");
}
