//! Types shared by all contexts: identifiers, money, phone numbers, identity numbers, and the common code to read, validate and
//! patch input.

#[cfg(test)]
mod arbitrary;
mod citizen_id;
mod clock;
mod code;
mod column_value;
mod draft;
mod email;
mod error;
mod fold;
mod id;
mod json;
mod key;
mod money;
mod nul;
mod patch;
mod phone;
mod shape;
mod tax_code;
mod text;
mod time;
mod validated;
mod violations;
mod web_address;

#[cfg(test)]
pub(crate) use arbitrary::arbitrary_json;
pub use citizen_id::CitizenId;
pub use clock::{Clock, IdSource, RandomIds, SystemClock};
pub use code::Code;
pub use column_value::{ColumnValue, Json, StringEnum};
pub use draft::{Draft, Nothing, read, read_with_faults};
pub use email::{Email, is_unreachable_address};
pub use error::DomainError;
pub use fold::fold;
pub use id::Id;
pub use json::{MalformedJson, parse_strictly};
pub use key::Key;
pub use money::Money;
pub use nul::take_nul;
pub use patch::{Change, Changes, MergePatch, changes};
pub use phone::PhoneNumber;
pub use shape::member_pointer;
pub use tax_code::TaxCode;
pub use text::Text;
pub use time::{bound, day, given_instant, instant};
pub(crate) use validated::in_form_c;
pub use validated::{Rule, Validated};
pub use violations::{Violation, Violations};
pub use web_address::WebAddress;
