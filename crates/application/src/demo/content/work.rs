//! Other work besides selling, as far as it differs between the demos: plans, files, support requests, keys.

use serde::Deserialize;

/// Texts of the work on opportunities.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct WorkContent {
    /// The subject of the demo before the quotation, if the playbook has demos.
    pub(in crate::demo) demo_subject: Option<String>,
    pub(in crate::demo) demo_summary: Option<String>,
    /// The link to a trial, if the playbook has trials.
    pub(in crate::demo) trial_link: Option<String>,
    /// The warning of the reviewer, if the playbook requires evidence.
    pub(in crate::demo) warning: Option<String>,
    /// Notes on an account and on an opportunity.
    pub(in crate::demo) notes: Vec<String>,
}

/// An activity that a salesperson plans; some of them are completed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct PlannedContent {
    pub(in crate::demo) kind: String,
    pub(in crate::demo) category: String,
    pub(in crate::demo) subject: String,
    pub(in crate::demo) location: Option<String>,
    pub(in crate::demo) meeting_link: Option<String>,
    /// The check list.
    pub(in crate::demo) check_list: Option<Vec<String>>,
    /// The summary when it is done.
    pub(in crate::demo) summary: String,
}

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct FileContent {
    /// The name of the file; its extension decides the content.
    pub(in crate::demo) name: String,
    pub(in crate::demo) on: FileOwner,
    pub(in crate::demo) category: Option<String>,
    pub(in crate::demo) description: String,
}

/// The kind of record that a file belongs to.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(in crate::demo) enum FileOwner {
    /// A lead.
    Lead,
    /// An account.
    Account,
    /// An opportunity.
    Opportunity,
}

/// Support requests of salespeople to managers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct SupportContent {
    /// About an account, answered.
    pub(in crate::demo) question: String,
    pub(in crate::demo) answer: String,
    /// About a lead, still open.
    pub(in crate::demo) open_question: String,
    /// About a lead before it is set aside, answered, if the playbook requires it.
    pub(in crate::demo) before_parking: Option<String>,
    pub(in crate::demo) answer_before_parking: Option<String>,
}

/// An API key for another program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct ApiKeyContent {
    pub(in crate::demo) name: String,
    pub(in crate::demo) scopes: Vec<String>,
}
