//! Leads: from the first contact to the conversion.

pub mod assignments;
pub mod conversions;
pub mod forms;
pub mod lead;
pub mod trials;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("leads", "People and companies who may become customers: create, assign, contact, verify, convert."),
    ("lead-forms", "Public web forms that create leads."),
    ("lead-assignments", "Which lead was assigned to whom and when, and which leads were recalled."),
    ("trials", "Trial access for leads, if the playbook has trials."),
    ("conversions", "Leads that became customers: what was created, and how to revert it."),
];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    lead::routes(config);
    forms::routes(config);
    assignments::routes(config);
    trials::routes(config);
    conversions::routes(config);
}
