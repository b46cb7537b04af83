//! Errors: one for each status.

use chot_tests::{Options, Response, World};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Story, call};

impl Story {
    pub(super) async fn of_refusals(&mut self) {
        let (lan, admin, anonymous) = (self.cast.lan.clone(), self.cast.admin.clone(), self.cast.anonymous.clone());
        let (lead, account) = (format!("/leads/{}", self.cast.lead), format!("/accounts/{}", self.cast.account));
        let text = |method: Method, path: &str, body: &'static str, media_type: &'static str| {
            lan.request(method, path).header("content-type", media_type).body(body)
        };
        let json_type = "application/json";
        let refused = [
            lan.get("/leads?page=2").await,
            lan.get("/leads?cursor=abc").await,
            lan.send(text(Method::POST, "/leads", "{\"name\": ", json_type)).await,
            anonymous.get("/leads").await,
            anonymous.post("/auth/login", json!({"email": "lan@demo.example.vn", "password": "khong-phai-mat-khau"})).await,
            lan.post("/users", json!({"email": "a@demo.example.vn", "full_name": "Trần Văn An", "role": "salesperson"})).await,
            lan.get("/leads/0198c0de-ffff-7000-8000-000000000001").await,
            lan.send(lan.request(Method::GET, "/leads").header("accept", "text/html")).await,
            lan.send(text(Method::POST, "/leads", "name: Hoa Sen", "text/plain")).await,
            lan.post(
                "/leads",
                json!({"name": "Công ty TNHH Hoa Sen", "phone": "12", "tax_code": "0100112430", "source": "radio"}),
            )
            .await,
            lan.patch(&account, 1, json!({"rank": "vip"})).await,
            lan.send(text(Method::PATCH, &account, "{\"rank\": \"vip\"}", json_type)).await,
            lan.act(&format!("{lead}/mark-contacted")).await,
            lan.post(&format!("{lead}/convert"), json!({})).await,
            admin.post("/accounts", json!({"name": "Công ty Biển Xanh", "tax_code": "0312687878"})).await,
            self.reverted_too_late().await,
        ];
        for reply in &refused {
            assert!((400..500).contains(&reply.status), "{:#}", reply.body);
            self.examples.record_problem(reply);
        }
        self.of_replays().await;
        self.of_rates().await;
    }

    /// A conversion whose account was changed afterwards.
    async fn reverted_too_late(&self) -> Response {
        call(&self.cast.admin, "revertConversion", &json!({"conversion_id": self.cast.conversion}), &Value::Null).await
    }

    /// A key that was used for another request.
    async fn of_replays(&mut self) {
        let marketing = self.cast.marketing.clone();
        let lead = |phone: &str| json!({"name": "Công ty TNHH Sao Mai", "phone": phone, "tax_code": "0314409058"});
        marketing.post_once("/leads", "order-1001", lead("0917000001")).await.expect(201);
        let reply = marketing.post_once("/leads", "order-1001", lead("0917000002")).await;
        assert_eq!(reply.status, 422);
        self.examples.record_problem(&reply);
    }

    async fn of_rates(&mut self) {
        let limited = World::of_demo(Options { rate_limits: true, ..Options::default() }).await;
        let anonymous = limited.anonymous();
        let reply = loop {
            let wrong = json!({"email": "lan@demo.example.vn", "password": "khong-phai-mat-khau"});
            let reply = anonymous.post("/auth/login", wrong).await;
            if reply.status == 429 {
                break reply;
            }
        };
        self.examples.record_problem(&reply);
    }
}
