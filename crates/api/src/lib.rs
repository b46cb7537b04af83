//! The HTTP interface and the command line of Chốt: extract the request, call one action or one query, respond.

mod accounts;
mod activities;
mod attachments;
mod catalog;
mod deliveries;
mod document;
mod events;
mod health;
mod identity;
mod leads;
mod log;
mod notifications;
mod opportunities;
mod playbook;
mod private_files;
mod routes;
mod sandbox;
mod secret_key;
mod teamwork;
mod telephony;
mod timers;
mod web;

pub mod cli;
pub mod config;
pub mod server;

pub use document::document;
