use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Classification;
use crate::accounts::AccountId;
use crate::catalog::ProductId;
use crate::identity::UserId;
use crate::playbook::{CardKind, CardStatus, LOST_BY_RULE, Playbook};
use crate::shared::{Draft, Key, Money, PhoneNumber, Text, Violations};

/// A chance to sell that is to be opened on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "name": "Truy xuất nguồn gốc cho 20 mã", "expected_revenue": "150000000", "stars": 2}))]
pub struct OpportunityDraft {
    /// The customer. Opportunities are refused on child accounts.
    // R-ICHK-40, R-ICHK-48.
    pub account_id: AccountId,
    /// What may be sold, in a few words.
    // R-ICHK-39.
    pub name: Text<200>,
    /// A telephone number for this sale; the account's, if left out.
    // R-ICHK-41, R-ICHK-47.
    pub phone: Option<PhoneNumber>,
    /// The salesperson. It is always the account's owner; anything else is refused.
    // R-ICHK-42, R-ICHK-49.
    pub owner_id: Option<UserId>,
    /// The products and services offered.
    // R-ICHK-43, R-SUNO-28.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub product_ids: Vec<ProductId>,
    /// Primary or secondary.
    // R-ICHK-44.
    #[serde(default)]
    pub classification: Classification,
    /// Expected revenue.
    // R-ICHK-45.
    pub expected_revenue: Option<Money>,
    /// Priority in stars: 1 low to 3 high, 0 not set.
    // R-ICHK-46.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 3)]
    pub stars: i32,
    /// When the customer is expected to decide.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub expected_close_on: Option<NaiveDate>,
    /// The stage to begin in; the first open one of the first pipeline, if left out.
    pub stage: Option<Key>,
    /// Anything worth knowing.
    pub description: Option<Text<5000>>,
}

impl Draft for OpportunityDraft {
    const FIXED: &'static [&'static str] = &["account_id", "owner_id", "classification", "stage", "status"];

    fn check(&self, violations: &mut Violations) {
        if !(0..=3).contains(&self.stars) {
            violations.add("/stars", "out_of_range");
        }
        if self.product_ids.len() > 50 {
            violations.add("/product_ids", "too_many");
        }
        for (index, product) in self.product_ids.iter().enumerate() {
            if self.product_ids[..index].contains(product) {
                violations.add(&format!("/product_ids/{index}"), "repeated");
            }
        }
        if self.expected_revenue.is_some_and(|revenue| !revenue.is_whole()) {
            violations.add("/expected_revenue", "not_whole");
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        check_first_stage(self.stage.as_ref(), playbook, "/stage", violations);
    }
}

/// Notes a stage in which no opportunity can begin: it begins in an open stage for opportunities.
pub(crate) fn check_first_stage(stage: Option<&Key>, playbook: &Playbook, pointer: &str, violations: &mut Violations) {
    let Some(key) = stage else {
        return;
    };
    match playbook.stage(key.as_str()) {
        None => violations.add(pointer, "unknown_key"),
        Some(at) if at.stage.is_retired => violations.add(pointer, "retired_key"),
        Some(at) if at.stage.card != CardKind::Opportunity => violations.add(pointer, "stage_of_another_card"),
        Some(at) if at.stage.status != CardStatus::Open => violations.add(pointer, "not_an_open_stage"),
        Some(_) => {}
    }
}

/// Closes an opportunity as sold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Khách chốt gói 20 mã"}))]
pub struct WinOpportunity {
    /// More about it, for the history.
    pub note: Option<Text<2000>>,
}

impl Draft for WinOpportunity {}

/// Closes an opportunity as not sold.
// R-SUNO-32…34.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"}))]
pub struct LoseOpportunity {
    /// A lost reason of the playbook.
    pub reason: Key,
    /// What the customer said.
    pub customer_feedback: Option<Text<2000>>,
    /// When to approach the customer again; not in the past.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub next_approach_on: Option<NaiveDate>,
}

impl LoseOpportunity {
    /// What the check of evidence says (R-ICHK-77, R-ICHK-78).
    pub fn by_the_check() -> Self {
        Self { reason: Key::from_stored(LOST_BY_RULE.to_owned()), customer_feedback: None, next_approach_on: None }
    }
}

impl Draft for LoseOpportunity {
    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_reason(&playbook.lost_reasons, &self.reason, LOST_BY_RULE, violations);
        if self.next_approach_on.is_some_and(|date| date < playbook.day_of(now)) {
            violations.add("/next_approach_on", "in_the_past");
        }
    }
}

/// Opens a closed opportunity again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Khách liên hệ lại"}))]
pub struct ReopenOpportunity {
    /// Why, for the history.
    pub reason: Text<500>,
}

impl Draft for ReopenOpportunity {}
