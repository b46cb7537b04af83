//! Drafts (the input of callers), state machines and rules of Chốt: values and pure functions.
//!
//! This crate does no I/O. It has no clock and no random numbers: time and identifiers are arguments.

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
