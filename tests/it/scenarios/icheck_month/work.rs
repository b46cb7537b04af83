//! Monday: Lan works on her opportunities and submits evidence.

use chot_tests::fault;
use chot_tests::fixtures::id;
use serde_json::{Value, json};

use super::{Book, Month};
use crate::evidence::{evidence_status, file, last, submit};
use crate::telephony::{event, send, tell, with};

impl Month {
    /// From the start the status is "TSC chưa cập nhật bằng chứng" (R-ICHK-82), only for main opportunities (R-ICHK-73), and one
    /// list contains them all (R-ICHK-65, R-ICHK-66).
    pub(super) async fn every_main_one_wants_evidence_and_no_secondary_one(&self, book: &Book) {
        assert_eq!(evidence_status(&self.lan, &book.stamps).await, "missing");
        for secondary in [&book.printer, &book.training] {
            assert_eq!(evidence_status(&self.lan, secondary).await, "not_required");
        }
        assert_eq!(self.wanting().await.len(), 9);
    }

    /// The names in Lan's list "Cập nhật bằng chứng", oldest first.
    pub(super) async fn wanting(&self) -> Vec<String> {
        let list = "/opportunities?evidence_status_in=missing,warned&status=open&sort=created_at";
        self.lan.all(list).await.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    /// A quotation contains the number of codes (R-ICHK-68). Without the document it is only stored; with the document it counts
    /// at once (R-ICHK-74, R-ICHK-85).
    pub(super) async fn lan_sends_a_quotation_with_its_details(&self, book: &Book) {
        let (lan, stamps) = (&self.lan, &book.stamps);
        self.it_is("2026-11-23T10:00").await;
        let mut quotation = json!({"kind": "quotation", "sent_at": "2026-11-23T09:50:00+07:00"});
        assert_eq!(submit(lan, stamps, quotation.clone()).await.faults(422), [fault("/code_count", "required")]);
        quotation["code_count"] = json!(20);
        quotation["code_quantity"] = json!(50_000);
        assert_eq!(submit(lan, stamps, quotation.clone()).await.expect(201)["proves"], false);
        assert_eq!(evidence_status(lan, stamps).await, "missing");
        quotation["attachment_id"] = file(lan, stamps).await;
        assert_eq!(submit(lan, stamps, quotation).await.expect(201)["proves"], true);
        assert_eq!(evidence_status(lan, stamps).await, "provided");
    }

    /// For the Legal service, codes are irrelevant: its name and price count (R-ICHK-69).
    pub(super) async fn lan_quotes_a_legal_service_by_its_name_and_price(&self, book: &Book) {
        let (lan, trade_mark) = (&self.lan, &book.trade_mark);
        let document = file(lan, trade_mark).await;
        let sent = json!({"kind": "quotation", "sent_at": "2026-11-23T09:55:00+07:00", "attachment_id": document});
        let in_codes = with(sent.clone(), json!({"code_count": 20}));
        let wanting =
            [fault("/service_name", "required"), fault("/price", "required"), fault("/code_count", "not_for_this_evidence")];
        assert_eq!(submit(lan, trade_mark, in_codes).await.faults(422), wanting);
        let by_service = with(sent, json!({"service_name": "Đăng ký nhãn hiệu", "price": "15000000"}));
        assert_eq!(submit(lan, trade_mark, by_service).await.expect(201)["price"], "15000000");
        assert_eq!(evidence_status(lan, trade_mark).await, "provided");
    }

    /// A demo counts after it has taken place, with a recap (R-ICHK-70); a picture makes it count as evidence.
    pub(super) async fn lan_demonstrates_and_writes_a_recap(&self, book: &Book) {
        let (lan, warranty) = (&self.lan, &book.warranty);
        let demo = json!({"kind": "meeting", "category": "demo", "subject": "Demo tại nhà máy", "opportunity_id": last(warranty),
            "starts_at": "2026-11-23T13:30:00+07:00", "ends_at": "2026-11-23T14:10:00+07:00"});
        let demo = lan.post("/activities", demo).await.expect(201);
        let shown = json!({"kind": "meeting", "activity_id": demo["id"], "attachment_id": file(lan, warranty).await});
        assert_eq!(submit(lan, warranty, shown.clone()).await.faults(422), [fault("/activity_id", "not_done")]);
        self.it_is("2026-11-23T14:15").await;
        let complete = format!("/activities/{}/complete", id(&demo));
        let recap = json!({"outcome": "successful", "summary": "Khách muốn thử 5 mã, gửi báo giá thứ Tư"});
        lan.post(&complete, recap).await.expect(200);
        submit(lan, warranty, shown).await.expect(201);
        assert_eq!(evidence_status(lan, warranty).await, "provided");
    }

    /// An e-mail must contain the advice (R-ICHK-71); without its picture it is text, which does not count (R-ICHK-76).
    pub(super) async fn lan_advises_by_e_mail(&self, book: &Book) {
        let (lan, barcodes) = (&self.lan, &book.barcodes);
        let mut e_mail = json!({"kind": "message", "sent_at": "2026-11-23T14:12:00+07:00"});
        assert_eq!(submit(lan, barcodes, e_mail.clone()).await.faults(422), [fault("/summary", "required")]);
        e_mail["summary"] = json!("Tư vấn đăng ký mã số mã vạch cho 12 sản phẩm");
        submit(lan, barcodes, e_mail.clone()).await.expect(201);
        assert_eq!(evidence_status(lan, barcodes).await, "missing");
        e_mail["attachment_id"] = file(lan, barcodes).await;
        submit(lan, barcodes, e_mail).await.expect(201);
        assert_eq!(evidence_status(lan, barcodes).await, "provided");
    }

    /// The exchange reports an answered call with a signature: evidence at once (R-ICHK-72, R-ICHK-75, R-ICHK-83). Lan adds the
    /// recap.
    pub(super) async fn lan_calls_through_stringee_and_writes_a_recap(&self, book: &Book) {
        let (lan, channels) = (&self.lan, &book.channels);
        let about = json!({"clientCustomData": last(channels), "answerDuration": 240});
        let call = with(event("call-dai-viet", "ended", "84987654321", 5), about);
        send(&self.world, &call.to_string(), None).await.refused(401, "invalid_signature");
        assert_eq!(evidence_status(lan, channels).await, "missing");
        tell(&self.world, &call).await.expect(200);
        assert_eq!(evidence_status(lan, channels).await, "provided");

        let heard = self.call_to_dai_viet(book).await;
        let recap = json!({"summary": "Đã tư vấn chống tràn hàng theo vùng, khách hẹn thứ Năm"});
        let path = format!("/activities/{}", id(&heard));
        lan.patch(&path, chot_tests::fixtures::version(&heard), recap).await.expect(200);
        let given = lan.all(&format!("{channels}/evidence")).await.remove(0);
        assert_eq!((&given["kind"], &given["activity_id"], &given["proves"]), (&json!("call"), &heard["id"], &json!(true)));
    }

    async fn call_to_dai_viet(&self, book: &Book) -> Value {
        self.lan.all(&format!("/activities?opportunity_id={}", last(&book.channels))).await.remove(0)
    }

    /// Hoa Sen thinks about tracing: Lan has a note, which is not evidence (R-ICHK-76), and tries to submit her call to Đại Việt.
    pub(super) async fn a_note_alone_shows_nothing_and_the_call_to_another_neither(&self, book: &Book) {
        let (lan, tracing) = (&self.lan, &book.tracing);
        let note = json!({"kind": "note", "subject": "Khách đang cân nhắc", "opportunity_id": last(tracing)});
        lan.post("/activities", note).await.expect(201);
        assert_eq!(evidence_status(lan, tracing).await, "missing");
        let borrowed = json!({"kind": "call", "activity_id": self.call_to_dai_viet(book).await["id"]});
        let refused = submit(lan, tracing, borrowed).await.faults(422);
        assert_eq!(refused, [fault("/activity_id", "of_another_opportunity")]);
        assert_eq!(evidence_status(lan, tracing).await, "missing");
    }

    pub(super) async fn kim_long_signs(&self, book: &Book) {
        self.lan.post(&format!("{}/win", book.signed), json!({"note": "Ký hợp đồng 20 mã"})).await.expect(200);
    }

    /// Before she goes home, Lan previews tonight's check and its reasons; this changes nothing.
    pub(super) async fn lan_looks_who_is_in_danger_tonight(&self, book: &Book) {
        self.it_is("2026-11-23T17:30").await;
        assert_eq!(self.wanting().await, ["Truy xuất nguồn gốc", "Quảng bá thương hiệu", "Thêm 20 mã"]);
        let expected = [
            (&book.stamps, "provided", false, false),
            (&book.tracing, "missing", true, false),
            (&book.promotion, "missing", true, true),
            (&book.more, "missing", true, false),
            (&book.signed, "not_open", false, false),
            (&book.training, "not_required", false, false),
        ];
        for (chance, verdict, is_lost, is_released) in expected {
            let told = self.lan.get(&format!("{chance}/evidence/check-preview")).await.expect(200);
            assert_eq!(told["next_check_at"], "2026-11-23T16:59:00Z", "23:59 in Hà Nội");
            let told = ["verdict", "would_be_lost", "would_release_account"].map(|member| told[member].clone());
            assert_eq!(told, [json!(verdict), json!(is_lost), json!(is_released)], "{chance}");
        }
        assert_eq!(self.wanting().await.len(), 3);
    }
}
