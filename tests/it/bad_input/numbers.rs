//! Numbers of the wrong type, and numbers out of range.

use chot_tests::World;
use chot_tests::fixtures::{account, id, phone};
use serde_json::{Value, json};

use super::{Witness, at, fault, raw};

#[tokio::test]
async fn money_is_a_decimal_string() {
    let world = World::under("icheck").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("manager").await);
    let ours = account(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let wrong = [
        (json!(150_000_000), "wrong_type"),
        (json!(1.5), "wrong_type"),
        (json!(true), "wrong_type"),
        (json!(["1"]), "wrong_type"),
        (json!({"amount": "1"}), "wrong_type"),
        (json!("150.000.000"), "invalid_money"),
        (json!("150,000"), "invalid_money"),
        (json!("-1"), "invalid_money"),
        (json!("+1"), "invalid_money"),
        (json!("1e5"), "invalid_money"),
        (json!("01"), "invalid_money"),
        (json!("1.23456"), "invalid_money"),
        (json!(" 1"), "invalid_money"),
        (json!("1 đ"), "invalid_money"),
        (json!("１"), "invalid_money"),
        (json!(""), "invalid_money"),
        (json!("NaN"), "invalid_money"),
        (json!("1\0"), "nul_character"),
        (json!("100000000000000"), "too_large"),
        (json!("9".repeat(400)), "too_large"),
        (json!("0.5"), "not_whole"),
    ];
    for (value, code) in wrong {
        let draft = json!({"account_id": ours["id"], "name": "Tem", "expected_revenue": value});
        assert_eq!(lan.post("/opportunities", draft).await.faults(422), [fault("/expected_revenue", code)], "{value}");
        let draft = json!({"code": "X", "name": "X", "vat_code": "8", "unit_price": value});
        assert_eq!(manager.post("/products", draft).await.faults(422), [fault("/unit_price", code)], "{value}");
        witness.no_event(&value.to_string()).await;
    }
    witness.nothing_written().await;
    for (sent, kept) in [("0", "0"), ("1.0", "1"), ("150000000.0000", "150000000")] {
        let draft = json!({"account_id": ours["id"], "name": "Tem", "expected_revenue": sent});
        assert_eq!(lan.post("/opportunities", draft).await.expect(201)["expected_revenue"], kept);
    }
}

#[tokio::test]
async fn numbers_beyond_all_bounds_are_refused() {
    let world = World::under("icheck").await;
    let (lan, marketing) = (world.user("salesperson").await, world.user("marketing").await);
    let ours = account(&lan, 1).await;
    let witness = Witness::of(&world).await;
    let huge =
        ["9223372036854775807", "9223372036854775808", "18446744073709551616", "-9223372036854775809", "2147483648", "4", "-1"];
    for number in huge {
        let body = format!(r#"{{"account_id": "{}", "name": "Tem", "stars": {number}}}"#, id(&ours));
        let faults = raw(&lan, "/opportunities", body).await.faults(422);
        assert_eq!((faults.len(), &faults[0].0[..]), (1, "/stars"), "{number}");
        let body = format!(
            r#"{{"name": "x", "source": "website", "field_map": {{"a": "name", "b": "phone"}}, "quota_per_hour": {number}}}"#
        );
        if number != "4" {
            let faults = raw(&marketing, "/lead-forms", body).await.faults(422);
            assert_eq!((faults.len(), &faults[0].0[..]), (1, "/quota_per_hour"), "{number}");
        }
        let faults = raw(&lan, "/leads", format!(r#"{{"name": {number}, "phone": "0912345678"}}"#)).await.faults(422);
        assert_eq!(faults, [fault("/name", "wrong_type"), fault("/tax_code", "required")], "{number}");
    }
    for number in ["1.5", "1.0", "1e2", "1e-2", "0.1"] {
        let body = format!(r#"{{"account_id": "{}", "name": "Tem", "stars": {number}}}"#, id(&ours));
        assert_eq!(raw(&lan, "/opportunities", body).await.faults(422), [fault("/stars", "wrong_type")], "{number}");
    }
    for number in ["1e400", "-1e400", &format!("1{}", "0".repeat(400))] {
        let body = format!(r#"{{"account_id": "{}", "name": "Tem", "stars": {number}}}"#, id(&ours));
        raw(&lan, "/opportunities", body).await.refused(400, "malformed_body");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn identity_numbers_have_their_digits_and_their_checksum() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let cases: [(&str, &str, &str); 16] = [
        ("/tax_code", "0100112438", "tax_code_checksum"),
        ("/tax_code", "0100233480", "tax_code_checksum"),
        ("/tax_code", "0100112437-000", "tax_code_checksum"),
        ("/tax_code", "0100112438-001", "tax_code_checksum"),
        ("/tax_code", "010011243", "invalid_tax_code"),
        ("/tax_code", "01001124370", "invalid_tax_code"),
        ("/tax_code", "01001124370001", "invalid_tax_code"),
        ("/tax_code", "010011243a", "invalid_tax_code"),
        ("/tax_code", "٠١٠٠١١٢٤٣٧", "invalid_tax_code"),
        ("/citizen_id", "07908500123", "invalid_citizen_id"),
        ("/citizen_id", "0790850012345", "invalid_citizen_id"),
        ("/citizen_id", "07908500123x", "invalid_citizen_id"),
        ("/citizen_id", "---", "invalid_citizen_id"),
        ("/phone", "0123", "invalid_phone"),
        ("/phone", "01631234567", "invalid_phone"),
        ("/phone", "chín một hai", "invalid_phone"),
    ];
    for (pointer, value, code) in cases {
        assert_eq!(lan.post("/leads", at(pointer, json!(value))).await.faults(422), [fault(pointer, code)], "{value}");
    }
    let impossible = ["+84", "+999123456789", "0241234567", "0912345678,0912345679", "0912345678 / 0912345679"];
    for phone in impossible {
        assert_eq!(
            lan.post("/leads", at("/phone", json!(phone))).await.faults(422),
            [fault("/phone", "invalid_phone")],
            "{phone}"
        );
    }
    for email in ["x", "a@", "@b.vn", "a b@c.vn", "a@b@c.vn", "a@-b.vn", "Lan <lan@b.vn>", "a@b..vn"] {
        assert_eq!(
            lan.post("/leads", at("/email", json!(email))).await.faults(422),
            [fault("/email", "invalid_email")],
            "{email}"
        );
    }
    for site in ["khong co", "javascript:alert(1)", "ftp://hoasen.vn", "https://a:b@hoasen.vn", "https://", "file:///etc/passwd"]
    {
        let faults = lan.post("/leads", at("/profile/website", json!(site))).await.faults(422);
        assert_eq!(faults, [fault("/profile/website", "invalid_web_address")], "{site}");
    }
    for (member, value, code) in [
        ("province_code", "02", "unknown_province"),
        ("commune_code", "123", "invalid_commune_code"),
        ("commune_code", "12a45", "invalid_commune_code"),
    ] {
        let faults = lan.post("/leads", at(&format!("/profile/address/{member}"), json!(value))).await.faults(422);
        assert_eq!(faults, [fault(&format!("/profile/address/{member}"), code)]);
    }
    let points = json!([{"channel": "phone", "value": "x"}, {"channel": "other", "value": "x"}, {"channel": "email", "value": "x"}, {"channel": "facebook", "value": "x y"}]);
    let faults = lan.post("/leads", at("/contact_points", points)).await.faults(422);
    let expected = [("0", "invalid_phone"), ("2", "invalid_email"), ("3", "invalid_web_address")];
    assert_eq!(faults, expected.map(|(index, code)| fault(&format!("/contact_points/{index}/value"), code)));
    witness.nothing_written().await;
    let foreign: Value = lan.post("/leads", at("/phone", json!("+1 650-253-0000"))).await.expect(201);
    assert_eq!((&foreign["phone"], phone(1).len()), (&json!("+16502530000"), 10));
}

#[tokio::test]
async fn letters_and_extensions_do_not_make_another_telephone_number() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    for phone in ["091234567a", "0912345abc", "0912345678,,,,1", "024 3825 1234 ext 101", "024 3825 1234#101"] {
        let reply = lan.post("/leads", at("/phone", json!(phone))).await;
        assert_eq!(reply.status, 422, "{phone} was read as {}", reply.body["phone"]);
        assert_eq!(reply.faults(422), [fault("/phone", "invalid_phone")]);
    }
    witness.nothing_written().await;
}
