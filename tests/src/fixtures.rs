//! Records that tests start with, created over HTTP by the given client.

use serde_json::{Value, json};

use crate::{Client, Form, PDF, World};

/// The text of a member.
pub fn text(record: &Value, member: &str) -> String {
    record[member].as_str().unwrap_or_else(|| panic!("{member} is no text in {record:#}")).to_owned()
}

/// The identifier of a record.
pub fn id(record: &Value) -> String {
    text(record, "id")
}

/// The version of a record.
pub fn version(record: &Value) -> i64 {
    record["version"].as_i64().unwrap()
}

/// The tax code with these first nine digits. Not every number has one.
pub fn tax_code(number: u32) -> Option<String> {
    let nine = format!("{number:09}");
    let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let sum: u32 = nine.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = 10 - sum % 11;
    (check < 10).then(|| format!("{nine}{check}"))
}

/// A unique telephone number within a test.
pub fn phone(number: u32) -> String {
    format!("091{:07}", number % 10_000_000)
}

/// A unique tax code within a test.
pub fn some_tax_code(number: u32) -> String {
    (number * 7..).find_map(tax_code).unwrap()
}

/// A company lead with its own identity number and telephone number.
pub fn company(number: u32) -> Value {
    json!({
        "kind": "company",
        "name": format!("Công ty TNHH Hoa Sen {number}"),
        "phone": phone(number),
        "tax_code": some_tax_code(10_000_000 + number),
        "contact_person": {"full_name": format!("Trần Thị Hương {number}"), "job_title": "Giám đốc"},
    })
}

/// Users of two teams.
pub struct Team {
    /// Manager of Lan's team.
    pub manager: Client,
    /// A salesperson.
    pub lan: Client,
    /// A salesperson of another team, who sees none of Lan's records.
    pub minh: Client,
}

/// A team, and a user of another team.
pub async fn team(world: &World) -> Team {
    let north = world.team("Kinh doanh Hà Nội", None).await;
    let south = world.team("Kinh doanh Đà Nẵng", None).await;
    Team {
        manager: world.member("manager", Some(&north)).await,
        lan: world.member("salesperson", Some(&north)).await,
        minh: world.member("salesperson", Some(&south)).await,
    }
}

/// A lead owned by the client.
pub async fn own_lead(client: &Client, number: u32) -> Value {
    let mut draft = company(number);
    draft["owner_id"] = json!(client.user_id);
    client.post("/leads", draft).await.expect(201)
}

/// A lead owned by the client that was contacted and verified.
pub async fn qualified_lead(client: &Client, number: u32) -> Value {
    let lead = own_lead(client, number).await;
    let path = format!("/leads/{}", id(&lead));
    client.act(&format!("{path}/mark-contacted")).await.expect(200);
    client.post(&format!("{path}/verify"), json!({"result": "real"})).await.expect(200)
}

/// An account owned by the client.
pub async fn account(client: &Client, number: u32) -> Value {
    let draft = json!({
        "name": format!("Công ty Cổ phần Sao Mai {number}"),
        "phone": phone(5_000_000 + number),
        "tax_code": some_tax_code(20_000_000 + number),
    });
    client.post("/accounts", draft).await.expect(201)
}

/// An opportunity on an account.
pub async fn opportunity(client: &Client, account: &Value, name: &str) -> Value {
    client.post("/opportunities", json!({"account_id": account["id"], "name": name})).await.expect(201)
}

/// A file on a record; `parent` is the field with its identifier.
pub async fn attachment(client: &Client, parent: &str, record: &Value) -> Value {
    client.upload("/attachments", Form::of(&json!({parent: record["id"]})).file("hop-dong.pdf", PDF)).await.expect(201)
}

/// A support request of the client about a new account.
pub async fn support_request(client: &Client, number: u32) -> Value {
    let account = account(client, number).await;
    let question = json!({"account_id": account["id"], "reason": "Facebook mới lập, cần kiểm tra giúp"});
    client.post("/support-requests", question).await.expect(201)
}

/// A product, created by a client with the permission.
pub async fn product(client: &Client, code: &str) -> Value {
    client
        .post("/products", json!({"code": code, "name": format!("Dịch vụ {code}"), "vat_code": "8", "unit_price": "12000000"}))
        .await
        .expect(201)
}
