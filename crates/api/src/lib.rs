//! The HTTP interface and the command line of Chốt: extract, call one verb or one query, answer.

mod accounts;
mod activities;
mod answer;
mod attachments;
mod authentication;
mod calendar;
mod catalog;
mod contacts;
mod conversions;
mod current_user;
mod deliveries;
mod download;
mod events;
mod evidence;
mod extract;
mod health;
mod identity;
mod lead_assignments;
mod lead_forms;
mod leads;
mod letters;
mod messages;
mod middleware;
mod negotiation;
mod notifications;
mod openapi;
mod opportunities;
mod playbook;
mod problem;
mod rate_limits;
mod record;
mod request_log;
mod routes;
mod sandbox;
mod sessions;
mod teamwork;
mod telephony;
mod timers;
mod trials;

pub mod cli;
pub mod config;
pub mod server;

pub use openapi::document;
pub use routes::OPERATIONS_WITHOUT_SIGN_IN;
