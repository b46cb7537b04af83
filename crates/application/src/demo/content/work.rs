//! What people do besides selling, as far as it differs between the demos: plans, files, questions, keys.

use serde::Deserialize;

/// What is said of work on opportunities.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct WorkContent {
    /// The subject of the demo that comes before the quotation, where the playbook has demos.
    pub(in crate::demo) demo_subject: Option<String>,
    pub(in crate::demo) demo_summary: Option<String>,
    /// The link to a trial, where the playbook has trials.
    pub(in crate::demo) trial_link: Option<String>,
    /// What customer care finds wanting, where the playbook wants evidence.
    pub(in crate::demo) warning: Option<String>,
    /// A note on an account, and on an opportunity.
    pub(in crate::demo) notes: Vec<String>,
}

/// An activity that a salesperson plans; some of them come to be done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct PlannedContent {
    pub(in crate::demo) kind: String,
    pub(in crate::demo) category: String,
    pub(in crate::demo) subject: String,
    pub(in crate::demo) location: Option<String>,
    pub(in crate::demo) meeting_link: Option<String>,
    /// What has to be ready.
    pub(in crate::demo) check_list: Option<Vec<String>>,
    /// What is said when it is done.
    pub(in crate::demo) summary: String,
}

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct FileContent {
    /// The file's name, whose ending says what it is.
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

/// What salespeople ask those who lead.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct SupportContent {
    /// Asked and answered about an account.
    pub(in crate::demo) question: String,
    pub(in crate::demo) answer: String,
    /// Asked about a lead, and waiting.
    pub(in crate::demo) open_question: String,
    /// Asked about a lead before it is parked, and answered, where the playbook wants that.
    pub(in crate::demo) before_parking: Option<String>,
    pub(in crate::demo) answer_before_parking: Option<String>,
}

/// A key for another program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct ApiKeyContent {
    pub(in crate::demo) name: String,
    pub(in crate::demo) scopes: Vec<String>,
}
