//! The account, its contacts, and other accounts.

use chot_tests::fixtures::id;
use serde_json::{Value, json};

use super::{Story, list};

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_accounts(&mut self) {
        let (lan, manager) = (self.cast.lan.clone(), self.cast.manager.clone());
        let account = json!({"account_id": self.cast.account});
        self.tell(&lan, "listAccounts", json!({"?": format!("owner_id={}", lan.user_id)}), NONE).await;
        self.tell(&lan, "getAccount", account.clone(), NONE).await;
        self.tell(&lan, "getAccountCounters", account.clone(), NONE).await;
        self.tell(&lan, "listAccountTimeline", account.clone(), NONE).await;
        let change = json!({"rank": "vip", "profile": {"line_of_business": "food", "way_of_selling": "finished_goods"}});
        self.tell(&lan, "updateAccount", account.clone(), change).await;
        self.tell(&lan, "tagAccount", account.clone(), json!({"tag": "needs_recap"})).await;
        let tagged = id(&list(&manager, "/accounts?tag=vip_care").await[0]);
        self.tell(&manager, "untagAccount", json!({"account_id": tagged, "tag": "vip_care"}), NONE).await;
        self.of_the_contacts().await;
        self.of_other_accounts().await;
        let order = json!({"owner_id": self.cast.colleague, "reason": "Lan nghỉ phép hai tuần"});
        self.tell(&manager, "assignAccount", account.clone(), order).await;
        manager.post(&format!("/accounts/{}/assign", self.cast.account), json!({"owner_id": lan.user_id})).await.expect(200);
    }

    async fn of_the_contacts(&mut self) {
        let (lan, admin) = (self.cast.lan.clone(), self.cast.admin.clone());
        let of_account = format!("account_id={}", self.cast.account);
        self.tell(&lan, "listContacts", json!({"?": of_account}), NONE).await;
        let contact = json!({"contact_id": self.cast.contact});
        self.tell(&lan, "getContact", contact.clone(), NONE).await;
        self.tell(&lan, "updateContact", contact.clone(), json!({"job_title": "Giám đốc điều hành", "phone": "0913 456 789"}))
            .await;
        let new = json!({
            "account_id": self.cast.account, "full_name": "Lê Thị Mai", "job_title": "Kế toán trưởng", "phone": "0915 678 901",
            "email": "mai.le@khachhang.example.vn",
        });
        self.tell(&lan, "createContact", json!({}), new).await;
        self.tell(&admin, "archiveContact", contact.clone(), NONE).await;
        self.tell(&admin, "restoreContact", contact, NONE).await;
    }

    async fn of_other_accounts(&mut self) {
        let (lan, admin) = (self.cast.lan.clone(), self.cast.admin.clone());
        let new = json!({
            "kind": "company", "name": "Công ty Cổ phần Thủy sản Biển Xanh", "tax_code": "0312687878", "phone": "028 3825 1234",
            "source": "referral", "profile": {"business_type": "joint_stock_company", "line_of_business": "food"},
        });
        let new = self.tell(&lan, "createAccount", json!({}), new).await;
        self.tell(&lan, "listAccountCards", json!({"?": "tax_code=0312687878"}), NONE).await;
        let pool = self.cast.admin.get("/account-cards").await.expect(200)["data"].as_array().unwrap().clone();
        self.tell(&lan, "claimAccount", json!({"account_id": id(&pool[0])}), NONE).await;
        let theirs = list(&admin, &format!("/accounts?owner_id={}&sort=created_at", lan.user_id)).await;
        let released = theirs.iter().find(|account| account["id"] != self.cast.account && account["id"] != new["id"]).unwrap();
        let reason = json!({"reason": "no_care", "note": "Chưa gọi lại theo hẹn"});
        self.tell(&admin, "releaseAccount", json!({"account_id": id(released)}), reason).await;
        let archived = json!({"account_id": id(&pool[1])});
        self.tell(&admin, "archiveAccount", archived.clone(), NONE).await;
        self.tell(&admin, "restoreAccount", archived, NONE).await;
    }
}
