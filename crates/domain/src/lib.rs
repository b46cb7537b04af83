//! What a caller may say, the state machines and the rules of Chốt: pure values and functions.
//!
//! Nothing here reads a clock, draws a random number or waits: time and identifiers come in as arguments.

pub mod accounts;
pub mod activities;
pub mod attachments;
pub mod catalog;
pub mod deliveries;
pub mod history;
pub mod identity;
pub mod leads;
pub mod notifications;
pub mod opportunities;
pub mod playbook;
pub mod records;
pub mod sandbox;
pub mod shared;
pub mod teamwork;
pub mod telephony;
pub mod timers;
