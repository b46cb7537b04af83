//! Leads, their forms, and their results.

use chot_tests::fixtures::{id, text};
use serde_json::{Value, json};

use super::cast::lead_of_lan;
use super::{Story, list};

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_leads(&mut self) {
        self.of_one_lead().await;
        self.of_leads_at_work().await;
        self.of_leads_given_out().await;
        self.of_leads_put_away().await;
        self.of_conversions().await;
        self.of_forms().await;
    }

    /// The converted lead, and a new one.
    async fn of_one_lead(&mut self) {
        let (lan, manager) = (self.cast.lan.clone(), self.cast.manager.clone());
        let lead = json!({"lead_id": self.cast.lead});
        self.tell(&lan, "listLeads", json!({"?": format!("status=converted&sort=created_at&owner_id={}", lan.user_id)}), NONE)
            .await;
        self.tell(&lan, "getLead", lead.clone(), NONE).await;
        self.tell(&lan, "listLeadTimeline", lead, NONE).await;
        let new = json!({
            "kind": "company", "name": "Công ty TNHH Nông sản Hoa Sen", "phone": "0912 345 678", "tax_code": "0100112437",
            "source": "website", "need": "Tem truy xuất cho 20 mã sản phẩm", "product_id": self.cast.product,
            "contact_person": {"full_name": "Trần Thị Hương", "job_title": "Giám đốc"},
        });
        let created = self.tell(&lan, "createLead", json!({}), new.clone()).await;
        let twin = lan.post("/leads", new).await.expect(201);
        self.tell(&manager, "listLeadDuplicates", json!({"lead_id": id(&twin)}), NONE).await;
        assert_ne!(id(&created), id(&twin));
    }

    async fn of_leads_at_work(&mut self) {
        let (cast, lan) = (self.cast.clone(), self.cast.lan.clone());
        let working = json!({"lead_id": id(&lead_of_lan(&cast, "contacting", 0).await)});
        let change =
            json!({"rank": "a", "need": "Tem chống giả cho 12 mã, giao trước Tết", "profile": {"line_of_business": "food"}});
        self.tell(&lan, "updateLead", working.clone(), change).await;
        self.tell(&lan, "tagLead", working.clone(), json!({"tag": "data_to_complete"})).await;
        let tagged = id(&list(&lan, "/leads?tag=hot").await[0]);
        self.tell(&lan, "untagLead", json!({"lead_id": tagged, "tag": "hot"}), NONE).await;
        self.tell(&lan, "moveLead", working.clone(), json!({"stage": "contacting"})).await;
        let assigned = json!({"lead_id": id(&lead_of_lan(&cast, "assigned", 0).await)});
        self.tell(&lan, "markLeadContacted", assigned, json!({"note": "Đã gọi, khách hẹn gửi báo giá"})).await;
        self.tell(&lan, "verifyLead", working, json!({"result": "real", "note": "Giám đốc xác nhận nhu cầu"})).await;
    }

    async fn of_leads_given_out(&mut self) {
        let (admin, lan, manager) = (self.cast.admin.clone(), self.cast.lan.clone(), self.cast.manager.clone());
        let new = list(&admin, "/leads?status=new&in_pool=true&sort=created_at").await;
        let order = json!({"owner_id": lan.user_id, "reason": "Khách ở Hà Nội, hỏi về tem chống giả"});
        self.tell(&manager, "assignLead", json!({"lead_id": id(&new[0])}), order).await;
        let several = json!({"lead_ids": [id(&new[1]), id(&new[2])], "owner_ids": [lan.user_id, self.cast.colleague]});
        self.tell(&manager, "assignLeads", json!({}), several).await;
        self.tell(&lan, "claimLead", json!({"lead_id": id(&new[3])}), NONE).await;
        self.tell(&manager, "listLeadAssignments", json!({"?": format!("owner_id={}", lan.user_id)}), NONE).await;
    }

    async fn of_leads_put_away(&mut self) {
        let (cast, admin, lan) = (self.cast.clone(), self.cast.admin.clone(), self.cast.lan.clone());
        let resumed = json!({"lead_id": id(&list(&admin, "/leads?status=recycled&sort=created_at").await[0])});
        self.tell(&admin, "resumeLead", resumed, NONE).await;
        let false_one = json!({"lead_id": id(&list(&admin, "/leads?status=junk&sort=created_at").await[0])});
        self.tell(&admin, "archiveLead", false_one.clone(), NONE).await;
        self.tell(&admin, "restoreLead", false_one, NONE).await;
        let junk = json!({"lead_id": id(&lead_of_lan(&cast, "contacting", 1).await)});
        self.tell(&lan, "junkLead", junk, json!({"reason": "wrong_number", "note": "Gọi ba lần đều không liên lạc được"})).await;
        let back = json!({"lead_id": id(&lead_of_lan(&cast, "contacting", 2).await)});
        self.tell(&lan, "returnLead", back, json!({"reason": "Khách ở khu vực của đội khác"})).await;
        let parked = json!({"lead_id": id(&lead_of_lan(&cast, "contacting", 3).await)});
        let later = json!({"follow_up_at": "2027-03-01T02:00:00Z", "reason": "Quý sau mới có ngân sách"});
        self.tell(&lan, "recycleLead", parked, later).await;
    }

    async fn of_conversions(&mut self) {
        let (cast, lan) = (self.cast.clone(), self.cast.lan.clone());
        let conversion = json!({"conversion_id": cast.conversion});
        self.tell(&lan, "listConversions", json!({"?": format!("account_id={}", cast.account)}), NONE).await;
        self.tell(&lan, "getConversion", conversion, NONE).await;
        let qualified = json!({"lead_id": id(&lead_of_lan(&cast, "qualified", 0).await)});
        let order =
            json!({"opportunities": [{"fields": {"name": "Truy xuất nguồn gốc cho 20 mã", "expected_revenue": "150000000"}}]});
        let converted = self.tell(&lan, "convertLead", qualified, order.clone()).await;
        let other = json!({"lead_id": id(&lead_of_lan(&cast, "qualified", 0).await)});
        self.tell(&lan, "previewLeadConversion", other, order).await;
        self.tell(&lan, "revertConversion", json!({"conversion_id": id(&converted)}), NONE).await;
    }

    async fn of_forms(&mut self) {
        let (marketing, anonymous) = (self.cast.marketing.clone(), self.cast.anonymous.clone());
        let listed = self.tell(&marketing, "listLeadForms", json!({}), NONE).await;
        let form = &listed["data"][0];
        let by_id = json!({"form_id": id(form)});
        self.tell(&marketing, "getLeadForm", by_id.clone(), NONE).await;
        self.tell(&marketing, "updateLeadForm", by_id, json!({"quota_per_hour": 120})).await;
        let new = json!({
            "name": "Hội chợ Vietfood 2027", "source": "fair", "product_id": self.cast.product,
            "field_map": {"ho_ten": "name", "sdt": "phone", "noi_dung": "need"}, "quota_per_hour": 200,
        });
        self.tell(&marketing, "createLeadForm", json!({}), new).await;
        let sent = json!({
            "ten_doanh_nghiep": "Công ty TNHH Chè Tân Cương Xanh", "nguoi_lien_he": "Đỗ Văn Chè", "sdt": "0987654321",
            "noi_dung": "Cần tem QR cho 5.000 hộp chè",
        });
        self.tell(&anonymous, "submitLeadForm", json!({"form_key": text(form, "form_key")}), sent).await;
    }
}
