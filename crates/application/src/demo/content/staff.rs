//! Who works at a company.

use serde::Deserialize;

use crate::demo::MAIL_DOMAIN;

/// Who works there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct StaffContent {
    /// The team above the other two.
    pub(in crate::demo) office: String,
    pub(in crate::demo) north: String,
    pub(in crate::demo) south: String,
    /// One for each role of the playbook.
    pub(in crate::demo) sign_ins: Vec<Employee>,
    /// Those who do not sign in.
    pub(in crate::demo) colleagues: Vec<Employee>,
    /// The role that gives leads to salespeople.
    pub(in crate::demo) distributor: String,
    /// The role that runs the web form.
    pub(in crate::demo) form_owner: String,
    /// The role that takes accounts back and answers requests for support.
    pub(in crate::demo) leader: String,
    /// The role that samples evidence.
    pub(in crate::demo) reviewer: String,
}

/// Somebody who works there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Employee {
    pub(in crate::demo) role: String,
    pub(in crate::demo) full_name: String,
    /// What stands before the @; the role, if left out.
    pub(in crate::demo) mailbox: Option<String>,
    pub(in crate::demo) team: Option<TeamName>,
}

impl Employee {
    /// The address to sign in with.
    pub(in crate::demo) fn email(&self) -> String {
        format!("{}@{MAIL_DOMAIN}", self.mailbox.as_ref().unwrap_or(&self.role))
    }
}

/// One of the three teams.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(in crate::demo) enum TeamName {
    /// The one above the other two.
    Office,
    /// Sells in the north.
    North,
    /// Sells in the south.
    South,
}
