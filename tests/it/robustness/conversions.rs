use chot_tests::World;
use chot_tests::fixtures::{account, id, own_lead, text};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::at_once::{MANY, all_post, at_once, counted, database, only_winner, times};

#[tokio::test]
async fn a_lead_that_twenty_convert_becomes_one_customer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));

    let replies = all_post(&times(&lan, MANY), &format!("{lead}/convert"), &json!({})).await;
    let conversion = only_winner(replies, 201, 409, "lead_already_converted");
    let database = database(&world).await;
    for table in ["accounts", "contacts", "opportunities", "conversions"] {
        assert_eq!(counted(&database, &format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
    }
    let converted = lan.get(&lead).await.expect(200);
    assert_eq!((&converted["conversion_id"], &converted["account_id"]), (&conversion["id"], &conversion["account_id"]));
    let history = lan.history(&format!("/accounts/{}", text(&conversion, "account_id"))).await;
    for kind in ["lead.converted", "account.created", "contact.created", "opportunity.opened"] {
        assert_eq!(history.iter().filter(|known| *known == kind).count(), 1, "{kind} in {history:?}");
    }
}

#[tokio::test]
async fn of_two_who_undo_a_conversion_one_does() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let conversion = lan.act(&format!("{lead}/convert")).await.expect(201);

    let revert = format!("/conversions/{}/revert", id(&conversion));
    let reverted = only_winner(all_post(&times(&lan, 2), &revert, &json!({})).await, 200, 409, "conversion_reverted");
    assert_eq!((&reverted["status"], &reverted["version"]), (&json!("reverted"), &json!(2)));
    let database = database(&world).await;
    for kind in ["account.archived", "contact.archived", "opportunity.archived", "lead.conversion_reverted"] {
        let told = format!("SELECT count(*) FROM events WHERE kind = '{kind}'");
        assert_eq!(counted(&database, &told).await, 1, "{kind}");
    }
    lan.act(&format!("{lead}/convert")).await.expect(201);
}

#[tokio::test]
async fn a_conversion_and_its_undoing_meet_without_leaving_half_a_customer() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = format!("/leads/{}", id(&own_lead(&lan, 1).await));
    let conversion = lan.act(&format!("{lead}/convert")).await.expect(201);
    let order = |path: String| {
        let lan = lan.clone();
        async move { lan.act(&path).await }
    };
    let both = [format!("/conversions/{}/revert", id(&conversion)), format!("{lead}/convert")];
    let replies = at_once(both.map(order)).await;
    assert_eq!(replies[0].status, 200, "{:#}", replies[0].body);
    let reverted = lan.get(&lead).await.expect(200);
    let (customers, active) = match replies[1].status {
        201 => (1, json!("converted")),
        _ => (0, json!("assigned")),
    };
    assert_eq!(reverted["status"], active);
    assert_eq!(lan.all("/accounts").await.len(), customers);
    assert_eq!(lan.all("/opportunities").await.len(), customers);
    assert_eq!(lan.all("/contacts").await.len(), customers);
}

#[tokio::test]
async fn what_a_conversion_kept_and_nobody_can_read_any_more_stops_its_undoing() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let target = account(&lan, 1).await;
    let lead = own_lead(&lan, 1).await;
    let order = json!({"account": {"action": "link", "id": target["id"], "overwrite": ["name"]}});
    let conversion = lan.post(&format!("/leads/{}/convert", id(&lead)), order).await.expect(201);
    let database = database(&world).await;
    for unreadable in ["account_before = '{\"named\": 1}'", "opportunities = '{}'", "account_tags = '7'"] {
        let kept = counted(&database, "SELECT count(*) FROM events").await;
        database.execute_unprepared("CREATE TABLE kept AS SELECT * FROM conversions").await.unwrap();
        database.execute_unprepared(&format!("UPDATE conversions SET {unreadable}")).await.unwrap();
        lan.expecting_failures().act(&format!("/conversions/{}/revert", id(&conversion))).await.refused(500, "internal_error");
        let column = unreadable.split(' ').next().unwrap();
        let back = format!("UPDATE conversions SET {column} = (SELECT {column} FROM kept)");
        database.execute_unprepared(&back).await.unwrap();
        database.execute_unprepared("DROP TABLE kept").await.unwrap();
        assert_eq!(counted(&database, "SELECT count(*) FROM events").await, kept, "{unreadable}");
    }
    lan.act(&format!("/conversions/{}/revert", id(&conversion))).await.expect(200);
    let restored = lan.get(&format!("/accounts/{}", id(&target))).await.expect(200);
    assert_eq!(restored["name"], target["name"]);
}
