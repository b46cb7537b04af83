//! The actions of the system: one function each, within a unit of work. This is the table of contents of what the system can do.
//!
//! An action checks the permission, loads records, lets the domain decide, stores the result, appends events, and sets or cancels
//! timers. HTTP handlers, the worker, the command line and the tests all call the same actions. Reads do not pass through here.

mod checks;
mod ctx;
mod error;
mod hashing;
mod mailer;
mod reactions;
mod related;
mod secrets;
mod tagging;
mod timer_handlers;
mod transition;

pub mod accounts;
pub mod activities;
pub mod attachments;
pub mod catalog;
pub mod deliveries;
pub mod demo;
pub mod identity;
pub mod leads;
pub mod notifications;
pub mod opportunities;
pub mod sandbox;
mod sandbox_clock;
pub mod setup;
pub mod teamwork;
pub mod telephony;
pub mod timers;
pub mod worker;

pub use ctx::{Ctx, Engine};
pub use error::{Error, Result};
pub use mailer::{Mailer, RenderedText, Renderer, SendError};
