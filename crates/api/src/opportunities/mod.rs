//! Opportunities, and the evidence that they are worked.

pub mod evidence;
pub mod opportunity;

use utoipa_actix_web::service_config::ServiceConfig;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("opportunities", "Chances to sell to an account: open, move between stages, win or lose."),
    ("evidence", "Proof that opportunities are worked, its review, and the check at 23:59."),
];

/// The operations of the context.
pub fn routes(config: &mut ServiceConfig) {
    opportunity::routes(config);
    evidence::routes(config);
}
