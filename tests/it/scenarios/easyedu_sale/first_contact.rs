use chot_tests::fixtures::{id, text};
use serde_json::{Value, json};

use super::{Sale, named_by, tags};

impl Sale {
    /// R-EDU-01, R-EDU-21, R-EDU-22: after an hour without contact, the lead is assigned to Nam.
    pub(super) async fn ha_does_not_call_within_the_hour(&self) -> String {
        let lead = self.gives(1, &self.ha).await;
        let received = self.ha.get(&lead).await.expect(200);
        assert_eq!((&received["stage"], tags(&received)), (&json!("received"), vec!["received"]));
        let passed = self.it_is("2026-11-23T10:05").await;
        assert_eq!(passed["timers"], json!([{"kind": "lead_recall", "count": 1}]));
        assert_eq!(text(&self.nam.get(&lead).await.expect(200), "owner_id"), self.nam.user_id);
        assert_eq!(self.told().await, ["lead_assigned"]);
        let ha = self.ha.all("/notifications").await;
        assert_eq!(ha.iter().map(|one| text(one, "kind")).collect::<Vec<_>>(), ["lead_recalled", "lead_assigned"]);
        let report = self.marketing.get("/lead-assignments/recall-report").await.expect(200);
        assert_eq!((&report["data"][0]["owner_id"], &report["data"][0]["recalled"]), (&json!(self.ha.user_id), &json!(1)));
        lead
    }

    /// R-EDU-12, R-EDU-13, R-EDU-20: Google and Facebook confirm that it is real, so it counts as contacted.
    pub(super) async fn nam_checks_who_it_is(&self, lead: &str) {
        let check = json!({
            "kind": "task", "category": "information_check", "subject": "Tra Google và Facebook", "lead_id": named_by(lead),
            "done_at": "2026-11-23T03:00:00Z", "outcome": "successful", "summary": "Trung tâm có thật, 3 cơ sở",
        });
        self.nam.post("/activities", check).await.expect(201);
        let contacted = self.nam.act(&format!("{lead}/mark-contacted")).await.expect(200);
        assert_eq!((&contacted["stage"], tags(&contacted)), (&json!("contacted"), vec!["contacted"]));
        assert_eq!(contacted["recall_at"], json!(null), "the hour is over for good");
    }

    /// R-EDU-14, R-EDU-15, R-EDU-18, R-EDU-19: the leader answers that it is not real, and it is returned to marketing.
    pub(super) async fn what_is_suspect_goes_to_the_leader_and_what_is_bad_back_to_marketing(&self) {
        let lead = self.gives(2, &self.nam).await;
        let asked = json!({"lead_id": named_by(&lead), "reason": "Facebook mới thành lập, không liên quan đến giáo dục"});
        let request = self.nam.post("/support-requests", asked).await.expect(201);
        assert_eq!(request["addressee_id"], json!(self.leader.user_id));
        assert!(tags(&self.nam.get(&lead).await.expect(200)).contains(&"suspect"));
        let answer = json!({"answer": "Đúng là data ảo, trả lại MKT", "verdict": "not_real"});
        self.leader.post(&format!("/support-requests/{}/answer", id(&request)), answer).await.expect(200);
        assert_eq!(self.told().await, ["support_answered", "lead_assigned"]);

        let back = self.nam.post(&format!("{lead}/return"), json!({"reason": "Thông tin fake"})).await.expect(200);
        assert_eq!((&back["stage"], &back["owner_id"]), (&json!("returned"), &json!(null)));
        assert!(tags(&back).contains(&"sale_returned") && !tags(&back).contains(&"received"), "{back:#}");
        assert_eq!(self.marketing.all("/leads?status=returned&tag=sale_returned").await.len(), 1);
    }

    /// R-EDU-03, R-EDU-23, R-EDU-39…43: the board and the calendar show who must be called again.
    pub(super) async fn nobody_answers_so_the_afternoon_is_for_calling_again(&self, lead: &str) {
        self.called(lead, "no_answer").await;
        let waiting = self.nam.get(lead).await.expect(200);
        assert_eq!((&waiting["stage"], tags(&waiting)), (&json!("call_again"), vec!["call_again"]));
        assert_eq!(waiting["next_activity"]["starts_at"], "2026-11-23T06:30:00Z");
        assert_eq!(self.due_today().await, ["call_again"]);
        let sooner = json!({
            "kind": "call", "category": "call_again", "subject": "Gọi ngay", "lead_id": named_by(lead),
            "starts_at": "2026-11-23T04:00:00Z",
        });
        assert_eq!(self.nam.post("/activities", sooner).await.faults(422)[0].1, "too_soon");
        self.it_is("2026-11-23T13:35").await;
        assert_eq!(self.told().await, ["activity_due"]);
    }

    async fn called(&self, lead: &str, outcome: &str) -> Value {
        let now = text(&self.admin.get("/sandbox/clock").await.expect(200), "now");
        let call = json!({"kind": "call", "subject": "Gọi điện", "lead_id": named_by(lead), "done_at": now, "outcome": outcome});
        self.nam.post("/activities", call).await.expect(201)
    }

    /// R-EDU-16, R-EDU-17, A-31: two failed calls and an answer of the leader are required before it is recycled.
    pub(super) async fn what_answers_twice_with_silence_goes_to_remarketing(&self) {
        let lead = self.gives(3, &self.nam).await;
        self.called(&lead, "no_answer").await;
        let remarket =
            || async { self.nam.post(&format!("{lead}/recycle"), json!({"reason": "Không liên lạc được"})).await };
        remarket().await.refused(409, "too_few_contact_attempts");
        self.called(&lead, "failed").await;
        remarket().await.refused(409, "support_answer_missing");
        let asked = json!({"lead_id": named_by(&lead), "reason": "Gọi hai lần không được"});
        let request = self.nam.post("/support-requests", asked).await.expect(201);
        let answer = json!({"answer": "Chuyển Remarketing"});
        self.leader.post(&format!("/support-requests/{}/answer", id(&request)), answer).await.expect(200);
        let parked = remarket().await.expect(200);
        assert_eq!(parked["stage"], "remarketing");
        assert!(tags(&parked).contains(&"remarketing"));
        assert_eq!(self.marketing.all("/leads?status=recycled&tag=remarketing").await.len(), 1);
        assert_eq!(self.planned("call_again").await.len(), 1, "only Sao Mai is called again");
        self.told().await;
    }

    /// R-EDU-24…35, R-EDU-37, R-EDU-38: this time somebody answers.
    pub(super) async fn the_survey_is_asked_and_the_trial_granted(&self, lead: &str) {
        let call = self.planned("call_again").await.remove(0);
        let summary = "Giới thiệu nền tảng, dùng thử 7 ngày; khách đồng ý lưu Zalo ngày 23/11";
        let done = json!({"outcome": "successful", "summary": summary});
        self.nam.post(&format!("/activities/{}/complete", id(&call)), done).await.expect(200);
        let lead_now = self.nam.get(lead).await.expect(200);
        let survey = json!({"custom_fields": {
            "business_model": "language_center", "has_specialised_departments": true, "staff_count": 25, "pupil_count": 400,
            "course_models": ["classroom", "online"],
        }, "contact_points": [{"channel": "zalo", "value": "0912345001"}]});
        let asked = self.nam.patch(lead, lead_now["version"].as_i64().unwrap(), survey.clone()).await.expect(200);
        assert_eq!(asked["custom_fields"], survey["custom_fields"]);

        let order = json!({"link": "https://dung-thu.emso.vn/sao-mai", "note": "Đã gửi link qua e-mail và Zalo"});
        let trial = self.nam.post(&format!("{lead}/trials"), order).await.expect(201);
        assert_eq!((&text(&trial, "starts_at")[..10], &text(&trial, "ends_at")[..10]), ("2026-11-23", "2026-11-30"));
        let granted = self.nam.get(lead).await.expect(200);
        assert_eq!((&granted["stage"], tags(&granted)), (&json!("demo_granted"), vec!["demo_granted"]));
    }
}
