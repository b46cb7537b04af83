//! Opportunities and the evidence of work on them.

pub mod evidence;
pub mod opportunity;

use crate::web::routing::Routes;

/// The sections of the contract, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("opportunities", "Chances to sell to an account: open, move between stages, win or lose."),
    ("evidence", "Evidence of work on opportunities, its review, and the check at 23:59."),
];

/// The operations of the context.
pub fn routes(config: &mut impl Routes) {
    opportunity::routes(config);
    evidence::routes(config);
}
