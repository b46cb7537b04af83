//! The published contract: what the handlers say of themselves, with the rules that hold everywhere said once.

mod answers;
mod bodies;
mod components;
mod generators;
mod links;
mod operations;
mod permissions;
mod refusals;
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

/// Real exchanges, recorded by the test suite: of operations the words of the path, the body and the answers by status; problems by
/// status and code.
const EXAMPLES: &str = include_str!("examples.json");

/// In the order of the work, as Swagger UI shows them.
const TAGS: &[(&str, &str)] = &[
    ("sessions", "Sign in and out, refresh tokens, change the password."),
    ("current-user", "The user who calls, with role and permissions."),
    ("users", "The people who work with the system, and their roles."),
    ("teams", "Groups of users. Teams form a tree; a manager sees the teams below."),
    ("api-keys", "Secrets for programs that act for a user, with fewer permissions."),
    ("playbook", "The organisation's sales process as one document."),
    ("pipelines", "The stages of a process in order, and the boards that show them."),
    ("products", "Products and services that the organisation sells."),
    ("leads", "People and companies who may become customers: create, assign, contact, verify, convert."),
    ("lead-forms", "Public web forms that create leads."),
    ("lead-assignments", "Who was given which lead and when, and which leads were recalled."),
    ("trials", "Trial access for leads, where the playbook has trials."),
    ("conversions", "Leads that became customers: what was created, and how to revert it."),
    ("accounts", "Customers: companies and individuals. An account has one owner, or none and is in the pool."),
    ("contacts", "The people at an account."),
    ("opportunities", "Chances to sell to an account: open, move between stages, win or lose."),
    ("evidence", "Proof that opportunities are worked, its review, and the check at 23:59."),
    ("activities", "Calls, e-mails, messages, meetings, tasks and notes, planned and done."),
    ("calendar", "Planned activities by day, what is due today, and calendar feeds."),
    ("attachments", "Files on leads, accounts, opportunities and activities."),
    ("support-requests", "Questions of salespeople to their managers, and the answers."),
    ("notifications", "The inbox of the user who calls, and what comes by e-mail."),
    ("telephony", "Calls reported by telephone exchanges."),
    ("events", "Everything that happened, in order, for programs that follow changes."),
    ("timers", "What happens by itself at a time, for operators."),
    ("deliveries", "Outgoing e-mails with attempts and results, for operators."),
    ("sandbox", "The clock of a test deployment, which can be moved forward."),
    ("health", "Whether the server lives and can answer."),
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
        "title": "Chot CRM API",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "A headless CRM for the sales process of Vietnamese companies.",
        "description": DESCRIPTION,
        "contact": {"name": "The developers of Chốt"},
        "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This server"}]);
    document["tags"] = TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    document["security"] = json!([{"bearer": []}]);
    schemas::finish(&mut document);
    shared::split(&mut document);
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    components::finish(&mut document, &examples["problems"]);
    generators::finish(&mut document);
    let schemas = document["components"]["schemas"].clone();
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operations::finish(path, method, operation, &schemas, &examples["operations"]);
        }
    }
    links::add(&mut document);
    document
}
