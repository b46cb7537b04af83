//! What differs between the demos: one document for each playbook, written in the words of that playbook.

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

/// The documents, by the key of their playbook.
const DOCUMENTS: [(&str, &str); 5] = [
    ("suno", include_str!("../stories/suno.toml")),
    ("groupon", include_str!("../stories/groupon.toml")),
    ("xcrm", include_str!("../stories/xcrm.toml")),
    ("icheck", include_str!("../stories/icheck.toml")),
    ("easyedu", include_str!("../stories/easyedu.toml")),
];

/// Everything that is particular to the demo of one playbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) staff: StaffContent,
    /// What is sold.
    pub(super) services: Vec<Service>,
    /// Places in `services`; those that stand here more often are wanted more often.
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

/// A service, and how customers come to want it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) category: String,
    /// Đồng for one unit, without tax.
    pub(super) unit_price: String,
    pub(super) vat_code: String,
    pub(super) unit: String,
    pub(super) description: String,
    /// What a sale of it is called.
    pub(super) sale: String,
    /// What leads say that they need.
    pub(super) needs: Vec<String>,
}

/// Who buys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customers {
    /// Whether they tell their tax codes and citizen identity numbers.
    pub(super) have_identity_numbers: bool,
    /// Whether every fifth is a person.
    pub(super) include_individuals: bool,
    pub(super) trades: Vec<Trade>,
    /// How names begin, and with which business type.
    pub(super) legal_forms: Vec<LegalForm>,
    /// The same for those who live by farming.
    #[serde(default)]
    pub(super) farmers_legal_forms: Vec<LegalForm>,
    pub(super) job_titles: Vec<String>,
    /// Customer ranks; an empty text stands for none.
    pub(super) ranks: Vec<String>,
    /// What the custom fields of leads are answered with.
    #[serde(default)]
    pub(super) custom_fields: Vec<FieldAnswers>,
}

/// A trade, with its words in the playbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trade {
    pub(super) name: String,
    pub(super) line: String,
    pub(super) way: String,
    #[serde(default)]
    pub(super) is_farming: bool,
}

/// How the name of a company begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegalForm {
    pub(super) prefix: String,
    pub(super) business_type: String,
}

/// The answers that are given to one custom field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldAnswers {
    pub(super) key: String,
    pub(super) answers: Vec<Value>,
}

/// How leads come in, and what is said about them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeadContent {
    pub(super) batches: usize,
    pub(super) in_a_batch: usize,
    pub(super) days_between: usize,
    /// The days after being given out, and the hour, at which the salesperson calls.
    pub(super) first_call: (i64, i64),
    /// Who enters leads, and where those come from; one after another.
    pub(super) captured_by: Vec<CapturedBy>,
    pub(super) call_notes: Vec<String>,
    /// An empty text stands for no tag.
    pub(super) tags: Vec<String>,
    pub(super) junk: Vec<ReasonWithNote>,
    pub(super) return_reasons: Vec<String>,
    pub(super) parking_reasons: Vec<String>,
}

impl LeadContent {
    /// How many leads come in, by the landing page aside.
    pub(super) const fn count(&self) -> usize {
        self.batches * self.in_a_batch
    }
}

/// Who enters leads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapturedBy {
    pub(super) role: String,
    pub(super) sources: Vec<String>,
}

/// A reason of the playbook, and what is said about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonWithNote {
    pub(super) reason: String,
    pub(super) note: String,
}

/// How opportunities are worked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpportunityContent {
    /// Where those who were advised stand; where they were, if left out. The same holds for the next two.
    pub(super) advised_stage: Option<String>,
    pub(super) quoted_stage: Option<String>,
    pub(super) negotiated_stage: Option<String>,
    /// Expected revenues, in millions of đồng.
    pub(super) millions: Vec<u32>,
    pub(super) win_notes: Vec<String>,
    /// Lost reasons, and what the customer said.
    pub(super) refusals: Vec<ReasonWithNote>,
    /// The tag of an opportunity beside the main one.
    pub(super) second_tag: Option<String>,
}

/// What is done with accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountContent {
    /// An empty text stands for no tag.
    pub(super) tags: Vec<String>,
    /// Where customers stand after the sale.
    pub(super) after_sale_stages: Vec<String>,
    /// Release reasons, and what is said about them.
    pub(super) releases: Vec<ReasonWithNote>,
}
