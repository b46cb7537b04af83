//! A program that keeps a copy of the records follows their changes with the lists.

use chot_tests::World;
use chot_tests::fixtures::{account, id, opportunity, own_lead, text};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[tokio::test]
async fn who_follows_the_changes_gets_each_record_that_changed_in_the_order_of_its_changes() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let (mut leads, mut accounts, mut contacts, mut opportunities) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 1..=4 {
        leads.push(own_lead(&lan, number).await);
        let customer = account(&lan, number).await;
        let person = json!({"account_id": customer["id"], "full_name": format!("Chị Hương {number}")});
        contacts.push(lan.post("/contacts", person).await.expect(201));
        opportunities.push(opportunity(&lan, &customer, "Tem chống giả").await);
        accounts.push(lan.get(&format!("/accounts/{}", id(&customer))).await.expect(200));
    }
    world.clock.advance(TimeDelta::hours(1));
    for (list, records) in [("leads", leads), ("accounts", accounts), ("contacts", contacts), ("opportunities", opportunities)] {
        let path = |record: &Value| format!("/{list}/{}", id(record));
        let changed = json!({"description": "Gọi lại sau Tết"});
        let mut known = Vec::new();
        for record in [&records[2], &records[0]] {
            let version = record["version"].as_i64().unwrap();
            known.push(lan.patch(&path(record), version, changed.clone()).await.expect(200));
        }
        let since = text(&known[0], "updated_at");
        let found = lan.all(&format!("/{list}?sort=updated_at&updated_at_gte={since}&limit=1")).await;
        assert_eq!(found, known, "{list}");
        let all = lan.all(&format!("/{list}?sort=updated_at")).await;
        assert_eq!((all.len(), &all[2..]), (4, &known[..]), "{list}");
        let none = lan.all(&format!("/{list}?updated_at_gte=2027-11-23T00:00:00Z")).await;
        assert!(none.is_empty(), "{list}");
    }
}
