//! The nights: at 23:59 the system checks every main opportunity.

use chot_tests::fixtures::id;
use serde_json::{Value, json};

use super::{Book, Month, path_of};
use crate::evidence::{evidence_status, inbox, last, status};
use crate::opportunities::{lost, opened};

/// How often each of these events was recorded while the clock was moved.
fn counted<const N: usize>(moved: &Value, kinds: [&str; N]) -> [i64; N] {
    let events = moved["events"].as_array().unwrap();
    let count =
        |kind: &str| events.iter().find(|event| event["kind"] == kind).map_or(0, |event| event["count"].as_i64().unwrap());
    kinds.map(count)
}

const LOST_AND_RELEASED: [&str; 2] = ["opportunity.lost", "account.released"];

impl Month {
    /// At 23:59, not earlier, opportunities without evidence are lost, by the system and with its reason; Lan and her manager are
    /// notified (R-ICHK-77, R-ICHK-78). Tân Tiến returns to the pool, since it has no main opportunity that is open or won
    /// (R-ICHK-79, A-24). Hoa Sen and Kim Long stay: one has evidence for stamps, and one has a won opportunity (R-ICHK-81).
    pub(super) async fn on_monday_night_what_shows_nothing_is_lost(&self, book: &Book) {
        let early = self.it_is("2026-11-23T23:58").await;
        assert_eq!(counted(&early, LOST_AND_RELEASED), [0, 0]);
        let night = self.it_is("2026-11-24T08:00").await;
        assert_eq!(counted(&night, LOST_AND_RELEASED), [3, 1]);
        for chance in [&book.tracing, &book.promotion, &book.more] {
            self.was_lost_by_the_system(chance, "2026-11-23", "missing").await;
        }
        for told in [inbox(&self.lan).await, inbox(&self.manager).await] {
            assert_eq!(told.iter().filter(|kind| *kind == "opportunity_lost_by_check").count(), 3, "{told:?}");
        }
        assert!(inbox(&self.minh).await.is_empty());
        let lan = json!(self.lan.user_id);
        let owners = [&book.hoa_sen, &book.tan_tien, &book.kim_long];
        let owners = [self.owner_of(owners[0]).await, self.owner_of(owners[1]).await, self.owner_of(owners[2]).await];
        assert_eq!(owners, [lan.clone(), Value::Null, lan]);
        self.was_released(&book.tan_tien, &Value::Null).await;
    }

    async fn was_lost_by_the_system(&self, chance: &str, business_date: &str, evidence: &str) {
        let record = self.admin.get(chance).await.expect(200);
        assert_eq!((&record["status"], &record["lost_reason"]), (&json!("lost"), &json!("no_evidence")), "{record:#}");
        let told = self.admin.all(&format!("{chance}/timeline?kind=opportunity.lost")).await;
        assert_eq!((told.len(), &told[0]["actor_kind"]), (1, &json!("system")));
        let facts = ["business_date", "evidence_status"].map(|fact| &told[0]["facts"][fact]);
        assert_eq!(facts, [&json!(business_date), &json!(evidence)]);
    }

    /// The events of the account contain the reason and the actor (R-ICHK-80, R-ICHK-22).
    async fn was_released(&self, account: &Value, by: &Value) {
        let told = self.admin.all(&format!("{}/timeline?kind=account.released", path_of(account))).await.remove(0);
        assert_eq!((&told["facts"]["reason"], &told["actor_id"]), (&json!("no_active_primary_opportunity"), by));
    }

    /// Others can claim it (R-ICHK-80). The training follows the account; it is secondary and requires no evidence (R-ICHK-73).
    pub(super) async fn minh_takes_the_customer_that_was_freed(&self, book: &Book) {
        let pool = self.minh.all("/account-cards").await;
        assert_eq!(pool.iter().map(id).collect::<Vec<_>>(), [id(&book.tan_tien)]);
        self.minh.act(&format!("{}/claim", path_of(&book.tan_tien))).await.expect(200);
        let training = self.minh.get(&book.training).await.expect(200);
        assert_eq!((&training["status"], &training["owner_id"]), (&json!("open"), &json!(self.minh.user_id)));
        assert_eq!(training["evidence_status"], "not_required");
        assert_eq!(self.lan.get(&path_of(&book.tan_tien)).await.expect(200)["view"], "card", "Lan sees whose it is now");
        self.lan.get(&book.training).await.refused(404, "not_found");
    }

    /// Evidence with a warning does not count (R-ICHK-77). Lan may claim An Phát again.
    pub(super) async fn on_tuesday_night_what_was_warned_and_not_repaired_is_lost(&self, book: &Book) {
        let night = self.it_is("2026-11-25T08:00").await;
        assert_eq!(counted(&night, LOST_AND_RELEASED), [1, 1]);
        self.was_lost_by_the_system(&book.barcodes, "2026-11-24", "warned").await;
        assert_eq!(status(&self.lan, &book.warranty).await, "open", "it was repaired in time");
        assert_eq!(self.owner_of(&book.an_phat).await, Value::Null);
        self.lan.act(&format!("{}/claim", path_of(&book.an_phat))).await.expect(200);
    }

    /// On Wednesday Lan creates another opportunity and forgets it. The clock moves over two nights at once: each is checked
    /// separately, in order (R-ICHK-78), and Kim Long stays, since it has a won opportunity.
    pub(super) async fn two_nights_pass_while_nobody_looks(&self, book: &Book) {
        let forgotten = opened(&self.lan, &book.kim_long, "Thêm 50 mã", json!({})).await;
        let nights = self.it_is("2026-11-27T08:00").await;
        assert_eq!(nights["timers"], json!([{"kind": "evidence_check", "count": 2}]));
        assert_eq!(counted(&nights, LOST_AND_RELEASED), [1, 0]);
        self.was_lost_by_the_system(&forgotten, "2026-11-25", "missing").await;
        assert_eq!(self.owner_of(&book.kim_long).await, json!(self.lan.user_id));
        let expected = [
            json!(["2026-11-23", "done", 8, 3, 1]),
            json!(["2026-11-24", "done", 5, 1, 1]),
            json!(["2026-11-25", "done", 5, 1, 0]),
            json!(["2026-11-26", "done", 4, 0, 0]),
            json!(["2026-11-27", "waiting", 0, 0, 0]),
        ];
        assert_eq!(self.checks().await, expected);
    }

    /// The results of the nightly checks, oldest first.
    async fn checks(&self) -> Vec<Value> {
        let checks = self.care.all("/evidence-checks?sort=business_date").await;
        let told = |check: &Value| ["business_date", "state", "checked", "lost", "released"].map(|member| check[member].clone());
        checks.iter().map(|check| json!(told(check))).collect()
    }

    /// On Friday Đại Việt declines. Lost by a user or by the system, the last main opportunity releases the account.
    pub(super) async fn lan_gives_a_customer_up_by_hand(&self, book: &Book) {
        let gone = lost(&self.lan, &book.channels).await;
        assert_eq!(gone["lost_reason"], "price");
        assert_eq!(self.owner_of(&book.dai_viet).await, Value::Null);
        self.was_released(&book.dai_viet, &json!(self.lan.user_id)).await;
        self.minh.act(&format!("{}/claim", path_of(&book.dai_viet))).await.expect(200);
        assert_eq!(self.owner_of(&book.dai_viet).await, json!(self.minh.user_id));
    }

    /// After twenty-six more nights, opportunities with evidence and those without the requirement are still open; none was lost
    /// twice.
    pub(super) async fn the_rest_of_the_month_costs_nothing(&self, book: &Book) {
        let month = self.it_is("2026-12-23T08:00").await;
        assert_eq!(counted(&month, LOST_AND_RELEASED), [0, 0]);
        let checks = self.checks().await;
        assert_eq!(
            (checks.len(), &checks[29], &checks[30]),
            (31, &json!(["2026-12-22", "done", 3, 0, 0]), &json!(["2026-12-23", "waiting", 0, 0, 0]))
        );
        for chance in [&book.stamps, &book.trade_mark, &book.warranty] {
            assert_eq!(
                (status(&self.lan, chance).await, evidence_status(&self.lan, chance).await),
                (json!("open"), json!("provided"))
            );
        }
        for secondary in [&book.printer, &book.training] {
            assert_eq!(status(&self.admin, secondary).await, "open");
        }
        assert_eq!(self.owner_of(&book.binh_minh).await, json!(self.lan.user_id));
        let lost = self.admin.all("/opportunities?status=lost").await;
        let by_system = lost.iter().filter(|one| one["lost_reason"] == "no_evidence").count();
        assert_eq!((lost.len(), by_system), (6, 5));
        let told = ["evidence.given", "evidence.sampled", "evidence.warned", "evidence.given", "evidence.given"];
        let history = self.lan.history(&book.warranty).await;
        let of_evidence: Vec<_> = history.iter().filter(|kind| kind.starts_with("evidence.")).collect();
        assert_eq!(of_evidence, told, "the history of {} tells it all", last(&book.warranty));
    }
}
