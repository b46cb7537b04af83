//! A search finds what people mean by their input.

use chot_tests::fixtures::id;
use chot_tests::{Client, World};
use serde_json::json;

async fn found(client: &Client, list: &str, words: &str) -> usize {
    let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    client.get(&format!("{list}?q={encoded}")).await.expect(200)["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn names_with_punctuation_inside_are_found_as_they_are_written() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    for (number, name) in
        ["L'Oréal Việt Nam", "Siêu thị 24/7", "Sữa chua 3,5%", "Hội H'Mông (Sa Pa)", "A&B \"Hoa Sen\""].iter().enumerate()
    {
        let draft = json!({"kind": "individual", "name": name, "email": format!("khach-{number}@example.vn")});
        lan.post("/leads", draft).await.expect(201);
    }
    for words in [
        "L'Oréal",
        "l'oreal",
        "oreal viet",
        "24/7",
        "sieu thi 24/7",
        "3,5%",
        "H'Mông",
        "(Sa Pa)",
        "\"hoa sen\"",
        "a&b",
        "khach-0@example.vn",
    ] {
        assert_eq!(found(&lan, "/leads", words).await, 1, "{words}");
    }
    for words in ["'", "%", "24/8", "h'mong 999", "\"; DROP TABLE leads"] {
        assert_eq!(found(&lan, "/leads", words).await, 0, "{words}");
    }
}

#[tokio::test]
async fn a_telephone_number_is_found_however_it_is_written() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let (phone, other) = ("0912777888", "0987123456");
    for number in [phone, other] {
        lan.post("/leads", json!({"kind": "individual", "name": "Chị Hoa", "phone": number})).await.expect(201);
        let account = lan.post("/accounts", json!({"name": "Tạp hoá Hoa", "kind": "individual", "phone": number})).await;
        let account = id(&account.expect(201));
        let contact = json!({"account_id": account, "full_name": "Chị Hoa", "phone": number});
        lan.post("/contacts", contact).await.expect(201);
    }
    for list in ["/leads", "/accounts", "/contacts"] {
        for words in [
            "0912777888",
            "0912 777",
            "0912.777.888",
            "0912-777-888",
            "(091) 277 7888",
            "+84912777888",
            "+84 912 777 888",
            "777888",
            "hoa 0912",
        ] {
            assert_eq!(found(&lan, list, words).await, 1, "{list}?q={words}");
        }
        assert_eq!(found(&lan, list, "0912777889").await, 0, "{list}");
    }
}
