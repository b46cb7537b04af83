//! The published contract: what the handlers say of themselves, with the rules that hold everywhere said once.

mod answers;
mod bodies;
mod components;
mod links;
mod operations;
mod permissions;
mod schemas;
mod shared;

use actix_web::App;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::routes;

#[derive(OpenApi)]
#[openapi(components(schemas(crate::problem::Problem)))]
struct Document;

const DESCRIPTION: &str = include_str!("openapi.md");

/// Real answers, recorded by the test suite: operation, then status, then body.
const EXAMPLES: &str = include_str!("examples.json");

const TAGS: &[(&str, &str)] = &[
    (
        "accounts",
        "Customers: companies and individuals, prospects before their first purchase. Each has one owner at most; those without stand in the pool.",
    ),
    ("activities", "What is done with customers: calls, e-mails, messages, meetings, tasks and notes, planned and done."),
    ("api-keys", "Secrets that let programs act for a user, with narrower rights."),
    ("attachments", "Files on leads, accounts, opportunities and activities: uploaded, listed, downloaded."),
    ("calendar", "What people have planned, by days; what is due today; and calendars for other programs to read."),
    ("contacts", "The people one talks to at a customer."),
    ("conversions", "Leads that became customers: what was made of them, and how to undo it."),
    ("deliveries", "What leaves the house, such as e-mails: attempts and results."),
    ("events", "Everything that happened, in order, for programs that follow along."),
    (
        "evidence",
        "What shows that opportunities are worked, its review by customer care, and the check at 23:59 that takes opportunities without it.",
    ),
    ("health", "Whether the server lives and can answer."),
    ("lead-forms", "Public web forms that leads come in by."),
    ("leads", "People and companies who may become customers: captured, given out, worked, converted."),
    ("notifications", "What each user is told: an inbox, and by e-mail what they want by e-mail."),
    ("opportunities", "Chances to sell: opened on an account, moved over stages, won or lost."),
    ("pipelines", "Stages in order, and the boards that show them."),
    ("playbook", "The organisation's way of selling, as one document."),
    ("products", "What the organisation sells."),
    ("sandbox", "Moving the clock of a deployment that is for trying things out."),
    ("sessions", "Signing in and out."),
    ("support-requests", "Questions of salespeople to those who lead them, such as about suspect data, and the answers."),
    ("teams", "Groups of users; teams form a tree, along which managers see."),
    ("telephony", "Calls as telephone exchanges tell of them."),
    ("timers", "What falls due by itself, for those who run the system."),
    ("users", "The people who work with the system, and their roles."),
];

/// The document as it is published and served. A test finds it to be what [`document`] says.
pub const PUBLISHED: &str = include_str!("../../../../openapi/openapi.json");

/// The document of this code, for the file that is published.
pub fn document() -> String {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(utoipa_actix_web::scope::scope("/api/v1").configure(routes::api))
        .configure(routes::outside)
        .split_for_parts();
    let finished = finish(serde_json::to_value(document).unwrap_or_default());
    format!("{:#}\n", finished)
}

fn finish(mut document: Value) -> Value {
    document["info"] = json!({
        "title": "Chốt",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "A headless CRM for the sales process of Vietnamese companies.",
        "description": DESCRIPTION,
        "contact": {"name": "The developers of Chốt", "url": "https://chot.example.vn", "email": "developers@chot.example.vn"},
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This server"}]);
    document["tags"] = TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    document["security"] = json!([{"bearer": []}]);
    schemas::finish(&mut document);
    shared::split(&mut document);
    components::finish(&mut document);
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operations::finish(path, method, operation, &schemas, &examples);
        }
    }
    links::add(&mut document);
    document
}
