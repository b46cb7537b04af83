use chot_tests::fixtures::{id, text};
use serde_json::{Value, json};

use super::{Sale, named_by, tags};

impl Sale {
    /// R-EDU-31, R-EDU-36, R-EDU-45…49: with meeting link, check list and reminder, which move with it.
    pub(super) async fn the_demo_is_booked_and_moved_by_the_customer(&self, lead: &str) -> String {
        let demo = json!({
            "kind": "online_meeting", "category": "demo", "subject": "Demo cho Trung tâm Sao Mai", "lead_id": named_by(lead),
            "starts_at": "2026-11-25T14:00:00+07:00", "ends_at": "2026-11-25T14:45:00+07:00",
            "meeting_link": "https://online.emso.vn/sao-mai",
        });
        let demo = self.nam.post("/activities", demo).await.expect(201);
        let items: Vec<_> = demo["check_list"].as_array().unwrap().iter().map(|item| text(item, "text")).collect();
        assert_eq!(items, ["Máy tính", "Internet", "Pin điện thoại", "Laptop"]);
        assert_eq!(self.planned("demo_reminder").await[0]["starts_at"], "2026-11-25T06:00:00Z");
        let playbook = self.nam.get("/playbook").await.expect(200)["playbook"].clone();
        let stages = playbook["pipelines"][1]["stages"].as_array().unwrap().clone();
        let guidance = text(stages.iter().find(|stage| stage["key"] == demo["stage"]).unwrap(), "guidance");
        assert!(guidance.contains("kịch bản") && guidance.contains("hợp đồng mẫu"), "R-EDU-51, R-EDU-53, R-EDU-54");

        let path = format!("/activities/{}", id(&demo));
        let order = json!({"starts_at": "2026-11-26T14:00:00+07:00", "reason": "Khách bận"});
        self.nam.post(&format!("{path}/reschedule"), order).await.expect(200);
        assert_eq!(self.planned("demo_reminder").await[0]["starts_at"], "2026-11-26T06:00:00Z");
        path
    }

    /// R-EDU-44…46: in the hour before the demo, and the customer confirms.
    pub(super) async fn an_hour_before_the_customer_is_reminded(&self, demo: &str) {
        self.it_is("2026-11-26T12:59").await;
        assert_eq!(self.told().await, [""; 0]);
        self.it_is("2026-11-26T13:01").await;
        assert_eq!(self.told().await, ["activity_due"]);
        let reminder = self.planned("demo_reminder").await.remove(0);
        assert_eq!(reminder["meeting_link"], "https://online.emso.vn/sao-mai");
        assert_eq!(reminder["reminder_of_id"], json!(named_by(demo)));
        self.nam.post(&format!("/activities/{}/complete", id(&reminder)), json!({"outcome": "confirmed"})).await.expect(200);
    }

    /// R-EDU-49, R-EDU-50, R-EDU-52, R-EDU-55: flagged and tagged, and the password to the customer's computer is deleted.
    pub(super) async fn the_demo_takes_too_long_and_leaves_no_password_behind(&self, demo: &str) {
        self.it_is("2026-11-26T13:55").await;
        let version = self.nam.get(demo).await.expect(200)["version"].as_i64().unwrap();
        let access = json!({"remote_access": {"tool": "TeamViewer", "id": "123 456 789", "password": "x7k2"}});
        self.nam.patch(demo, version, access).await.expect(200);
        self.it_is("2026-11-26T14:51").await;
        let done = json!({"outcome": "successful", "summary": "Khách thích phần quản lý học viên", "done_at": "2026-11-26T14:50:00+07:00"});
        let done = self.nam.post(&format!("{demo}/complete"), done).await.expect(200);
        assert_eq!((&done["is_too_long"], &done["remote_access"]["password"]), (&json!(true), &json!(null)));
        let lead = self.nam.get(&format!("/leads/{}", text(&done, "lead_id"))).await.expect(200);
        assert_eq!(tags(&lead), ["demo_granted", "guided"]);
    }

    /// R-EDU-06, R-EDU-56…59: an opportunity with a customer in care, with the tags of guided and potential customers; the
    /// negotiation is planned.
    pub(super) async fn the_customer_is_keen_and_becomes_a_chance(&self, lead: &str) -> String {
        let conversion = self.nam.act(&format!("{lead}/convert")).await.expect(201);
        let path = format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"));
        let chance = self.nam.get(&path).await.expect(200);
        assert_eq!((&chance["stage"], tags(&chance)), (&json!("potential"), vec!["guided", "potential"]));
        assert_eq!(chance["closing_due_at"], "2026-12-03T07:50:00Z", "seven days from the demo, not from today");
        let account: Value = self.nam.get(&format!("/accounts/{}", text(&conversion, "account_id"))).await.expect(200);
        assert_eq!(account["customer_status"], "being_cared_for");
        assert_eq!(account["custom_fields"]["pupil_count"], 400);
        assert_eq!(self.nam.all("/opportunities?tag=guided&stage=potential").await.len(), 1);
        let meeting = json!({
            "kind": "meeting", "category": "appointment", "subject": "Thương thảo hợp đồng", "opportunity_id": chance["id"],
            "starts_at": "2026-12-02T09:00:00+07:00",
        });
        self.nam.post("/activities", meeting).await.expect(201);
        path
    }
}
