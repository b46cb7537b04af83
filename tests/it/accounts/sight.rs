//! Who sees which accounts, and what a card shows to all others.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, phone, text};
use serde_json::json;

use super::{draft, team, with};

const CARD: [&str; 8] = ["citizen_id", "id", "kind", "name", "owner_id", "owner_name", "tax_code", "view"];

#[tokio::test]
async fn r_ichk_31_a_salesperson_lists_the_customers_that_bear_their_name() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let mut own = Vec::new();
    for number in 1..=3 {
        own.push(id(&account(&team.lan, number).await));
        account(&team.minh, 10 + number).await;
    }
    let given = with(draft(20), json!({"owner_id": team.lan.user_id}));
    own.push(id(&team.manager.post("/accounts", given).await.expect(201)));
    let listed = team.lan.all("/accounts?sort=created_at").await;
    assert_eq!(listed.iter().map(id).collect::<Vec<_>>(), own);
    assert!(listed.iter().all(|one| one["view"] == "full" && one["owner_id"] == json!(team.lan.user_id)));
    assert!(team.lan.all(&format!("/accounts?owner_id={}", team.minh.user_id)).await.is_empty());
    assert_eq!(team.lan.get("/accounts?include_total=true").await.expect(200)["page"]["total"], 4);
}

#[tokio::test]
async fn a_38_r_ichk_32_a_manager_lists_what_the_team_and_the_teams_below_it_have() {
    let world = World::under("icheck").await;
    let north = world.team("Miền Bắc", None).await;
    let hanoi = world.team("Hà Nội", Some(&north)).await;
    let south = world.team("Miền Nam", None).await;
    let manager = world.member("manager", Some(&north)).await;
    let local = world.member("manager", Some(&hanoi)).await;
    let (lan, minh, hoa) = (
        world.member("salesperson", Some(&hanoi)).await,
        world.member("salesperson", Some(&north)).await,
        world.member("salesperson", Some(&south)).await,
    );
    let (lans, minhs, hoas) = (account(&lan, 1).await, account(&minh, 2).await, account(&hoa, 3).await);
    let names = async |client: &chot_tests::Client| {
        let listed = client.all("/accounts?sort=created_at").await;
        listed.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(names(&manager).await, [id(&lans), id(&minhs)]);
    assert_eq!(names(&local).await, [id(&lans)]);
    assert_eq!(manager.get(&format!("/accounts/{}", id(&hoas))).await.expect(200)["view"], "card");
    let data = world.user("data_employee").await;
    assert_eq!(names(&data).await, [id(&lans), id(&minhs), id(&hoas)], "data staff see all");
    let nobodys = world.user("marketing").await;
    nobodys.get("/accounts").await.refused(403, "forbidden");
}

#[tokio::test]
async fn r_ichk_33_with_the_right_everything_is_visible() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let profile = json!({"identity_issued_on": "2015-06-30", "website": "hoasen.vn", "address": {"text": "12 Hàng Bài"}});
    let full =
        json!({"email": "lienhe@hoasen.vn", "rank": "a", "source": "fair", "profile": profile, "description": "Khách quen"});
    let ours = team.lan.post("/accounts", with(draft(1), full)).await.expect(201);
    opportunity(&team.lan, &ours, "Tem QR").await;
    team.lan.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương"})).await.expect(201);
    let path = format!("/accounts/{}", id(&ours));
    for viewer in [&team.lan, &team.manager, &world.user("customer_care").await] {
        let reply = viewer.get(&path).await;
        assert!(reply.header("etag").unwrap().starts_with("\"1-"));
        assert_eq!(reply.expect(200), ours);
        let counters = viewer.get(&format!("{path}/counters")).await.expect(200);
        assert_eq!(counters, json!({"opportunities": 1, "contacts": 1, "children": 0, "meetings": 0, "recordings": 0}));
        assert_eq!(viewer.history(&path).await, ["account.created", "opportunity.opened", "contact.created"]);
        assert_eq!(viewer.all(&format!("/contacts?account_id={}", id(&ours))).await.len(), 1);
    }
}

#[tokio::test]
async fn r_ichk_34_without_the_right_there_is_a_card_and_nothing_else() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let mut sent = draft(1);
    sent["email"] = json!("lienhe@hoasen.vn");
    sent["description"] = json!("Bí mật");
    let ours = team.lan.post("/accounts", sent).await.expect(201);
    let contact =
        team.lan.post("/contacts", json!({"account_id": ours["id"], "full_name": "Chị Hương", "phone": phone(5)})).await;
    let contact = contact.expect(201);
    let chance = opportunity(&team.lan, &ours, "Tem QR").await;
    let path = format!("/accounts/{}", id(&ours));
    let reply = team.minh.get(&path).await;
    assert_eq!((reply.header("etag"), reply.header("last-modified")), (None, None));
    let card = reply.expect(200);
    assert_eq!(card.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), CARD);
    for member in ["id", "kind", "name", "tax_code", "citizen_id", "owner_id", "owner_name"] {
        assert_eq!(card[member], ours[member], "{member}");
    }
    for hidden in ["timeline", "counters"] {
        team.minh.get(&format!("{path}/{hidden}")).await.refused(404, "not_found");
    }
    team.minh.get(&format!("/contacts/{}", id(&contact))).await.refused(404, "not_found");
    for hidden in ["", "/stages", "/timeline"] {
        team.minh.get(&format!("/opportunities/{}{hidden}", id(&chance))).await.refused(404, "not_found");
    }
    // No filter reveals more than the card.
    let lists = ["accounts?phone=", "accounts?q=", "contacts?account_id=", "contacts?phone=", "opportunities?account_id="];
    for (list, value) in lists.iter().zip([text(&ours, "phone"), "rau".into(), id(&ours), phone(5), id(&ours)]) {
        let value = value.replace('+', "%2B");
        assert!(team.minh.all(&format!("/{list}{value}")).await.is_empty(), "{list}");
        assert_eq!(team.lan.all(&format!("/{list}{value}")).await.len(), 1, "{list}");
    }
    assert!(team.minh.all(&format!("/conversions?account_id={}", id(&ours))).await.is_empty());
}

#[tokio::test]
async fn r_ichk_34_where_no_cards_are_shown_a_customer_out_of_sight_is_not_there() {
    let world = World::under("suno").await;
    let (lan, minh) = (world.user("salesperson").await, world.user("salesperson").await);
    let ours = account(&lan, 1).await;
    minh.get(&format!("/accounts/{}", id(&ours))).await.refused(404, "not_found");
    assert!(minh.all(&format!("/account-cards?tax_code={}", text(&ours, "tax_code"))).await.is_empty());
    assert_eq!(lan.all(&format!("/account-cards?tax_code={}", text(&ours, "tax_code"))).await.len(), 1);
}

#[tokio::test]
async fn a_18_r_ichk_35_a_customer_is_found_by_its_exact_number_and_is_still_not_in_the_list() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let company = team.lan.post("/accounts", with(draft(1), json!({"tax_code": "0100112437-001"}))).await.expect(201);
    let person = json!({"kind": "individual", "name": "Nguyễn Văn An", "citizen_id": "079085001234"});
    let person = team.lan.post("/accounts", person).await.expect(201);
    let ways = [
        ("tax_code=0100112437-001", &company),
        ("tax_code=0100112437001", &company),
        ("citizen_id=079%20085%20001%20234", &person),
    ];
    for (query, found) in ways {
        let cards = team.minh.all(&format!("/account-cards?{query}")).await;
        assert_eq!(cards.len(), 1, "{query}");
        assert_eq!(cards[0].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), CARD);
        assert_eq!((&cards[0]["id"], &cards[0]["owner_name"]), (&found["id"], &found["owner_name"]));
        let numbers = (&cards[0]["tax_code"], &cards[0]["citizen_id"]);
        assert_eq!(numbers, (&found["tax_code"], &found["citizen_id"]), "in full, as the seed says");
    }
    assert!(team.minh.all("/account-cards?tax_code=0100112437").await.is_empty(), "a part of the number finds nothing");
    let faults = team.minh.get("/account-cards?q=rau").await.faults(400);
    assert_eq!(faults, [("/q".into(), "unknown_member".into())]);
    assert!(team.minh.all("/accounts").await.is_empty());
}

#[tokio::test]
async fn r_ichk_34_r_ichk_35_every_user_may_learn_whose_a_customer_is() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let roles = lan.get("/playbook").await.expect(200)["playbook"]["roles"].clone();
    for role in roles.as_array().unwrap().iter().map(|role| text(role, "key")) {
        let user = world.user(&role).await;
        let seen = user.get(&format!("/accounts/{}", id(&ours))).await;
        assert_eq!(seen.status, 200, "{role}");
        assert_eq!((&seen.body["name"], &seen.body["owner_id"]), (&ours["name"], &ours["owner_id"]), "{role}");
        let found = user.get(&format!("/account-cards?tax_code={}", text(&ours, "tax_code"))).await.expect(200);
        assert_eq!(found["data"][0]["id"], ours["id"], "{role}");
    }
}
