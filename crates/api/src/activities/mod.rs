//! Activities and the calendar.

pub mod activity;
pub mod calendar;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("activities", "Calls, e-mails, messages, meetings, tasks and notes, planned and done."),
    ("calendar", "Planned activities by day, what is due today, and calendar feeds."),
];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    activity::routes(config);
    calendar::routes(config);
}
