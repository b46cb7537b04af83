//! How each operation is called: one row each, in the `contract.rs` of its context. The path, the method, the permission and whether a
//! version is required are in the document.

use serde_json::Value;

use super::stage::{Prepare, Prepared, nothing};
use crate::{
    accounts, activities, attachments, catalog, deliveries, deployment, events, evidence, identity, leads, notifications,
    opportunities, sandbox, teamwork, telephony,
};

/// The rows of all contexts.
pub const CONTEXTS: &[&[Row]] = &[
    leads::contract::ROWS,
    accounts::contract::ROWS,
    opportunities::contract::ROWS,
    evidence::contract::ROWS,
    activities::contract::ROWS,
    attachments::contract::ROWS,
    teamwork::contract::ROWS,
    telephony::contract::ROWS,
    catalog::contract::ROWS,
    identity::contract::ROWS,
    notifications::contract::ROWS,
    deliveries::contract::ROWS,
    events::contract::ROWS,
    sandbox::contract::ROWS,
    deployment::contract::ROWS,
];

/// Which callers see the record.
#[derive(Clone, Copy, Debug)]
pub enum Sight {
    /// Every caller, or there is no record.
    Everybody,
    /// Every caller: the record is the caller's own.
    Caller,
    /// Callers whose scope covers Lan, the owner.
    Owner,
    /// Callers whose scope covers Lan, and who have the permission.
    OwnerAndMay(&'static str),
    /// Callers whose scope covers Lan, or who have one of the permissions.
    OwnerOrMay(&'static [&'static str]),
    /// Only the administrator.
    Administrator,
}

/// What a caller needs in addition to what the document states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A session. An API key is not enough.
    Session,
    /// A session, or the permission.
    SessionOr(&'static str),
    /// The permission of the document, or this one.
    Or(&'static str),
    /// The permission. Other requests to the operation need others.
    Permission(&'static str),
    /// The scope `all`, in addition to the permission of the document.
    ScopeAll,
}

/// How an operation is called.
pub struct Row {
    /// The identifier of the operation.
    pub operation: &'static str,
    /// Creates the record.
    pub on: Prepare,
    /// Which callers see the record.
    pub sight: Sight,
    /// What the caller needs in addition to what the document states.
    pub needs: Needs,
    /// The body.
    pub body: Option<fn(&Prepared) -> Value>,
    /// The status for callers with the permission who do not see the record.
    pub unseen: u16,
}

/// The row of an operation without a record and without a body.
pub const fn row(operation: &'static str) -> Row {
    Row { operation, on: nothing, sight: Sight::Everybody, needs: Needs::Nothing, body: None, unseen: 404 }
}

impl Row {
    /// With a record, and which callers see it.
    pub const fn on(self, on: Prepare, sight: Sight) -> Self {
        Self { on, sight, ..self }
    }

    /// With a body.
    pub const fn saying(self, body: fn(&Prepared) -> Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With the status for callers who do not see the record.
    pub const fn unseen(self, status: u16) -> Self {
        Self { unseen: status, ..self }
    }

    /// With what a caller needs in addition to what the document states.
    pub const fn needing(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }
}

/// All rows.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    CONTEXTS.iter().copied().flatten()
}

/// The row of an operation.
pub fn row_of(operation: &str) -> &'static Row {
    rows().find(|row| row.operation == operation).unwrap_or_else(|| panic!("{operation} has no row in a contract.rs"))
}
