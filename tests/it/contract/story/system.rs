//! The products, the playbook, notifications and timers.

use chot_tests::fixtures::id;
use serde_json::{Value, json};

use super::{Story, list};
use crate::deliveries::contract::enqueued;
use crate::robustness::at_once::given_up;

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_the_system(&mut self) {
        self.of_the_playbook().await;
        self.of_products().await;
        self.of_notifications().await;
        let admin = self.cast.admin.clone();
        self.tell(&admin, "listEvents", json!({}), NONE).await;
        self.of_timers().await;
        let anonymous = self.cast.anonymous.clone();
        self.tell(&anonymous, "getLiveness", json!({}), NONE).await;
        self.tell(&anonymous, "getReadiness", json!({}), NONE).await;
    }

    async fn of_the_playbook(&mut self) {
        let lan = self.cast.lan.clone();
        self.tell(&lan, "getPlaybook", json!({}), NONE).await;
        self.tell(&lan, "listPipelines", json!({}), NONE).await;
        self.tell(&lan, "getPipeline", json!({"pipeline_key": "sales"}), NONE).await;
        self.tell(&lan, "getBoard", json!({"pipeline_key": "sales"}), NONE).await;
    }

    async fn of_products(&mut self) {
        let admin = self.cast.admin.clone();
        let product = json!({"product_id": self.cast.product});
        self.tell(&admin, "listProducts", json!({}), NONE).await;
        self.tell(&admin, "getProduct", product.clone(), NONE).await;
        self.tell(&admin, "updateProduct", product, json!({"unit_price": "480"})).await;
        let new = json!({
            "code": "BAOHANH", "name": "Bảo hành điện tử", "category": "electronic_warranty", "unit_price": "18000000", "vat_code": "8",
            "unit": "năm",
        });
        self.tell(&admin, "createProduct", json!({}), new).await;
    }

    async fn of_notifications(&mut self) {
        let lan = self.cast.lan.clone();
        let told = self.tell(&lan, "listNotifications", json!({}), NONE).await;
        let notification = json!({"notification_id": id(&told["data"][0])});
        self.tell(&lan, "getNotification", notification.clone(), NONE).await;
        self.tell(&lan, "markNotificationRead", notification, NONE).await;
        self.tell(&lan, "countUnreadNotifications", json!({}), NONE).await;
        self.tell(&lan, "markAllNotificationsRead", json!({}), json!({"before": "2026-11-23T10:00:00Z"})).await;
        self.tell(&lan, "getNotificationPreferences", json!({}), NONE).await;
        let wanted = json!({"language": "vi", "email": {"lead_follow_up_due": true}});
        self.tell(&lan, "updateNotificationPreferences", json!({}), wanted).await;
    }

    /// The timers, and the check at the end of the day.
    async fn of_timers(&mut self) {
        let admin = self.cast.admin.clone();
        enqueued(&self.world, &admin, 1).await;
        let deliveries = self.tell(&admin, "listDeliveries", json!({}), NONE).await;
        let delivery = json!({"delivery_id": id(&deliveries["data"][0])});
        self.tell(&admin, "getDelivery", delivery.clone(), NONE).await;
        self.tell(&admin, "retryDelivery", delivery, NONE).await;
        let failed = json!({"timer_id": given_up(&self.world, &admin).await});
        self.tell(&admin, "listTimers", json!({}), NONE).await;
        self.tell(&admin, "getTimerBacklog", json!({}), NONE).await;
        self.tell(&admin, "getTimer", failed.clone(), NONE).await;
        self.tell(&admin, "retryTimer", failed, NONE).await;
        self.tell(&admin, "getSandboxClock", json!({}), NONE).await;
        self.tell(&admin, "moveSandboxClock", json!({}), json!({"advance_seconds": 3600})).await;
        admin.post("/sandbox/clock", json!({"to": "2026-11-23T17:30:00Z"})).await.expect(200);
        self.tell(&self.cast.care.clone(), "listEvidenceChecks", json!({}), NONE).await;
        assert!(!list(&admin, "/evidence-checks").await.is_empty());
    }
}
