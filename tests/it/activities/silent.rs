//! Planned activities about an archived record pause until the record is restored.

use chot_tests::fixtures::{account, id, opportunity, own_lead, text, version};
use chot_tests::{Client, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

struct Office {
    world: World,
    admin: Client,
    lan: Client,
    feed: String,
}

impl Office {
    async fn open() -> Self {
        let world = World::under("easyedu").await;
        let (admin, lan) = (world.user("admin").await, world.user("salesperson").await);
        let feed = text(&lan.act("/me/calendar-feed").await.expect(200), "path").replace("/api/v1", "");
        Self { world, admin, lan, feed }
    }

    /// Lan's activity of a rule, by its category.
    async fn planned(&self, category: &str) -> Value {
        let mut found = self.lan.all(&format!("/activities?status=planned&category={category}")).await;
        assert_eq!(found.len(), 1, "{category}: {found:#?}");
        assert_ne!(found[0]["rule"], json!(null));
        found.remove(0)
    }

    /// Whether it is in the due list, in the calendar, and in the calendar feed.
    async fn shown(&self, activity: &Value) -> [bool; 3] {
        let stands = async |path: &str| self.lan.all(path).await.iter().any(|one| one["id"] == activity["id"]);
        let month = "/calendar?from=2026-11-20&to=2027-01-15";
        let feed = self.world.anonymous().get(&self.feed).await;
        [stands("/calendar/due-today").await, stands(month).await, feed.text.contains(&id(activity))]
    }

    /// How often Lan was notified that it is due.
    async fn told(&self, activity: &Value) -> usize {
        let told = self.lan.all("/notifications?kind=activity_due").await;
        told.iter().filter(|one| one["subject_id"] == activity["id"]).count()
    }

    /// The record is archived, the activity's time passes, and the record is restored.
    async fn holds(&self, activity: &Value, record: &str, days: i64) {
        assert_eq!(self.shown(activity).await[1..], [true; 2], "{record}: before");
        let seen = self.admin.get(record).await.expect(200);
        self.admin.delete(record, version(&seen)).await.expect(204);
        assert_eq!(self.shown(activity).await, [false; 3], "{record}: in the archive");
        self.world.pass(TimeDelta::days(days)).await;
        assert_eq!((self.shown(activity).await, self.told(activity).await), ([false; 3], 0), "{record}: due in the archive");
        self.admin.act(&format!("{record}/restore")).await.expect(200);
        self.world.pass(TimeDelta::seconds(1)).await;
        assert_eq!((self.shown(activity).await, self.told(activity).await), ([true; 3], 1), "{record}: back");
        let seen = self.admin.get(record).await.expect(200);
        self.admin.delete(record, version(&seen)).await.expect(204);
        self.admin.act(&format!("{record}/restore")).await.expect(200);
        self.world.pass(TimeDelta::hours(1)).await;
        assert_eq!((self.shown(activity).await, self.told(activity).await), ([true; 3], 1), "{record}: back again");
    }

    async fn called_in_vain(&self) -> Value {
        let lead = own_lead(&self.lan, 1).await;
        let call = json!({
            "kind": "call", "subject": "Gọi", "lead_id": lead["id"], "outcome": "no_answer", "done_at": "2026-11-23T02:00:00Z",
        });
        self.lan.post("/activities", call).await.expect(201);
        lead
    }

    async fn demonstrated(&self) -> Value {
        let chance = opportunity(&self.lan, &account(&self.lan, 1).await, "Gói Tiêu chuẩn").await;
        let demo = json!({
            "kind": "online_meeting", "category": "demo", "subject": "Demo", "outcome": "successful",
            "done_at": "2026-11-23T02:00:00Z", "opportunity_id": chance["id"],
        });
        self.lan.post("/activities", demo).await.expect(201);
        chance
    }
}

#[tokio::test]
async fn a_call_back_to_an_archived_lead_is_silent_and_told_once_when_the_lead_is_restored() {
    let office = Office::open().await;
    let lead = office.called_in_vain().await;
    let call_back = office.planned("call_again").await;
    office.holds(&call_back, &format!("/leads/{}", id(&lead)), 1).await;
}

#[tokio::test]
async fn a_follow_up_of_an_archived_opportunity_is_silent_and_told_once_when_the_opportunity_is_restored() {
    let office = Office::open().await;
    let chance = office.demonstrated().await;
    let closing = office.planned("closing_appointment").await;
    office.holds(&closing, &format!("/opportunities/{}", id(&chance)), 4).await;
}

#[tokio::test]
async fn the_call_after_the_sale_to_an_archived_account_is_silent_and_told_once_when_the_account_is_restored() {
    let office = Office::open().await;
    let chance = office.demonstrated().await;
    office.lan.act(&format!("/opportunities/{}/win", id(&chance))).await.expect(200);
    let after_sale = office.planned("after_sale_call").await;
    office.holds(&after_sale, &format!("/accounts/{}", text(&chance, "account_id")), 31).await;
}

#[tokio::test]
async fn an_archived_activity_is_silent_and_told_once_when_it_is_restored() {
    let office = Office::open().await;
    office.called_in_vain().await;
    let call_back = office.planned("call_again").await;
    office.holds(&call_back, &format!("/activities/{}", id(&call_back)), 1).await;
}

#[tokio::test]
async fn what_people_planned_about_an_archived_record_is_hidden_until_it_is_restored() {
    let office = Office::open().await;
    let customer = account(&office.lan, 2).await;
    let call = json!({"kind": "call", "subject": "Gọi", "account_id": customer["id"], "starts_at": "2026-11-23T03:00:00Z"});
    let call = office.lan.post("/activities", call).await.expect(201);
    assert_eq!(office.shown(&call).await, [true; 3]);
    let path = format!("/accounts/{}", id(&customer));
    office.admin.delete(&path, 1).await.expect(204);
    assert_eq!(office.shown(&call).await, [false; 3]);
    office.admin.act(&format!("{path}/restore")).await.expect(200);
    assert_eq!(office.shown(&call).await, [true; 3]);
}

#[tokio::test]
async fn what_is_still_to_come_is_told_at_its_time_after_the_record_was_restored() {
    let office = Office::open().await;
    let lead = office.called_in_vain().await;
    let call_back = office.planned("call_again").await;
    let path = format!("/leads/{}", id(&lead));
    let seen = office.admin.get(&path).await.expect(200);
    office.admin.delete(&path, version(&seen)).await.expect(204);
    office.world.pass(TimeDelta::hours(1)).await;
    office.admin.act(&format!("{path}/restore")).await.expect(200);
    office.world.pass(TimeDelta::hours(1)).await;
    assert_eq!(office.told(&call_back).await, 0);
    office.world.pass(TimeDelta::hours(3)).await;
    assert_eq!(office.told(&call_back).await, 1);
}
