//! Activities, files, calls and support requests.

use chot_tests::fixtures::{id, text};
use serde_json::{Value, json};

use super::Story;

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_activities(&mut self) {
        let (lan, manager) = (self.cast.lan.clone(), self.cast.manager.clone());
        let meeting = json!({
            "kind": "meeting", "category": "demo", "subject": "Demo truy xuất tại nhà máy", "opportunity_id": self.cast.opportunity,
            "starts_at": "2027-03-01T02:00:00Z", "ends_at": "2027-03-01T03:00:00Z", "location": "Nhà máy của khách hàng",
        });
        let meeting = self.tell(&lan, "createActivity", json!({}), meeting).await;
        let activity = json!({"activity_id": id(&meeting)});
        let of_sale = format!("opportunity_id={}", self.cast.opportunity);
        self.tell(&lan, "listActivities", json!({"?": of_sale}), NONE).await;
        self.tell(&lan, "getActivity", activity.clone(), NONE).await;
        let change = json!({"location": "Văn phòng khách hàng, tầng 5", "attendees": ["Giám đốc", "Kế toán trưởng"]});
        let change = match lan.patch(&format!("/activities/{}", id(&meeting)), 1, change.clone()).await.status {
            200 => change,
            _ => json!({"location": "Văn phòng khách hàng, tầng 5", "description": "Mang theo mẫu tem"}),
        };
        self.tell(&lan, "updateActivity", activity.clone(), change).await;
        let later = json!({"starts_at": "2027-03-02T02:00:00Z", "reason": "Khách bận đột xuất"});
        self.tell(&lan, "rescheduleActivity", activity.clone(), later).await;
        let other = json!({"owner_id": self.cast.colleague, "reason": "Lan nghỉ phép"});
        self.tell(&manager, "assignActivity", activity.clone(), other).await;
        self.tell(&manager, "archiveActivity", activity.clone(), NONE).await;
        self.tell(&manager, "restoreActivity", activity.clone(), NONE).await;
        let done = json!({"outcome": "successful", "summary": "Khách muốn thử 5 mã, gửi báo giá thứ Tư", "done_at": "2026-11-23T02:00:00Z"});
        self.tell(&manager, "completeActivity", activity, done).await;
        let call = json!({
            "kind": "call", "subject": "Gọi hỏi ý kiến về báo giá", "account_id": self.cast.account, "starts_at": "2026-11-23T08:00:00Z",
        });
        let call = lan.post("/activities", call).await.expect(201);
        self.tell(&lan, "listDueToday", json!({}), NONE).await;
        self.tell(&lan, "getCalendar", json!({"?": "from=2026-11-23&to=2026-11-29"}), NONE).await;
        self.tell(&lan, "cancelActivity", json!({"activity_id": id(&call)}), json!({"reason": "Khách đã trả lời qua e-mail"}))
            .await;
        self.of_calendar_feeds().await;
    }

    async fn of_calendar_feeds(&mut self) {
        let (lan, anonymous) = (self.cast.lan.clone(), self.cast.anonymous.clone());
        let made = self.tell(&lan, "createCalendarFeed", json!({}), NONE).await;
        self.tell(&lan, "getCalendarFeed", json!({}), NONE).await;
        let path = text(&made, "path");
        let secret = path.rsplit('/').next().unwrap().trim_end_matches(".ics");
        self.tell(&anonymous, "getCalendarFile", json!({"calendar_secret": secret}), NONE).await;
        self.tell(&lan, "revokeCalendarFeed", json!({}), NONE).await;
    }

    pub(super) async fn of_what_is_around(&mut self) {
        self.of_files().await;
        self.of_support().await;
        let admin = self.cast.admin.clone();
        let call = json!({
            "provider": "voip24h", "call_id": "cuoc-goi-20261123-0001", "status": "ended", "direction": "outbound", "answer_seconds": 185,
            "occurred_at": "2026-11-23T01:10:00Z", "opportunity_id": self.cast.opportunity, "user_id": self.cast.lan.user_id,
        });
        self.tell(&admin, "logCall", json!({}), call).await;
        let settings = json!({"signing_secret": crate::telephony::contract::SIGNING_SECRET});
        self.tell(&admin, "setStringee", json!({}), settings).await;
        self.tell(&admin, "getStringee", json!({}), NONE).await;
    }

    async fn of_files(&mut self) {
        let (lan, admin) = (self.cast.lan.clone(), self.cast.admin.clone());
        let file = json!({
            "file": "bao-gia.pdf", "opportunity_id": self.cast.opportunity, "category": "quotation", "description": "Báo giá 20 mã truy xuất",
        });
        let file = id(&self.tell(&lan, "uploadAttachment", json!({}), file).await);
        let file = json!({"attachment_id": file});
        self.tell(&lan, "listAttachments", json!({"?": format!("opportunity_id={}", self.cast.opportunity)}), NONE).await;
        self.tell(&lan, "getAttachment", file.clone(), NONE).await;
        self.tell(&lan, "downloadAttachment", file.clone(), NONE).await;
        self.tell(&admin, "archiveAttachment", file.clone(), NONE).await;
        self.tell(&admin, "restoreAttachment", file, NONE).await;
    }

    async fn of_support(&mut self) {
        let (lan, manager) = (self.cast.lan.clone(), self.cast.manager.clone());
        let question = json!({"account_id": self.cast.account, "reason": "Khách đòi giảm giá 15 %, xin ý kiến"});
        let asked = self.tell(&lan, "createSupportRequest", json!({}), question.clone()).await;
        let asked = json!({"support_request_id": id(&asked)});
        self.tell(&manager, "listSupportRequests", json!({}), NONE).await;
        self.tell(&lan, "getSupportRequest", asked.clone(), NONE).await;
        self.tell(&manager, "answerSupportRequest", asked, json!({"answer": "Được giảm 10 % nếu ký trong tháng"})).await;
        let again = lan.post("/support-requests", question).await.expect(201);
        self.tell(&lan, "withdrawSupportRequest", json!({"support_request_id": id(&again)}), NONE).await;
    }
}
