//! Records that may be the same customer, with the reasons why.

use chot_tests::fixtures::{account, id, own_lead, phone, some_tax_code, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::team;

/// The possible duplicates of a lead: kind, identifier and reasons.
async fn candidates(client: &Client, lead: &Value) -> Vec<(String, String, Value)> {
    let found = client.get(&format!("/leads/{}/duplicates", id(lead))).await.expect(200);
    let found = found["data"].as_array().unwrap();
    found.iter().map(|one| (text(one, "kind"), id(one), one["reasons"].clone())).collect()
}

async fn lead(client: &Client, name: &str, more: Value) -> Value {
    let mut draft = json!({"name": name, "owner_id": client.user_id});
    draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post("/leads", draft).await.expect(201)
}

#[tokio::test]
async fn leads_with_one_tax_code_or_citizen_id_are_found() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let code = some_tax_code(1);
    let first = lead(&lan, "Hoa Sen", json!({"phone": phone(1), "tax_code": code})).await;
    let branch = lead(&lan, "Hoa Sen Nam", json!({"phone": phone(2), "tax_code": format!("{code}-001")})).await;
    let second = lead(&lan, "Nông sản sạch", json!({"phone": phone(3), "tax_code": code})).await;
    assert_eq!(candidates(&lan, &second).await, [("lead".into(), id(&first), json!(["tax_code"]))]);
    assert!(candidates(&lan, &branch).await.is_empty(), "a branch is another identity (R-ICHK-05)");

    let one = lead(&lan, "An", json!({"kind": "individual", "phone": phone(4), "citizen_id": "079085001234"})).await;
    let other = lead(&lan, "Bình", json!({"kind": "individual", "phone": phone(5), "citizen_id": "079 085 001 234"})).await;
    assert_eq!(candidates(&lan, &one).await, [("lead".into(), id(&other), json!(["citizen_id"]))]);
}

#[tokio::test]
async fn a_phone_is_found_wherever_a_lead_bears_it() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let number = "0912 000 111";
    let places = [
        ("main", json!({"phone": number})),
        ("a contact point", json!({"contact_points": [{"channel": "phone", "value": number}]})),
        ("a Zalo account", json!({"contact_points": [{"channel": "zalo", "value": number}]})),
        ("the contact person", json!({"phone": phone(9), "contact_person": {"full_name": "Hương", "phone": number}})),
    ];
    let mut leads = Vec::new();
    for (place, more) in &places {
        leads.push(lead(&lan, &format!("Khách {place}"), more.clone()).await);
    }
    for (asked, (place, _)) in leads.iter().zip(&places) {
        let found = candidates(&lan, asked).await;
        // The next test checks the numbers of other leads' contact persons.
        for (other, (elsewhere, _)) in leads.iter().zip(&places).take(3).filter(|(other, _)| id(other) != id(asked)) {
            let hit = found.iter().find(|(_, found, _)| *found == id(other));
            assert_eq!(hit.map(|hit| &hit.2), Some(&json!(["phone"])), "the number of {elsewhere}, asked with that of {place}");
        }
    }
}

#[tokio::test]
async fn the_contact_person_of_another_lead_is_found_by_phone_and_e_mail() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let huong = json!({"full_name": "Trần Thị Hương", "phone": phone(7), "email": "huong@hoasen.vn"});
    let known = lead(&lan, "Hoa Sen", json!({"phone": phone(1), "contact_person": huong})).await;
    let caller = lead(&lan, "Người gọi", json!({"phone": phone(7)})).await;
    let writer = lead(&lan, "Người viết", json!({"email": "Huong@hoasen.vn"})).await;
    assert_eq!(candidates(&lan, &caller).await, [("lead".into(), id(&known), json!(["phone"]))]);
    assert_eq!(candidates(&lan, &writer).await, [("lead".into(), id(&known), json!(["email"]))]);
}

#[tokio::test]
async fn an_e_mail_address_is_found_in_whatever_case_it_was_typed() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let first = lead(&lan, "Hoa Sen", json!({"email": "LienHe@HoaSen.vn"})).await;
    let point = json!({"contact_points": [{"channel": "email", "value": "lienhe@HOASEN.vn"}]});
    let second = lead(&lan, "Nông sản", point).await;
    let huong = json!({"phone": phone(1), "contact_person": {"full_name": "Hương", "email": "lienhe@hoasen.vn"}});
    let third = lead(&lan, "Tem QR", huong).await;
    for (asked, others) in [(&first, vec![&second]), (&second, vec![&first]), (&third, vec![&first, &second])] {
        let found = candidates(&lan, asked).await;
        for other in others {
            assert!(found.contains(&("lead".into(), id(other), json!(["email"]))), "{} of {}", other["name"], asked["name"]);
        }
    }
}

#[tokio::test]
async fn a_name_is_found_diacritics_and_case_aside() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let first = lead(&lan, "Công ty TNHH Đặng Ước", json!({"phone": phone(1)})).await;
    lead(&lan, "Công ty TNHH Đặng Ước Hai", json!({"phone": phone(2)})).await;
    let typed = lead(&lan, "CONG TY  tnhh dang uoc", json!({"phone": phone(3)})).await;
    assert_eq!(candidates(&lan, &typed).await, [("lead".into(), id(&first), json!(["name"]))]);
}

#[tokio::test]
async fn accounts_and_contacts_are_found_too() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let sao_mai = account(&lan, 1).await;
    let person = async |name: &str, more: Value| {
        let mut draft = json!({"account_id": sao_mai["id"], "full_name": name});
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lan.post("/contacts", draft).await.expect(201)
    };
    let (huong, binh) =
        (person("Hương", json!({"phone": phone(7)})).await, person("Bình", json!({"email": "binh@saomai.vn"})).await);
    person("Công ty Cổ phần Sao Mai 1", json!({})).await;
    let asked = json!({
        "phone": sao_mai["phone"],
        "tax_code": sao_mai["tax_code"],
        "email": "binh@saomai.vn",
        "contact_person": {"full_name": "Chị Hương", "phone": phone(7)},
    });
    let asked = lead(&lan, "cong ty co phan SAO MAI 1", asked).await;
    let found = candidates(&lan, &asked).await;
    assert_eq!(found.len(), 3, "persons share names: {found:#?}");
    assert!(found.contains(&("account".into(), id(&sao_mai), json!(["tax_code", "phone", "name"]))), "{found:#?}");
    assert!(found.contains(&("contact".into(), id(&huong), json!(["phone"]))), "{found:#?}");
    assert!(found.contains(&("contact".into(), id(&binh), json!(["email"]))), "{found:#?}");
}

#[tokio::test]
async fn a_contact_with_the_same_phone_and_e_mail_is_found_for_both_reasons() {
    let world = World::under("xcrm").await;
    let lan = world.user("salesperson").await;
    let known = account(&lan, 1).await;
    let huong = json!({"account_id": known["id"], "full_name": "Hương", "phone": phone(7), "email": "huong@saomai.vn"});
    let huong = lan.post("/contacts", huong).await.expect(201);
    let asked = lead(&lan, "Hoa Sen", json!({"phone": phone(7), "email": "huong@saomai.vn"})).await;
    assert_eq!(candidates(&lan, &asked).await, [("contact".into(), id(&huong), json!(["phone", "email"]))]);
}

#[tokio::test]
async fn what_is_archived_or_converted_is_no_candidate() {
    let world = World::under("xcrm").await;
    let (manager, lan) = (world.user("manager").await, world.user("salesperson").await);
    let (first, second) = (own_lead(&lan, 1).await, own_lead(&lan, 2).await);
    let same = json!({"phone": second["phone"], "contact_points": [{"channel": "phone", "value": first["phone"]}]});
    let asked = lead(&lan, "Người hỏi", same).await;
    assert_eq!(candidates(&lan, &asked).await.len(), 2);

    manager.delete(&format!("/leads/{}", id(&first)), 1).await.expect(204);
    let order = json!({"dismissed_duplicates": [asked["id"]]});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&second)), order).await.expect(201);
    let became = text(&conversion, "account_id");
    assert_eq!(candidates(&lan, &asked).await, [("account".into(), became.clone(), json!(["phone"]))]);

    let opportunity = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    manager.delete(&opportunity, 1).await.expect(204);
    manager.delete(&format!("/accounts/{became}"), 1).await.expect(204);
    assert!(candidates(&lan, &asked).await.is_empty());
}

#[tokio::test]
async fn what_is_out_of_sight_is_named_by_its_identifier_alone() {
    let world = World::under("xcrm").await;
    let team = team(&world).await;
    let hidden_lead = own_lead(&team.minh, 1).await;
    let hidden_account = account(&team.minh, 1).await;
    let contact = json!({"account_id": hidden_account["id"], "full_name": "Người giấu tên", "phone": phone(7)});
    let hidden_contact = team.minh.post("/contacts", contact).await.expect(201);
    let points = [&hidden_lead["phone"], &hidden_account["phone"], &hidden_contact["phone"]];
    let points: Vec<_> = points.iter().map(|value| json!({"channel": "phone", "value": value})).collect();
    let asked = lead(&team.lan, "Người hỏi", json!({"contact_points": points})).await;

    let reply = team.lan.get(&format!("/leads/{}/duplicates", id(&asked))).await.expect(200);
    let found = reply["data"].as_array().unwrap();
    assert_eq!(found.iter().map(|one| text(one, "kind")).collect::<Vec<_>>(), ["lead", "account", "contact"]);
    for one in found {
        assert_eq!((&one["name"], &one["owner_name"], &one["is_visible"]), (&json!(null), &json!(null), &json!(false)), "{one}");
    }
    let seen = team.manager.get(&format!("/leads/{}/duplicates", id(&asked))).await.expect(200);
    assert!(seen["data"].as_array().unwrap().iter().all(|one| one["is_visible"] == true && one["name"].is_string()));
    team.minh.get(&format!("/leads/{}/duplicates", id(&asked))).await.refused(404, "not_found");
}

#[tokio::test]
async fn r_ichk_34_r_ichk_98_an_account_out_of_sight_is_named_as_its_card_names_it() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let hidden = account(&team.minh, 1).await;
    let same = json!({"phone": hidden["phone"], "tax_code": some_tax_code(5)});
    let asked = lead(&team.lan, "Người hỏi", same).await;
    let found = team.lan.get(&format!("/leads/{}/duplicates", id(&asked))).await.expect(200)["data"][0].clone();
    let expected = json!({"kind": "account", "id": hidden["id"], "reasons": ["phone"], "name": hidden["name"], "owner_name": "Người dùng salesperson", "is_visible": false});
    assert_eq!(found, expected);
}

#[tokio::test]
async fn who_may_not_read_accounts_still_learns_that_there_are_duplicates() {
    let world = World::under("icheck").await;
    let (lan, marketing) = (world.user("salesperson").await, world.user("marketing").await);
    let known = account(&lan, 1).await;
    let contact = json!({"account_id": known["id"], "full_name": "Trần Thị Hương", "phone": phone(7)});
    lan.post("/contacts", contact).await.expect(201);
    let points = json!([{"channel": "phone", "value": phone(7)}]);
    let same = json!({"phone": known["phone"], "tax_code": some_tax_code(5), "contact_points": points, "owner_id": null});
    let asked = lead(&marketing, "Người hỏi", same).await;
    let reply = marketing.get(&format!("/leads/{}/duplicates", id(&asked))).await.expect(200);
    let found = reply["data"].as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one["is_visible"] == false));
}
