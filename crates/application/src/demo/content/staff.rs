//! The users of a company.

use serde::Deserialize;

use crate::demo::MAIL_DOMAIN;

/// The users.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct StaffContent {
    /// The team above the other two.
    pub(in crate::demo) office: String,
    pub(in crate::demo) north: String,
    pub(in crate::demo) south: String,
    /// One for each role of the playbook.
    pub(in crate::demo) sign_ins: Vec<Employee>,
    /// Users who do not sign in.
    pub(in crate::demo) colleagues: Vec<Employee>,
    /// The role that assigns leads to salespeople.
    pub(in crate::demo) distributor: String,
    /// The role that creates the web form.
    pub(in crate::demo) form_owner: String,
    /// The role that releases accounts and answers support requests.
    pub(in crate::demo) leader: String,
    /// The role that draws evidence for review.
    pub(in crate::demo) reviewer: String,
}

/// A user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Employee {
    pub(in crate::demo) role: String,
    pub(in crate::demo) full_name: String,
    /// The local part of the e-mail address; if missing, the role.
    pub(in crate::demo) mailbox: Option<String>,
    pub(in crate::demo) team: Option<TeamName>,
}

impl Employee {
    /// The e-mail address for signing in.
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
