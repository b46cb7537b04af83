//! The content of the demos: one document for each playbook, with the keys of that playbook.

mod group;
mod staff;
mod work;

use chot_domain::shared::Code;
use serde::Deserialize;
use serde_json::Value;

pub(super) use self::group::{Group, LandingPage, Visitor};
pub(super) use self::staff::{Employee, StaffContent, TeamName};
pub(super) use self::work::{ApiKeyContent, FileContent, FileOwner, PlannedContent, SupportContent, WorkContent};
use crate::Result;

/// The documents by the key of their playbook.
const DOCUMENTS: [(&str, &str); 5] = [
    ("suno", include_str!("../stories/suno.toml")),
    ("groupon", include_str!("../stories/groupon.toml")),
    ("xcrm", include_str!("../stories/xcrm.toml")),
    ("icheck", include_str!("../stories/icheck.toml")),
    ("easyedu", include_str!("../stories/easyedu.toml")),
];

/// The content of the demo of one playbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) staff: StaffContent,
    /// The services on sale.
    pub(super) services: Vec<Service>,
    /// Indexes in `services`; more frequent ones are in higher demand.
    pub(super) demand: Vec<usize>,
    pub(super) customers: Customers,
    pub(super) leads: LeadContent,
    pub(super) opportunities: OpportunityContent,
    pub(super) accounts: AccountContent,
    pub(super) group: Group,
    pub(super) landing_page: LandingPage,
    pub(super) work: WorkContent,
    pub(super) plans: Vec<PlannedContent>,
    pub(super) files: Vec<FileContent>,
    pub(super) support: SupportContent,
    pub(super) api_keys: Vec<ApiKeyContent>,
}

impl Content {
    /// The content for a playbook.
    ///
    /// # Errors
    /// `not_found` if there is none.
    pub(super) fn of(playbook: &str) -> Result<Self> {
        let document = DOCUMENTS.iter().find(|(key, _)| *key == playbook).ok_or(Code::NotFound)?.1;
        toml::from_str(document).map_err(|error| {
            tracing::error!(%error, playbook, "the demo cannot be read");
            Code::InternalError.into()
        })
    }
}

/// A service and the needs that it meets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) category: String,
    /// Price of one unit in đồng, without tax.
    pub(super) unit_price: String,
    pub(super) vat_code: String,
    pub(super) unit: String,
    pub(super) description: String,
    /// The name of its opportunities.
    pub(super) sale: String,
    /// The needs of leads.
    pub(super) needs: Vec<String>,
}

/// The customers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customers {
    /// Whether they have tax codes and citizen identity numbers.
    pub(super) have_identity_numbers: bool,
    /// Whether every fifth is an individual.
    pub(super) include_individuals: bool,
    pub(super) trades: Vec<Trade>,
    /// Prefixes of company names, each with a business type.
    pub(super) legal_forms: Vec<LegalForm>,
    /// The same for farming companies.
    #[serde(default)]
    pub(super) farmers_legal_forms: Vec<LegalForm>,
    pub(super) job_titles: Vec<String>,
    /// Customer ranks; an empty text means none.
    pub(super) ranks: Vec<String>,
    /// The answers to the custom fields of leads.
    #[serde(default)]
    pub(super) custom_fields: Vec<FieldAnswers>,
}

/// A trade, with its keys in the playbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trade {
    pub(super) name: String,
    pub(super) line: String,
    pub(super) way: String,
    #[serde(default)]
    pub(super) is_farming: bool,
}

/// The prefix of company names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegalForm {
    pub(super) prefix: String,
    pub(super) business_type: String,
}

/// The answers to one custom field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldAnswers {
    pub(super) key: String,
    pub(super) answers: Vec<Value>,
}

/// How leads are created, and their content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeadContent {
    pub(super) batches: usize,
    pub(super) in_a_batch: usize,
    pub(super) days_between: usize,
    /// The days after the assignment, and the hour, at which the salesperson calls.
    pub(super) first_call: (i64, i64),
    /// The users who create leads, and the sources, in rotation.
    pub(super) captured_by: Vec<CapturedBy>,
    pub(super) call_notes: Vec<String>,
    /// An empty text means no tag.
    pub(super) tags: Vec<String>,
    pub(super) junk: Vec<ReasonWithNote>,
    pub(super) return_reasons: Vec<String>,
    pub(super) parking_reasons: Vec<String>,
}

impl LeadContent {
    /// The number of leads, without those of the landing page.
    pub(super) const fn count(&self) -> usize {
        self.batches * self.in_a_batch
    }
}

/// A role that creates leads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapturedBy {
    pub(super) role: String,
    pub(super) sources: Vec<String>,
}

/// A reason of the playbook with a note.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonWithNote {
    pub(super) reason: String,
    pub(super) note: String,
}

/// How salespeople work on opportunities.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpportunityContent {
    /// The stage after the advice; if missing, the stage does not change. The same applies to the next two.
    pub(super) advised_stage: Option<String>,
    pub(super) quoted_stage: Option<String>,
    pub(super) negotiated_stage: Option<String>,
    /// Expected revenues, in millions of đồng.
    pub(super) millions: Vec<u32>,
    pub(super) win_notes: Vec<String>,
    /// Lost reasons, with the customer's feedback.
    pub(super) refusals: Vec<ReasonWithNote>,
    /// The tag of a second opportunity.
    pub(super) second_tag: Option<String>,
}

/// What happens to accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountContent {
    /// An empty text means no tag.
    pub(super) tags: Vec<String>,
    /// The stages of accounts after the sale.
    pub(super) after_sale_stages: Vec<String>,
    /// Release reasons with notes.
    pub(super) releases: Vec<ReasonWithNote>,
}
