//! What the playbook of the demo does not have: trials and customer status at Easy Edu, boards of accounts at Suno, and an
//! exchange with signed events.

use chot_tests::fixtures::{account, id, own_lead, team};
use chot_tests::{Options, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::super::operation::operation_named;
use super::super::stage::Prepared;
use super::Story;
use crate::telephony::contract::SIGNING_SECRET;

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_other_playbooks(&mut self) {
        self.of_trials().await;
        let suno = World::under("suno").await;
        let lan = team(&suno).await.lan;
        let customer = account(&lan, 1).await;
        self.tell(&lan, "moveAccount", json!({"account_id": id(&customer)}), json!({"stage": "deployment"})).await;
        self.of_an_exchange().await;
    }

    async fn of_trials(&mut self) {
        let easyedu = World::with("easyedu", Options { sandbox: true, ..Options::default() }).await;
        let people = team(&easyedu).await;
        let lan = people.lan;
        let lead = json!({"lead_id": id(&own_lead(&lan, 1).await)});
        let granted = json!({"link": "https://dung-thu.emso.example.vn/sao-mai", "note": "Đã gửi link qua e-mail và Zalo"});
        let trial = self.tell(&lan, "grantTrial", lead, granted).await;
        let trial = json!({"trial_id": id(&trial)});
        self.tell(&lan, "listTrials", json!({}), NONE).await;
        self.tell(&lan, "getTrial", trial.clone(), NONE).await;
        self.tell(&lan, "endTrial", trial, NONE).await;
        let customer = json!({"account_id": id(&account(&lan, 2).await)});
        self.tell(&lan, "changeCustomerStatus", customer, json!({"customer_status": "inactive"})).await;
        own_lead(&lan, 3).await;
        easyedu.pass(TimeDelta::minutes(61)).await;
        self.tell(&people.manager, "reportLeadRecalls", json!({}), NONE).await;
    }

    /// The exchange signs the exact bytes that it sends.
    async fn of_an_exchange(&mut self) {
        let told_at = chrono::Utc::now().timestamp_millis();
        let body = json!({"call_id": "call-vn-1-20261123", "call_status": "answered", "timestamp_ms": told_at});
        let ground = Prepared { signing_secret: Some(SIGNING_SECRET.into()), ..Prepared::default() };
        let (operation, row) = operation_named("receiveStringeeEvent");
        let anonymous = self.cast.anonymous.clone();
        let reply = anonymous.send(operation.saying(&anonymous, &ground, body.to_string())).await;
        assert_eq!(reply.status, 200, "{:#}", reply.body);
        self.told.insert(row.operation);
        let shown = json!({"call_id": "call-vn-1-20261123", "call_status": "answered", "timestamp_ms": 1_795_395_600_000_i64});
        self.examples.record(row.operation, &json!({}), &shown, &reply);
    }
}
