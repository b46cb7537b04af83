//! A conversion is reverted, as long as its records have not changed.

use chot_tests::fixtures::{account, company, id, own_lead, phone, qualified_lead, text, version};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::team;

async fn converted(client: &Client, number: u32, order: Value) -> Value {
    let lead = own_lead(client, number).await;
    client.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201)
}

fn revert(conversion: &Value) -> String {
    format!("/conversions/{}/revert", id(conversion))
}

#[tokio::test]
async fn what_was_created_goes_to_the_archive_and_the_lead_stands_as_it_did() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let lead = qualified_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let conversion = lan.act(&format!("{path}/convert")).await.expect(201);
    let undone = lan.act(&revert(&conversion)).await.expect(200);
    assert_eq!((&undone["status"], &undone["reverted_by"]), (&json!("reverted"), &json!(lan.user_id)));
    assert_ne!(undone["reverted_at"], json!(null));
    for made in [
        format!("/accounts/{}", text(&conversion, "account_id")),
        format!("/contacts/{}", text(&conversion, "contact_id")),
        format!("/opportunities/{}", text(&conversion["opportunities"][0], "id")),
    ] {
        assert_ne!(lan.get(&made).await.expect(200)["archived_at"], json!(null), "{made}");
        assert!(lan.all(made.rsplit_once('/').unwrap().0).await.is_empty(), "{made}");
    }
    let mut again = lan.get(&path).await.expect(200);
    for member in ["version", "updated_at"] {
        again[member] = lead[member].clone();
    }
    assert_eq!(again, lead);
    let history = lan.history(&path).await;
    assert_eq!(history[history.len() - 2..], ["lead.converted", "lead.conversion_reverted"]);

    // The identity number is free again, and the lead can be updated and converted again.
    lan.patch(&path, version(&lan.get(&path).await.expect(200)), json!({"need": "Máy in"})).await.expect(200);
    let second = lan.act(&format!("{path}/convert")).await.expect(201);
    assert_ne!(second["account_id"], conversion["account_id"]);
    assert_eq!(lan.all(&format!("/conversions?lead_id={}", id(&lead))).await.len(), 2);
    let active = lan.all("/conversions?status=active").await;
    assert_eq!(active.iter().map(id).collect::<Vec<_>>(), [id(&second)]);
}

#[tokio::test]
async fn filled_members_are_cleared_and_replaced_ones_restored() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&target));
    let target = lan.patch(&path, 1, json!({"profile": {"website": "saomai.vn"}})).await.expect(200);
    let huong = json!({"account_id": target["id"], "full_name": "Chị Hương", "phone": phone(50)});
    let huong = lan.post("/contacts", huong).await.expect(201);
    let mut draft = company(1);
    draft["owner_id"] = json!(lan.user_id);
    draft["email"] = json!("lienhe@hoasen.vn");
    draft["profile"] = json!({"website": "hoasen.vn", "line_of_business": "food"});
    let lead = lan.post("/leads", draft).await.expect(201);
    let order = json!({
        "account": {"action": "link", "id": target["id"], "overwrite": ["name", "profile"]},
        "contact": {"action": "link", "id": huong["id"], "overwrite": ["full_name"]},
    });
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let filled = lan.get(&path).await.expect(200);
    assert_eq!((&filled["email"], &filled["name"]), (&json!("lienhe@hoasen.vn"), &lead["name"]));
    lan.act(&revert(&conversion)).await.expect(200);
    let (now, contact) = (lan.get(&path).await.expect(200), lan.get(&format!("/contacts/{}", id(&huong))).await.expect(200));
    for member in ["name", "email", "source", "profile", "phone", "tax_code", "owner_id", "archived_at", "type"] {
        assert_eq!(now[member], target[member], "{member}");
    }
    for member in ["full_name", "job_title", "phone", "email", "archived_at"] {
        assert_eq!(contact[member], huong[member], "{member}");
    }
    let made = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
    assert_ne!(lan.get(&made).await.expect(200)["archived_at"], json!(null));
    let changes = lan.all(&format!("{path}/timeline?kind=account.updated")).await;
    assert_eq!(changes[0]["changes"]["email"], json!({"from": "lienhe@hoasen.vn", "to": null}));
    assert_eq!(changes[0]["cause_id"], conversion["id"]);
}

#[tokio::test]
async fn tags_that_a_link_brought_go_with_it() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&target));
    lan.post(&format!("{path}/tags"), json!({"tag": "vip_care"})).await.expect(200);
    let lead = own_lead(&lan, 1).await;
    lan.post(&format!("/leads/{}/tags", id(&lead)), json!({"tag": "hot"})).await.expect(200);
    let order = json!({"account": {"action": "link", "id": target["id"]}});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let tags = async || {
        let account = lan.get(&path).await.expect(200);
        account["tags"].as_array().unwrap().iter().map(|tag| text(tag, "tag")).collect::<Vec<_>>()
    };
    assert_eq!(tags().await, ["vip_care", "hot"]);
    lan.act(&revert(&conversion)).await.expect(200);
    assert_eq!(tags().await, ["vip_care"]);
    let told = lan.history(&path).await;
    let of_tags = ["account.tagged", "opportunity.tagged", "account.tagged", "account.untagged"];
    assert_eq!(told.iter().filter(|kind| kind.contains("tagged")).collect::<Vec<_>>(), of_tags.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn whatever_happened_since_blocks_the_revert_and_is_named() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let reason = json!({"reason": "manual"});
    let cases: [(&str, &str, &str, Value); 9] = [
        ("account.tagged", "account", "tags", json!({"tag": "hot"})),
        ("account.assigned", "account", "assign", json!({"owner_id": team.minh.user_id})),
        ("account.released", "account", "release", reason),
        ("opportunity.moved", "opportunity", "move", json!({"stage": "advising"})),
        ("opportunity.won", "opportunity", "win", json!({})),
        ("opportunity.lost", "opportunity", "lose", json!({"reason": "price"})),
        ("opportunity.tagged", "opportunity", "tags", json!({"tag": "hot"})),
        ("opportunity.opened", "account", "", json!({"name": "Thêm một cơ hội"})),
        ("contact.created", "account", "", json!({"full_name": "Lê Văn Bình"})),
    ];
    for (number, (kind, on, verb, mut order)) in (1..).zip(cases) {
        let conversion = converted(&team.lan, number, json!({})).await;
        let account = text(&conversion, "account_id");
        let record = match on {
            "account" => format!("/accounts/{account}"),
            _ => format!("/opportunities/{}", text(&conversion["opportunities"][0], "id")),
        };
        if verb.is_empty() {
            order["account_id"] = json!(account);
            let list = if kind.starts_with("contact") { "/contacts" } else { "/opportunities" };
            team.manager.post(list, order).await.expect(201);
        } else {
            team.manager.post(&format!("{record}/{verb}"), order).await.expect(200);
        }
        let blocked = team.manager.act(&revert(&conversion)).await.refused(409, "conversion_blocked");
        let kinds: Vec<_> = blocked["blocked_by"].as_array().unwrap().iter().map(|event| text(event, "kind")).collect();
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
        assert!(!kinds.contains(&"lead.converted".to_owned()), "what belongs to the conversion blocks nothing");
        let conversion = team.manager.get(&format!("/conversions/{}", id(&conversion))).await.expect(200);
        assert_eq!(conversion["status"], "active");
    }
}

#[tokio::test]
async fn a_changed_contact_blocks_and_so_does_a_changed_linked_account() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let conversion = converted(&lan, 1, json!({})).await;
    let contact = format!("/contacts/{}", text(&conversion, "contact_id"));
    lan.patch(&contact, 1, json!({"phone": phone(60)})).await.expect(200);
    let blocked = lan.act(&revert(&conversion)).await.refused(409, "conversion_blocked");
    assert_eq!(
        (&blocked["blocked_by"][0]["kind"], &blocked["blocked_by"][0]["subject_id"]),
        (&json!("contact.updated"), &conversion["contact_id"])
    );
    let told = &blocked["blocked_by"][0];
    assert_eq!((&told["actor_id"], &told["changes"], &told["facts"]), (&json!(lan.user_id), &json!({}), &json!({})), "no values");

    let target = account(&lan, 2).await;
    let conversion = converted(&lan, 2, json!({"account": {"action": "link", "id": target["id"]}})).await;
    let path = format!("/accounts/{}", id(&target));
    let seen = lan.get(&path).await.expect(200);
    lan.patch(&path, version(&seen), json!({"description": "Khách quen"})).await.expect(200);
    let blocked = lan.act(&revert(&conversion)).await.refused(409, "conversion_blocked");
    assert_eq!(blocked["blocked_by"].as_array().unwrap().len(), 1, "what was done before the conversion blocks nothing");
    assert_eq!(blocked["blocked_by"][0]["kind"], "account.updated");
}

#[tokio::test]
async fn a_child_of_the_created_account_blocks_and_is_named() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let conversion = converted(&lan, 1, json!({})).await;
    let branch = json!({"name": "Chi nhánh", "parent_id": conversion["account_id"]});
    let branch = lan.post("/accounts", branch).await.expect(201);
    let blocked = lan.act(&revert(&conversion)).await.refused(409, "conversion_blocked");
    assert_eq!(
        (&blocked["blocked_by"][0]["kind"], &blocked["blocked_by"][0]["subject_id"]),
        (&json!("account.created"), &branch["id"])
    );
}

#[tokio::test]
async fn what_was_there_before_and_what_hangs_elsewhere_blocks_nothing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let conversion = converted(&lan, 1, json!({"account": {"action": "link", "id": target["id"]}})).await;
    lan.post("/opportunities", json!({"account_id": target["id"], "name": "Việc khác"})).await.expect(201);
    lan.post("/contacts", json!({"account_id": target["id"], "full_name": "Người khác"})).await.expect(201);
    lan.act(&revert(&conversion)).await.expect(200);
    let counters = lan.get(&format!("/accounts/{}/counters", id(&target))).await.expect(200);
    assert_eq!(counters, json!({"opportunities": 1, "contacts": 1, "children": 0, "meetings": 0, "recordings": 0}));
}

#[tokio::test]
async fn a_conversion_is_undone_once_by_those_who_may() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let conversion = converted(&team.lan, 1, json!({})).await;
    let care = world.user("customer_care").await;
    care.act(&revert(&conversion)).await.refused(403, "forbidden");
    team.minh.act(&revert(&conversion)).await.refused(404, "not_found");
    team.minh.get(&format!("/conversions/{}", id(&conversion))).await.refused(404, "not_found");
    assert!(team.minh.all("/conversions").await.is_empty());
    let undo = revert(&conversion);
    let (one, other) = tokio::join!(team.lan.act(&undo), team.manager.act(&undo));
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    assert_eq!(won.expect(200)["status"], "reverted");
    lost.refused(409, "conversion_reverted");

    let conversion = converted(&team.lan, 2, json!({})).await;
    let first = team.lan.post_once(&revert(&conversion), "undo", json!({})).await.expect(200);
    let again = team.lan.post_once(&revert(&conversion), "undo", json!({})).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), first);
}

#[tokio::test]
async fn an_account_that_two_leads_became_is_not_archived_under_the_second() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let first = converted(&lan, 1, json!({})).await;
    let link = json!({"account": {"action": "link", "id": first["account_id"]}});
    let second = converted(&lan, 2, link).await;
    let blocked = lan.act(&revert(&first)).await.refused(409, "conversion_blocked");
    assert!(blocked["blocked_by"].as_array().unwrap().iter().any(|event| event["kind"] == "lead.converted"));
    lan.act(&revert(&second)).await.expect(200);
    let account = lan.get(&format!("/accounts/{}", text(&first, "account_id"))).await.expect(200);
    assert_eq!(account["archived_at"], json!(null));
}
