//! The opportunity, its evidence, and others that are won and lost.

use chot_tests::Client;
use chot_tests::fixtures::{attachment, id};
use serde_json::{Value, json};

use super::{Story, list};

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_opportunities(&mut self) {
        let lan = self.cast.lan.clone();
        let sale = json!({"opportunity_id": self.cast.opportunity});
        self.tell(&lan, "listOpportunities", json!({"?": format!("account_id={}", self.cast.account)}), NONE).await;
        self.tell(&lan, "getOpportunity", sale.clone(), NONE).await;
        let new = json!({
            "account_id": self.cast.account, "name": "Bảo vệ thương hiệu trên sàn thương mại điện tử",
            "expected_revenue": "48000000", "stars": 2, "classification": "secondary", "product_ids": [self.cast.product],
            "expected_close_on": "2027-03-31",
        });
        self.tell(&lan, "openOpportunity", json!({}), new).await;
        let change = json!({"expected_revenue": "150000000", "expected_close_on": "2027-01-15", "stars": 3});
        self.tell(&lan, "updateOpportunity", sale.clone(), change).await;
        self.tell(&lan, "tagOpportunity", sale.clone(), json!({"tag": "hot"})).await;
        self.tell(&lan, "untagOpportunity", json!({"opportunity_id": self.cast.opportunity, "tag": "hot"}), NONE).await;
        self.tell(&lan, "moveOpportunity", sale.clone(), json!({"stage": "quoted"})).await;
        self.tell(&lan, "listOpportunityStages", sale.clone(), NONE).await;
        self.tell(&lan, "listOpportunityTimeline", sale, NONE).await;
        self.of_closing().await;
    }

    async fn of_closing(&mut self) {
        let (admin, manager) = (self.cast.admin.clone(), self.cast.manager.clone());
        let open = list(&admin, "/opportunities?status=open&stage=negotiating&sort=created_at").await;
        let others: Vec<Value> = open
            .iter()
            .filter(|one| one["id"] != self.cast.opportunity)
            .map(|one| json!({"opportunity_id": one["id"]}))
            .collect();
        self.tell(&admin, "winOpportunity", others[0].clone(), json!({"note": "Khách chốt gói 20 mã"})).await;
        let refusal =
            json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"});
        self.tell(&admin, "loseOpportunity", others[1].clone(), refusal).await;
        let won = json!({"opportunity_id": id(&list(&admin, "/opportunities?status=won&sort=created_at").await[0])});
        self.tell(&manager, "reopenOpportunity", won, json!({"reason": "Khách huỷ đơn, thương lượng lại"})).await;
        self.tell(&manager, "archiveOpportunity", others[2].clone(), NONE).await;
        self.tell(&manager, "restoreOpportunity", others[2].clone(), NONE).await;
    }

    pub(super) async fn of_evidence(&mut self) {
        let (lan, care) = (self.cast.lan.clone(), self.cast.care.clone());
        let sale = json!({"opportunity_id": self.cast.opportunity});
        let sent = json!({"kind": "quotation", "sent_at": "2026-11-23T01:30:00Z", "code_count": 20, "summary": "Báo giá 20 mã truy xuất"});
        self.tell(&lan, "submitEvidence", sale.clone(), sent).await;
        let listed = self.tell(&lan, "listEvidence", sale.clone(), NONE).await;
        let evidence = listed["data"].as_array().unwrap().iter().find(|one| one["proves"] == true).unwrap().clone();
        self.tell(&lan, "getEvidence", json!({"evidence_id": id(&evidence)}), NONE).await;
        self.tell(&lan, "previewEvidenceCheck", sale.clone(), NONE).await;
        prove(&lan, &self.cast.opportunity).await;
        let drawing = json!({"count": 10, "owner_id": lan.user_id, "given_since": "2026-11-23T00:00:00Z"});
        self.tell(&care, "drawEvidence", json!({}), drawing.clone()).await;
        let drawn = self.tell(&care, "listEvidenceReviews", json!({"?": of_opportunity(&self.cast.opportunity)}), NONE).await;
        let review = json!({"review_id": id(&drawn["data"][0])});
        self.tell(&care, "getEvidenceReview", review.clone(), NONE).await;
        self.tell(&care, "acceptEvidenceReview", review, NONE).await;
        self.tell(&care, "warnEvidence", sale.clone(), json!({"reason": "Bản ghi âm không phải cuộc gọi với khách này"})).await;
        self.tell(&care, "acceptEvidence", sale, NONE).await;
        let quoted = id(&list(&lan, "/opportunities?status=open&stage=quoted&evidence_status=provided&sort=created_at").await[0]);
        prove(&lan, &quoted).await;
        care.post("/evidence-reviews/draw", drawing).await.expect(200);
        let drawn = list(&care, &format!("/evidence-reviews?{}", of_opportunity(&quoted))).await;
        let review = json!({"review_id": id(&drawn[0])});
        self.tell(&care, "warnEvidenceReview", review, json!({"reason": "Ảnh không phải cuộc trao đổi với khách hàng này"}))
            .await;
    }
}

/// A file is evidence that counts.
async fn prove(lan: &Client, opportunity: &str) {
    let file = attachment(lan, "opportunity_id", &json!({"id": opportunity})).await;
    let evidence = json!({"kind": "file", "attachment_id": file["id"]});
    lan.post(&format!("/opportunities/{opportunity}/evidence"), evidence).await.expect(201);
}

fn of_opportunity(opportunity: &str) -> String {
    format!("opportunity_id={opportunity}")
}
