//! All violations of a body are returned at once, in the language of the caller.

use chot_tests::{Client, Response, World};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Witness, fault};

async fn in_language(client: &Client, language: &str, body: &Value) -> Response {
    let request = client.request(Method::POST, "/leads");
    let request = if language.is_empty() { request } else { request.header("accept-language", language) };
    client.send(request.json(body)).await
}

fn details(reply: &Response) -> Vec<String> {
    let errors = reply.body["errors"].as_array().unwrap();
    errors.iter().map(|error| error["detail"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_faults_at_once_in_both_languages() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let body = json!({
        "kind": "individual",
        "name": "Mai",
        "phone": "12",
        "email": "x",
        "contact_points": [{"channel": "phone", "value": "0912345678"}, {"channel": "email", "value": ""}, {"value": "x"}],
        "tax_code": "0100112438",
        "citizen_id": "07908500123",
        "source": "Web Site",
        "product_id": "1",
        "contact_person": {"job_title": "Giám đốc"},
        "profile": {"date_of_birth": "31/12/1990", "address": {"province_code": "01"}, "website": "khong co"},
        "need": "a\0b",
        "description": 5,
        "owner_id": null,
        "zz": true,
    });
    let expected = [
        ("/citizen_id", "invalid_citizen_id"),
        ("/contact_person/full_name", "required"),
        ("/contact_points/1/value", "blank"),
        ("/contact_points/2/channel", "required"),
        ("/description", "wrong_type"),
        ("/email", "invalid_email"),
        ("/need", "nul_character"),
        ("/phone", "invalid_phone"),
        ("/product_id", "invalid_id"),
        ("/profile/address/text", "required"),
        ("/profile/date_of_birth", "invalid_value"),
        ("/profile/website", "invalid_web_address"),
        ("/source", "invalid_key"),
        ("/tax_code", "tax_code_checksum"),
        ("/zz", "unknown_member"),
    ];
    let mut texts = Vec::new();
    for (language, tag) in
        [("vi", "vi"), ("en", "en"), ("vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("fr, en;q=0.5, vi;q=0.2", "en"), ("", "en")]
    {
        let reply = in_language(&lan, language, &body).await;
        assert_eq!(reply.header("content-language"), Some(tag), "{language}");
        texts.push((tag, details(&reply), reply.body["title"].clone(), reply.body["detail"].clone()));
        let mut faults = reply.faults(422);
        faults.sort();
        assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    }
    let (vietnamese, english) = (&texts[0], &texts[1]);
    assert_eq!((&texts[2], &texts[3], &texts[4]), (vietnamese, english, english));
    assert_eq!(vietnamese.2, "Một số thông tin chưa hợp lệ");
    assert!(vietnamese.2 != english.2 && vietnamese.3 != english.3);
    for (one, other) in vietnamese.1.iter().zip(&english.1) {
        assert!(!one.is_empty() && one != other, "{one}");
    }
    witness.nothing_written().await;
}

#[tokio::test]
async fn faults_against_the_lists_and_the_calendar_are_told_at_once() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let witness = Witness::of(&world).await;
    let body = json!({
        "name": "Hoa Sen",
        "phone": "0912345678",
        "source": "pigeon",
        "rank": "platinum",
        "product_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10",
        "profile": {"business_type": "circus", "way_of_selling": "shouting", "line_of_business": "dreams", "identity_issued_on": "2030-01-01"},
    });
    let expected = [
        ("/product_id", "not_found"),
        ("/profile/business_type", "unknown_key"),
        ("/profile/identity_issued_on", "in_the_future"),
        ("/profile/line_of_business", "unknown_key"),
        ("/profile/way_of_selling", "unknown_key"),
        ("/rank", "unknown_key"),
        ("/source", "unknown_key"),
        ("/tax_code", "required"),
    ];
    let (vietnamese, english) = (in_language(&lan, "vi", &body).await, in_language(&lan, "en", &body).await);
    assert!(details(&vietnamese).iter().zip(details(&english)).all(|(one, other)| *one != other));
    let mut faults = vietnamese.faults(422);
    faults.sort();
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    witness.nothing_written().await;
}

#[tokio::test]
async fn refusals_are_told_in_both_languages_too() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    for path in ["/leads/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "/events", "/leads?nonsense=1", "/leads?cursor=x"] {
        let mut told = Vec::new();
        for language in ["vi", "en"] {
            let reply = lan.send(lan.request(Method::GET, path).header("accept-language", language)).await;
            assert_eq!(reply.header("content-language"), Some(language));
            told.push((reply.body["title"].clone(), reply.body["detail"].clone(), reply.body["code"].clone()));
        }
        assert!(told[0].0 != told[1].0 && told[0].1 != told[1].1, "{path}");
        assert_eq!(told[0].2, told[1].2);
    }
}
