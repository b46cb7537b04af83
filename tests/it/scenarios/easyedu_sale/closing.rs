use chot_tests::fixtures::{id, text};
use chot_tests::{Form, PDF};
use serde_json::json;

use super::{Sale, tags};

impl Sale {
    /// R-EDU-60, R-EDU-61: each follow-up leads to the next one.
    pub(super) async fn every_day_a_greeting_and_every_third_day_a_push(&self, _chance: &str) {
        for day in ["2026-11-27", "2026-11-28", "2026-11-29"] {
            self.it_is(&format!("{day}T15:00")).await;
            let greeting = self.planned("daily_greeting").await;
            assert_eq!((greeting.len(), &text(&greeting[0], "starts_at")[..10]), (1, day));
            self.nam
                .post(&format!("/activities/{}/complete", id(&greeting[0])), json!({"outcome": "successful"}))
                .await
                .expect(200);
        }
        let push = self.planned("closing_appointment").await;
        assert_eq!((push.len(), &text(&push[0], "starts_at")[..10]), (1, "2026-11-29"));
        let done = json!({"outcome": "successful", "summary": "Khách xin thêm vài ngày"});
        self.nam.post(&format!("/activities/{}/complete", id(&push[0])), done).await.expect(200);
        assert_eq!(text(&self.planned("closing_appointment").await[0], "starts_at")[..10], *"2026-12-02");
        self.told().await;
    }

    /// R-EDU-30, R-EDU-38, A-34: seven days after the grant, while the closing time is still running.
    pub(super) async fn the_trial_ends_by_its_own_clock(&self) {
        self.it_is("2026-11-30T13:40").await;
        assert_eq!(self.told().await, ["trial_ended"]);
        assert_eq!(self.nam.all("/trials?status=ended").await.len(), 1);
    }

    /// R-EDU-05, R-EDU-62, R-EDU-63: not closed in seven days, it moves to care and gets the default promotion.
    pub(super) async fn after_seven_days_the_promotion_is_offered(&self, chance: &str) {
        self.it_is("2026-12-03T14:49").await;
        assert_eq!(self.nam.get(chance).await.expect(200)["stage"], "potential");
        self.it_is("2026-12-03T14:51").await;
        let cared_for = self.nam.get(chance).await.expect(200);
        assert_eq!((&cared_for["stage"], tags(&cared_for)), (&json!("being_cared_for"), vec!["guided"]));
        let offer = self.planned("promotion_offer").await.remove(0);
        assert!(
            text(&offer, "subject").contains("khuyến mãi Mặc định") && self.told().await.contains(&"activity_due".to_owned())
        );
        let done = json!({"outcome": "successful", "summary": "Khách đồng ý mua"});
        self.nam.post(&format!("/activities/{}/complete", id(&offer)), done).await.expect(200);
    }

    /// R-EDU-07, R-EDU-10, R-EDU-72…76: tags, the pipeline after the sale, the status, and a call in thirty days.
    pub(super) async fn closing_does_everything_at_once(&self, chance: &str) {
        self.it_is("2026-12-04T10:00").await;
        let won = self.nam.post(&format!("{chance}/win"), json!({"note": "Chốt gói Tiêu chuẩn"})).await.expect(200);
        assert_eq!((&won["stage"], tags(&won)), (&json!("closed"), vec!["closed", "guided"]));
        let account = self.nam.get(&format!("/accounts/{}", text(&won, "account_id"))).await.expect(200);
        assert_eq!((&account["stage"], &account["customer_status"]), (&json!("received_after_sale"), &json!("active")));
        assert!(tags(&account).contains(&"received"), "received after the sale, closed in it");
        assert!(self.planned("closing_appointment").await.is_empty() && self.planned("daily_greeting").await.is_empty());
        let call = self.planned("after_sale_call").await.remove(0);
        assert_eq!(text(&call, "starts_at")[..16], *"2027-01-03T03:00");
        let contract = Form::of(&json!({"account_id": account["id"], "category": "contract"})).file("hop-dong.pdf", PDF);
        assert_eq!(self.nam.upload("/attachments", contract).await.expect(201)["category"], "contract");
        self.told().await;
    }

    /// R-EDU-75: about the roll-out, and more.
    pub(super) async fn a_month_later_the_customer_is_called(&self, chance: &str) {
        self.it_is("2027-01-03T10:01").await;
        assert_eq!(self.told().await, ["activity_due"]);
        let call = self.planned("after_sale_call").await.remove(0);
        let done = json!({"outcome": "successful", "summary": "Triển khai tốt, quan tâm phân hệ bổ sung"});
        self.nam.post(&format!("/activities/{}/complete", id(&call)), done).await.expect(200);
        assert_eq!(self.nam.get(chance).await.expect(200)["status"], "won");
        let happened = self.nam.history(chance).await;
        for kind in ["opportunity.demo_given", "opportunity.closing_overdue", "opportunity.won"] {
            assert_eq!(happened.iter().filter(|one| *one == kind).count(), 1, "{kind}");
        }
    }
}
