//! Tests of the whole system over HTTP. One binary; `CHOT_TEST_DATABASE` chooses the database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod activities;
mod attachments;
mod bad_input;
mod catalog;
mod contract;
mod deliveries;
mod deployment;
mod events;
mod evidence;
mod identity;
mod leads;
mod notifications;
mod opportunities;
mod robustness;
mod sandbox;
mod scenarios;
mod teamwork;
mod telephony;
