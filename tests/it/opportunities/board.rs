//! The board: columns with cards, counts and sums of visible records.

use chot_tests::fixtures::{account, id, own_lead, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::{lost, names, opened, team};

async fn columns(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.expect(200)["columns"].as_array().unwrap().clone()
}

/// Stage, count and sum of the columns that are not empty.
fn filled(columns: &[Value]) -> Vec<(String, i64, String)> {
    let filled = columns.iter().filter(|column| column["count"] != 0);
    filled.map(|column| (text(column, "stage"), column["count"].as_i64().unwrap(), text(column, "expected_revenue"))).collect()
}

fn column(stage: &str, count: i64, sum: &str) -> (String, i64, String) {
    (stage.to_owned(), count, sum.to_owned())
}

#[tokio::test]
async fn r_ichk_58_the_board_counts_and_sums_what_the_caller_sees() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let (lans, minhs) = (account(&team.lan, 1).await, account(&team.minh, 2).await);
    for (name, stage, revenue) in [("A", "new_opportunity", "1000000"), ("B", "quoted", "99999999999998"), ("C", "quoted", "1")] {
        opened(&team.lan, &lans, name, json!({"stage": stage, "expected_revenue": revenue})).await;
    }
    opened(&team.lan, &lans, "D", json!({"stage": "quoted"})).await;
    let won = opened(&team.lan, &lans, "E", json!({"expected_revenue": "5"})).await;
    team.lan.act(&format!("{won}/win")).await.expect(200);
    lost(&team.lan, &opened(&team.lan, &lans, "F", json!({"expected_revenue": "7"})).await).await;
    opened(&team.minh, &minhs, "G", json!({"stage": "negotiating", "expected_revenue": "30"})).await;
    let board = "/pipelines/sales/board";
    let of_lan = columns(&team.lan, board).await;
    let stages: Vec<_> = of_lan.iter().map(|column| text(column, "stage")).collect();
    assert_eq!(stages, ["new_opportunity", "advising", "quoted", "negotiating", "won", "lost"]);
    let mine = [
        column("new_opportunity", 1, "1000000"),
        column("quoted", 3, "99999999999999"),
        column("won", 1, "5"),
        column("lost", 1, "7"),
    ];
    assert_eq!(filled(&of_lan), mine);
    assert_eq!(filled(&columns(&team.manager, board).await), mine, "the team's");
    assert_eq!(filled(&columns(&team.minh, board).await), [column("negotiating", 1, "30")]);
    let care = world.user("customer_care").await;
    let everybodys = filled(&columns(&care, board).await);
    assert_eq!((everybodys.len(), &everybodys[2]), (5, &column("negotiating", 1, "30")));
    let of_minh = columns(&care, &format!("{board}?owner_id={}", team.minh.user_id)).await;
    assert_eq!(filled(&of_minh), [column("negotiating", 1, "30")]);
}

#[tokio::test]
async fn large_revenues_are_summed_as_the_contract_says() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for name in ["A", "B"] {
        opened(&lan, &ours, name, json!({"expected_revenue": "99999999999999"})).await;
    }
    let board = columns(&lan, "/pipelines/sales/board").await;
    assert_eq!(filled(&board), [column("new_opportunity", 2, "199999999999998")]);
}

#[tokio::test]
async fn no_revenue_that_is_accepted_breaks_the_board() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for number in 0..10 {
        opened(&lan, &ours, &format!("Cơ hội {number}"), json!({"expected_revenue": "99999999999999"})).await;
    }
    assert_eq!(lan.get("/pipelines/sales/board").await.status, 200);
}

#[tokio::test]
async fn r_ichk_58_cards_are_the_newest_and_the_list_shows_the_rest() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    for number in 0..12 {
        opened(&lan, &ours, &format!("Cơ hội {number:02}"), json!({"stars": 2, "expected_revenue": "10"})).await;
    }
    let first = columns(&lan, "/pipelines/sales/board").await.remove(0);
    let cards = first["cards"].as_array().unwrap();
    assert_eq!((first["count"].as_i64(), cards.len()), (Some(12), 10));
    assert_eq!((names(cards)[0].as_str(), names(cards)[9].as_str()), ("Cơ hội 11", "Cơ hội 02"));
    let card = &cards[0];
    assert_eq!((&card["card"], &card["account_name"], &card["stars"]), (&json!("opportunity"), &ours["name"], &json!(2)));
    assert_eq!(
        (&card["owner_name"], &card["version"], &card["expected_revenue"]),
        (&json!("Người dùng salesperson"), &json!(1), &json!("10"))
    );
    for (asked, shown) in [(0, 0), (3, 3), (50, 12)] {
        let first = columns(&lan, &format!("/pipelines/sales/board?cards_per_column={asked}")).await.remove(0);
        assert_eq!((first["count"].as_i64(), first["cards"].as_array().unwrap().len()), (Some(12), shown));
    }
    let faults = lan.get("/pipelines/sales/board?cards_per_column=51").await.faults(400);
    assert_eq!(faults, [("/cards_per_column".into(), "out_of_range".into())]);
    assert_eq!(lan.all("/opportunities?stage=new_opportunity").await.len(), 12);
    lan.get("/pipelines/nowhere/board").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_board_may_hold_leads_opportunities_and_accounts() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let ours = account(&lan, 1).await;
    let chance = opened(&lan, &ours, "Gói Tiêu chuẩn", json!({"expected_revenue": "12000000"})).await;
    let board = columns(&lan, "/pipelines/in_sale/board").await;
    let received = &board[0];
    assert_eq!((&received["card"], &received["status"], &received["count"]), (&json!("lead"), &json!("assigned"), &json!(1)));
    assert_eq!((&received["cards"][0]["id"], &received["expected_revenue"]), (&lead["id"], &json!("0")));
    assert_eq!(filled(&board), [column("received", 1, "0"), column("potential", 1, "12000000")]);
    lan.act(&format!("{chance}/win")).await.expect(200);
    let after = columns(&lan, "/pipelines/after_sale/board").await;
    assert_eq!((&after[0]["cards"][0]["card"], &after[0]["cards"][0]["id"]), (&json!("account"), &ours["id"]));
    assert_eq!(
        filled(&columns(&lan, "/pipelines/in_sale/board").await),
        [column("received", 1, "0"), column("closed", 1, "12000000")]
    );
    // Marketing may not read opportunities, so it cannot see a board with opportunities.
    let marketing = world.user("marketing").await;
    marketing.get("/pipelines/in_sale/board").await.refused(403, "forbidden");
    marketing.get("/pipelines/before_sale/board").await.expect(200);
}

#[tokio::test]
async fn a_lead_moves_over_its_board_by_verbs_and_between_columns_of_one_status_freely() {
    let world = World::under("easyedu").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let move_to = async |stage: &str| lan.post(&format!("{path}/move"), json!({"stage": stage})).await;
    let refused = move_to("call_again").await.refused(409, "stage_needs_action");
    assert_eq!((&refused["current_status"], &refused["stage_status"]), (&json!("assigned"), &json!("contacting")));
    lan.act(&format!("{path}/mark-contacted")).await.expect(200);
    assert_eq!(move_to("call_again").await.expect(200)["stage"], "call_again");
    assert_eq!(move_to("contacted").await.expect(200)["stage"], "contacted");
    for (stage, code) in [("potential", "unknown_key"), ("active", "unknown_key"), ("nowhere", "unknown_key")] {
        assert_eq!(move_to(stage).await.faults(422), [("/stage".into(), code.into())], "{stage}");
    }
    assert_eq!(lan.get(&path).await.expect(200)["stage"], "contacted");
}
