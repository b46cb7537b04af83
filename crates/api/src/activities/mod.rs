//! Activities and the calendar.

pub mod activity;
pub mod calendar;

use utoipa_actix_web::service_config::ServiceConfig;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("activities", "Calls, e-mails, messages, meetings, tasks and notes, planned and done."),
    ("calendar", "Planned activities by day, what is due today, and calendar feeds."),
];

/// The operations of the context.
pub fn routes(config: &mut ServiceConfig) {
    activity::routes(config);
    calendar::routes(config);
}
