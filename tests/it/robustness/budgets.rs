//! How many statements a request may need, in addition to BEGIN and COMMIT. The number does not depend on the machine.

use chot_tests::fixtures::{account, company, id, opportunity, own_lead, qualified_lead, version};
use chot_tests::{Client, Options, Response, StatementLog, World};
use serde_json::{Value, json};

/// A world whose server records its statements, and a salesperson.
struct Recorded {
    _world: World,
    log: StatementLog,
    lan: Client,
}

impl Recorded {
    async fn under(playbook: &str) -> Self {
        let log = StatementLog::default();
        let world = World::with(playbook, Options { statements: Some(log.clone()), ..Options::default() }).await;
        let lan = world.user("salesperson").await;
        // The first request also reads the caller and the playbook.
        lan.get("/leads").await.expect(200);
        Self { _world: world, log, lan }
    }

    /// Sends a request, which may need this number of statements.
    async fn within(&self, budget: usize, status: u16, request: impl Future<Output = Response>) -> Value {
        self.log.take();
        let response = request.await.expect(status);
        let statements: Vec<_> = self.log.take().into_iter().map(|statement| statement.sql).collect();
        assert!(statements.len() <= budget, "{} statements, not {budget}:\n{}", statements.len(), statements.join("\n"));
        response
    }

    fn lead(&self, number: u32) -> Value {
        let mut draft = company(number);
        draft["owner_id"] = json!(self.lan.user_id);
        draft
    }
}

#[tokio::test]
async fn a_read_is_one_statement() {
    let recorded = Recorded::under("icheck").await;
    let lan = &recorded.lan;
    let account = account(lan, 1).await;
    let opportunity = opportunity(lan, &account, "Tem QR").await;
    for number in 1..20 {
        own_lead(lan, number).await;
    }
    let leads = recorded.within(1, 200, lan.get("/leads?limit=50")).await;
    recorded.within(1, 200, lan.get(&format!("/leads/{}", id(&leads["data"][0])))).await;
    recorded.within(1, 200, lan.get(&format!("/accounts/{}", id(&account)))).await;
    recorded.within(1, 200, lan.get(&format!("/opportunities/{}", id(&opportunity)))).await;
    recorded.within(1, 200, lan.get("/accounts")).await;
    recorded.within(1, 200, lan.get("/opportunities")).await;
}

#[tokio::test]
async fn a_lead_is_created_and_changed_with_few_statements() {
    let recorded = Recorded::under("icheck").await;
    let lan = &recorded.lan;
    let lead = recorded.within(5, 201, lan.post("/leads", recorded.lead(1))).await;
    recorded.within(7, 201, lan.post_once("/leads", "web-form-1", recorded.lead(2))).await;
    let path = format!("/leads/{}", id(&lead));
    recorded.within(7, 200, lan.patch(&path, version(&lead), json!({"name": "Công ty Cổ phần Sao Mai"}))).await;
}

#[tokio::test]
async fn a_lead_is_converted_with_few_statements() {
    let recorded = Recorded::under("icheck").await;
    let lan = &recorded.lan;
    let lead = qualified_lead(lan, 1).await;
    let conversion = recorded.within(17, 201, lan.post(&format!("/leads/{}/convert", id(&lead)), json!({}))).await;
    assert_eq!(conversion["opportunities"].as_array().unwrap().len(), 1);
    assert!(conversion["contact_id"].is_string());
}

#[tokio::test]
async fn an_opportunity_is_lost_with_few_statements() {
    let recorded = Recorded::under("icheck").await;
    let lan = &recorded.lan;
    let account = account(lan, 1).await;
    let (first, last) = (opportunity(lan, &account, "Tem QR").await, opportunity(lan, &account, "Tem chống giả").await);
    let lose = async |opportunity: &Value| {
        let path = format!("/opportunities/{}/lose", id(opportunity));
        lan.post(&path, json!({"reason": "price"})).await
    };
    recorded.within(11, 200, lose(&first)).await;
    // The account is released with its last main opportunity.
    recorded.within(11, 200, lose(&last)).await;
    assert_eq!(recorded.lan.get(&format!("/opportunities/{}", id(&last))).await.expect(200)["status"], "lost");
}
