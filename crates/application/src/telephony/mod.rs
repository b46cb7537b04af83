//! What telephone exchanges tell: each call becomes an activity on the right record once it is over (A-22, R-ICHK-17, R-ICHK-75).

mod hear;
mod lookup;
mod signature;

pub use hear::{hear, hear_stringee, log_call, set_stringee_secret};
pub use signature::is_signed;
