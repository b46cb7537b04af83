use chot_domain::catalog::ProductId;
use chot_domain::leads::LeadDraft;
use chot_domain::shared::{Violations, read};
use serde_json::{Map, Value, json};

use super::Story;
use super::content::{Content, Customers};
use super::names::person;
use super::numbers::{self, phone};
use super::places;
use super::random::{is_so, pick, pick_text};
use crate::leads;

/// The draft of the lead with that number. Every fifth is an individual, if the playbook sells to individuals.
pub(super) fn lead(
    content: &Content,
    number: usize,
    source: Option<&String>,
    services: &[ProductId],
) -> Result<LeadDraft, Violations> {
    let (customers, wanted) = (&content.customers, content.wanted_by(number));
    let is_individual = customers.include_individuals && number % 5 == 3;
    let mut lead = if is_individual { individual(customers, number) } else { company(customers, number) };
    lead["phone"] = json!(phone(number));
    lead["source"] = json!(source);
    lead["rank"] = json!(pick_text(number, "rank", &customers.ranks));
    lead["product_id"] = json!(services.get(wanted));
    lead["need"] = json!(content.services.get(wanted).and_then(|service| pick(number, "need", &service.needs)));
    lead["custom_fields"] = answers(customers, number);
    read(lead)
}

fn company(customers: &Customers, number: usize) -> Value {
    let Some(company) = customers.company(number) else {
        return json!({});
    };
    let talks = person(number);
    let has = |what: &str| is_so(number, what);
    let zalo = json!({ "channel": "zalo", "value": phone(number), "label": "Zalo của công ty" });
    json!({
        "kind": "company",
        "name": company.name,
        "email": has("email").then(|| format!("lienhe@{}", company.domain)),
        "contact_points": if has("zalo") { vec![zalo] } else { Vec::new() },
        "tax_code": customers.have_identity_numbers.then(|| numbers::tax_code(number)),
        "contact_person": {
            "full_name": talks.full_name(),
            "job_title": pick(number, "job title", &customers.job_titles),
            "phone": has("mobile").then(|| phone(1_000 + number)),
            "email": has("mailbox").then(|| format!("{}@{}", talks.mailbox(), company.domain)),
        },
        "profile": {
            "business_type": company.business_type,
            "line_of_business": company.trade.line,
            "way_of_selling": company.trade.way,
            "address": address(number),
            "website": has("website").then(|| format!("https://{}", company.domain)),
        },
    })
}

fn individual(customers: &Customers, number: usize) -> Value {
    let person = person(number);
    let (year, month, day) = numbers::event(number);
    json!({
        "kind": "individual",
        "name": person.full_name(),
        "email": is_so(number, "email").then(|| format!("{}@hopthu.example.vn", person.mailbox())),
        "citizen_id": customers.have_identity_numbers.then(|| numbers::citizen_id(number)),
        "profile": {
            "date_of_birth": format!("{year}-{month:02}-{day:02}"),
            "line_of_business": customers.company(number).map(|company| company.trade.line.as_str()),
            "address": address(number),
        },
    })
}

fn address(number: usize) -> Value {
    json!({ "text": places::address(number), "province_code": places::place(number).province_code })
}

/// The answers to the custom fields of the playbook, for two of three leads.
fn answers(customers: &Customers, number: usize) -> Value {
    if number % 3 == 2 {
        return json!({});
    }
    let answers = customers.custom_fields.iter();
    let answers = answers.filter_map(|field| Some((field.key.clone(), pick(number, &field.key, &field.answers)?.clone())));
    Value::Object(answers.collect::<Map<_, _>>())
}

impl Story<'_> {
    /// A user creates a customer who is known already.
    pub(super) async fn enter_twice(&self) -> crate::Result<()> {
        let (content, number) = (self.content, self.content.leads.count().saturating_sub(1));
        let Some(by) = content.leads.captured_by.last() else {
            return Ok(());
        };
        let ctx = self.calendar.on((0, 7), self.staff.actor(&by.role)?).await?;
        let draft = lead(content, number, by.sources.first(), self.services)?;
        ctx.write(async |tx| leads::create(tx, &draft).await).await.map(drop)
    }
}
