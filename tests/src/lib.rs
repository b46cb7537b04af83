//! The harness of the tests over HTTP: a world with a real server on a real database, clients that validate every response
//! against the contract, and fixtures.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod cable;
mod client;
mod clock;
mod contract;
mod database;
mod examples;
mod failures;
mod form;
mod mail_server;
mod memory;
mod packed;
mod playbooks;
mod problems;
mod process;
mod signing;
mod small_disk;
mod statements;
mod world;

pub mod fixtures;

pub use cable::Cable;
pub use client::{Client, Response, fault};
pub use clock::TestClock;
pub use contract::{Contract, contract};
pub use database::{Kind, SECRET_KEY, kind};
pub use examples::{Examples, OF_THE_DEMO};
pub use failures::expected_failure_id;
pub use form::{Form, PDF, form_type};
pub use mail_server::{Mail, MailServer, Manner};
pub use memory::resident_bytes;
pub use packed::{deflate, gzip};
pub use playbooks::{EVERY_RULE, playbook};
pub use process::{Deployment, Process};
pub use signing::signature;
pub use small_disk::SmallDisk;
pub use statements::StatementLog;
pub use world::{Options, World};
