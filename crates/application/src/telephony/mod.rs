//! Reports of telephone exchanges: each ended call becomes an activity on the right record (A-22, R-ICHK-17, R-ICHK-75).

mod lookup;
mod receive;
mod signature;

pub use receive::{apply_report, log_call, receive_stringee_event, set_stringee_secret};
pub use signature::is_signed;
