use chot_domain::catalog::ProductId;
use chot_domain::leads::LeadDraft;
use chot_domain::shared::{Violations, read};
use serde_json::{Value, json};

use super::lots::pick;
use super::names::{self, person};
use super::numbers::{self, phone};
use super::places;
use super::services::{SERVICES, wanted_by};

const RANKS: [Option<&str>; 8] = [None, None, None, Some("c"), Some("c"), Some("b"), Some("a"), Some("vip")];

const JOB_TITLES: [&str; 6] =
    ["Giám đốc", "Phó giám đốc", "Trưởng phòng kinh doanh", "Trưởng phòng marketing", "Quản lý chất lượng", "Trợ lý giám đốc"];

const YES_AND_NO: [bool; 2] = [true, false];

/// What is said about the lead of that number when it comes in. Every fifth is an individual.
pub(super) fn lead(number: usize, source: &str, services: &[ProductId]) -> Result<LeadDraft, Violations> {
    let wanted = wanted_by(number);
    let mut lead = if number % 5 == 3 { individual(number) } else { company(number) };
    lead["phone"] = json!(phone(number));
    lead["source"] = json!(source);
    lead["rank"] = json!(pick(number, "rank", &RANKS));
    lead["product_id"] = json!(services.get(wanted));
    lead["need"] = json!(pick(number, "need", &SERVICES[wanted].needs));
    read(lead)
}

fn company(number: usize) -> Value {
    let company = names::company(number);
    let talks = person(number);
    let has = |what: &str| pick(number, what, &YES_AND_NO);
    let zalo = json!({ "channel": "zalo", "value": phone(number), "label": "Zalo của công ty" });
    json!({
        "kind": "company",
        "name": company.name,
        "email": has("email").then(|| format!("lienhe@{}", company.domain)),
        "contact_points": if has("zalo") { vec![zalo] } else { Vec::new() },
        "tax_code": numbers::tax_code(number),
        "contact_person": {
            "full_name": talks.full_name(),
            "job_title": pick(number, "job title", &JOB_TITLES),
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

fn individual(number: usize) -> Value {
    let person = person(number);
    let (year, month, day) = numbers::born(number);
    json!({
        "kind": "individual",
        "name": person.full_name(),
        "email": pick(number, "email", &YES_AND_NO).then(|| format!("{}@hopthu.example.vn", person.mailbox())),
        "citizen_id": numbers::citizen_id(number),
        "profile": {
            "date_of_birth": format!("{year}-{month:02}-{day:02}"),
            "line_of_business": names::company(number).trade.line,
            "address": address(number),
        },
    })
}

fn address(number: usize) -> Value {
    json!({ "text": places::address(number), "province_code": places::place(number).province_code })
}
