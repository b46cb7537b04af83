//! Accounts are corrected and completed.

use chot_tests::World;
use chot_tests::fixtures::{account, id, version};
use reqwest::Method;
use serde_json::json;

use super::{fault, team};

#[tokio::test]
async fn r_ichk_10_information_is_corrected_and_added() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let first = json!({
        "name": " Công ty Cổ phần Sao Mai Việt ",
        "email": "LienHe@SaoMai.vn",
        "rank": "vip",
        "profile": {"address": {"text": "12 Hàng Bài", "province_code": "01"}, "line_of_business": "food"},
    });
    let changed = lan.patch(&path, 1, first).await.expect(200);
    assert_eq!((&changed["name"], &changed["email"]), (&json!("Công ty Cổ phần Sao Mai Việt"), &json!("lienhe@saomai.vn")));
    assert_eq!((&changed["phone"], version(&changed)), (&ours["phone"], 2));
    let second = json!({"rank": null, "profile": {"address": {"province_code": null}, "website": "saomai.vn"}});
    let changed = lan.patch(&path, 2, second).await.expect(200);
    assert_eq!((&changed["rank"], &changed["profile"]["line_of_business"]), (&json!(null), &json!("food")));
    assert_eq!(changed["profile"]["address"], json!({"text": "12 Hàng Bài", "province_code": null, "commune_code": null}));
    assert_eq!(lan.get(&path).await.expect(200), changed);
    // A patch with the current values changes nothing and stores no event.
    let same = lan.patch(&path, 3, json!({"name": "Công ty Cổ phần Sao Mai Việt", "rank": null})).await.expect(200);
    assert_eq!(same, changed);
    assert_eq!(lan.history(&path).await, ["account.created", "account.updated", "account.updated"]);
}

#[tokio::test]
async fn r_ichk_11_only_those_with_the_right_edit_and_each_change_is_in_the_history() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let care = world.user("customer_care").await;
    care.get(&path).await.expect(200);
    care.patch(&path, 1, json!({"description": "x"})).await.refused(403, "forbidden");
    team.minh.patch(&path, 1, json!({"description": "x"})).await.refused(403, "forbidden");
    let data = world.user("data_employee").await;
    data.patch(&path, 1, json!({"phone": "024 3825 1234", "profile": {"website": "saomai.vn"}})).await.expect(200);
    let told = team.lan.all(&format!("{path}/timeline?kind=account.updated")).await.remove(0);
    assert_eq!((&told["actor_id"], &told["actor_name"]), (&json!(data.user_id), &json!("Người dùng data_employee")));
    assert_eq!(told["changes"]["phone"], json!({"from": ours["phone"], "to": "+842438251234"}));
    assert_eq!(told["changes"]["profile"]["to"]["website"], "https://saomai.vn/");
    assert_eq!(told["changes"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn r_ichk_12_two_who_edit_at_once_do_not_overwrite_each_other() {
    let world = World::under("icheck").await;
    let team = team(&world).await;
    let ours = account(&team.lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    let (one, other) = tokio::join!(
        team.lan.patch(&path, 1, json!({"description": "Của Lan"})),
        team.manager.patch(&path, 1, json!({"description": "Của quản lý"})),
    );
    let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
    let won = won.expect(200);
    assert_eq!(lost.refused(412, "version_mismatch")["version"], 2);
    assert_eq!(team.lan.get(&path).await.expect(200), won);
    let blind = team.lan.request(Method::PATCH, &path).json(&json!({"description": "Mù"}));
    team.lan.send(blind).await.refused(428, "version_required");
    for odd in ["W/\"2\"", "*", "\"x\""] {
        let request = team.lan.request(Method::PATCH, &path).header("if-match", odd).json(&json!({"description": "Lạ"}));
        team.lan.send(request).await.refused(412, "version_mismatch");
    }
    let bare = team.lan.request(Method::PATCH, &path).header("if-match", "2").json(&json!({"description": "Lạ"}));
    assert_eq!(team.lan.send(bare).await.faults(400), [fault("/If-Match", "invalid_if_match")]);
    assert_eq!(team.lan.history(&path).await.len(), 2);
}

#[tokio::test]
async fn a_patch_that_says_nothing_or_too_much_is_refused() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    assert_eq!(lan.patch(&path, 1, json!({})).await.faults(422), [fault("", "empty_patch")]);
    for wrong in [json!([]), json!("x"), json!(null)] {
        assert_eq!(lan.patch(&path, 1, wrong).await.faults(422), [fault("", "wrong_type")]);
    }
    let many = json!({"owner_id": null, "type": "customer", "stage": "won", "name": "", "profile": {"website": 5, "zz": 1}, "citizen_id": "1"});
    let mut faults = lan.patch(&path, 1, many).await.faults(422);
    faults.sort();
    let expected = [
        fault("/citizen_id", "invalid_citizen_id"),
        fault("/name", "blank"),
        fault("/owner_id", "immutable"),
        fault("/profile/website", "wrong_type"),
        fault("/profile/zz", "unknown_member"),
        fault("/stage", "immutable"),
        fault("/type", "immutable"),
    ];
    assert_eq!(faults, expected);
    assert_eq!(lan.get(&path).await.expect(200), ours);
}

#[tokio::test]
async fn tags_hang_once_with_author_and_time_and_stages_hold_accounts() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let ours = account(&lan, 1).await;
    let path = format!("/accounts/{}", id(&ours));
    for _ in 0..2 {
        let tagged = lan.post(&format!("{path}/tags"), json!({"tag": "shop_chain"})).await.expect(200);
        assert_eq!((tagged["tags"].as_array().unwrap().len(), &tagged["tags"][0]["created_by"]), (1, &json!(lan.user_id)));
    }
    assert_eq!(lan.all("/accounts?tag=shop_chain").await.len(), 1);
    assert_eq!(lan.post(&format!("{path}/tags"), json!({"tag": "no_such"})).await.faults(422), [fault("/tag", "unknown_key")]);
    assert_eq!(lan.remove(&format!("{path}/tags/shop_chain")).await.expect(200)["tags"], json!([]));
    lan.remove(&format!("{path}/tags/shop_chain")).await.refused(404, "not_found");
    assert_eq!(lan.history(&path).await, ["account.created", "account.tagged", "account.untagged"]);

    let moved = lan.post(&format!("{path}/move"), json!({"stage": "support"})).await.expect(200);
    assert_eq!(moved["stage"], "support");
    assert_eq!(lan.all("/accounts?stage=support").await.len(), 1);
    for stage in ["won", "qualified", "nowhere"] {
        let faults = lan.post(&format!("{path}/move"), json!({"stage": stage})).await.faults(422);
        assert_eq!(faults, [fault("/stage", "unknown_key")], "{stage}");
    }
    let event = lan.all(&format!("{path}/timeline?kind=account.moved")).await.remove(0);
    assert_eq!((&event["facts"]["stage_before"], &event["facts"]["stage"]), (&json!(null), &json!("support")));
}

#[tokio::test]
async fn r_suno_19_a_prospect_is_classified_while_it_is_cared_for() {
    let world = World::under("suno").await;
    let lan = world.user("salesperson").await;
    let (ours, _other) = (account(&lan, 1).await, account(&lan, 2).await);
    let path = format!("/accounts/{}", id(&ours));
    assert_eq!(ours["type"], "prospect", "who really does business is one from the first day");
    let rank = lan.get("/playbook").await.expect(200)["playbook"]["customer_ranks"][0]["key"].clone();
    lan.patch(&path, 1, json!({"rank": rank})).await.expect(200);
    lan.post(&format!("{path}/tags"), json!({"tag": "shop_chain"})).await.expect(200);
    let found = lan.all(&format!("/accounts?type=prospect&rank={}&tag=shop_chain", rank.as_str().unwrap())).await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [id(&ours)]);
}
