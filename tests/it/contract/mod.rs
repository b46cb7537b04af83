//! Tests for every operation of the contract: who may call it, what the document states, how it refuses requests, and how the
//! code is layered. The tests iterate over the document, so that a new operation without a row in the `contract.rs` of its context fails.

mod answers;
mod conditions;
mod credentials;
mod demo;
mod document;
mod examples;
mod habits;
mod headers;
mod idempotency;
mod layering;
mod negotiation;
pub mod operation;
mod order;
mod pages;
mod parameters;
pub mod people;
mod playbook;
mod records;
pub mod rights;
mod roles;
pub mod rows;
mod seen;
mod sight;
mod sources;
pub mod stage;
mod story;
mod texts;
mod tiers;
mod words;
