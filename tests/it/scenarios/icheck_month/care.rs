//! Tuesday: customer care reviews the evidence.

use std::collections::BTreeSet;

use chot_tests::fixtures::id;
use chot_tests::{Form, PDF, fault};
use serde_json::{Value, json};

use super::{Book, Month};
use crate::evidence::{evidence_status, inbox, last, submit};

impl Month {
    /// Two of five are drawn, then the other three, then nothing is left (R-ICHK-86, R-ICHK-91). The reviews are now the work
    /// list of customer care.
    pub(super) async fn customer_care_draws_at_random_and_never_twice(&self, book: &Book) -> Vec<Value> {
        let (few, rest) = (self.drawn(2).await, self.drawn(100).await);
        assert_eq!((few.len(), rest.len(), self.drawn(1).await.len()), (2, 3, 0));
        let pending = [few, rest].concat();
        let drawn: BTreeSet<_> = pending.iter().map(|review| review["opportunity_id"].as_str().unwrap()).collect();
        let shown = [&book.stamps, &book.trade_mark, &book.warranty, &book.barcodes, &book.channels];
        assert_eq!(drawn, shown.into_iter().map(|chance| last(chance)).collect());
        assert_eq!(self.care.all("/evidence-reviews?outcome=pending").await.len(), 5);
        self.lan.post("/evidence-reviews/draw", json!({"count": 1})).await.refused(403, "forbidden");
        pending
    }

    async fn drawn(&self, count: u32) -> Vec<Value> {
        let drawn = self.care.post("/evidence-reviews/draw", json!({"count": count})).await.expect(200);
        drawn["data"].as_array().unwrap().clone()
    }

    /// The picture of the demo shows another factory, and the e-mail went to another customer: customer care warns about both,
    /// once by the review and once directly (R-ICHK-87). A warning contains the reason, only customer care gives one, and Lan is
    /// notified at once (R-ICHK-90). The other evidence is accepted.
    pub(super) async fn customer_care_warns_with_a_reason(&self, book: &Book, pending: &[Value]) {
        let (lan, care) = (&self.lan, &self.care);
        let review = |chance: &str| {
            let review = pending.iter().find(|review| review["opportunity_id"] == last(chance)).unwrap();
            format!("/evidence-reviews/{}", id(review))
        };
        for good in [&book.stamps, &book.trade_mark, &book.channels] {
            care.act(&format!("{}/accept", review(good))).await.expect(200);
        }
        let of_demo = format!("{}/warn", review(&book.warranty));
        assert_eq!(care.post(&of_demo, json!({})).await.faults(422), [fault("/reason", "required")]);
        assert_eq!(evidence_status(care, &book.warranty).await, "provided");
        let before = inbox(lan).await.len();
        care.post(&of_demo, json!({"reason": "Ảnh chụp ở nhà máy khác"})).await.expect(200);

        let of_e_mail = format!("{}/evidence/warn", book.barcodes);
        let reason = json!({"reason": "Thư gửi cho khách khác"});
        lan.post(&of_e_mail, reason.clone()).await.refused(403, "forbidden");
        self.manager.post(&of_e_mail, reason.clone()).await.refused(403, "forbidden");
        care.post(&of_e_mail, reason).await.expect(200);
        assert!(care.all("/evidence-reviews?outcome=pending").await.is_empty(), "that settles its review as well");

        // The warning requires new evidence (R-ICHK-88).
        let told = inbox(lan).await;
        assert_eq!(told[..told.len() - before], ["evidence_warned", "evidence_warned"]);
        assert_eq!(self.wanting().await, ["Bảo hành điện tử", "Mã số mã vạch"]);
    }

    /// Neither the old picture nor text clears the warning, only newer evidence (R-ICHK-89): a picture on a note of Lan, which
    /// counts automatically (R-ICHK-84, A-25). For An Phát she has only text.
    pub(super) async fn lan_repairs_one_with_newer_evidence_and_the_other_with_words(&self, book: &Book) {
        let lan = &self.lan;
        self.it_is("2026-11-24T09:00").await;
        let old = lan.all(&format!("{}/evidence", book.warranty)).await.remove(0)["attachment_id"].clone();
        let again = json!({"kind": "file", "attachment_id": old});
        assert_eq!(submit(lan, &book.warranty, again).await.faults(422), [fault("/attachment_id", "already_given")]);
        for chance in [&book.warranty, &book.barcodes] {
            let words = json!({"kind": "message", "sent_at": "2026-11-24T08:30:00+07:00", "summary": "Đã gửi lại cho khách"});
            submit(lan, chance, words).await.expect(201);
            assert_eq!(evidence_status(lan, chance).await, "warned");
        }
        let note = json!({"kind": "note", "subject": "Ảnh buổi demo", "opportunity_id": last(&book.warranty)});
        let note = lan.post("/activities", note).await.expect(201);
        let picture = Form::of(&json!({"activity_id": note["id"]})).file("demo.pdf", PDF);
        lan.upload("/attachments", picture).await.expect(201);
        assert_eq!(evidence_status(lan, &book.warranty).await, "provided");
        assert_eq!(self.wanting().await, ["Mã số mã vạch"]);
    }
}
