use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Classification;
use crate::accounts::AccountId;
use crate::catalog::ProductId;
use crate::identity::UserId;
use crate::playbook::{CardKind, CardStatus, LOST_BY_RULE, Playbook};
use crate::shared::{Draft, Key, Money, PhoneNumber, Text, Violations};

/// An opportunity to create for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "name": "Truy xuất nguồn gốc cho 20 mã", "expected_revenue": "150000000", "stars": 2}))]
pub struct OpportunityDraft {
    /// The account of the customer. It must not have a parent.
    // R-ICHK-40, R-ICHK-48.
    pub account_id: AccountId,
    /// Short description of what may be sold.
    // R-ICHK-39.
    pub name: Text<200>,
    /// Phone number for this opportunity. Default: the account's phone number.
    // R-ICHK-41, R-ICHK-47.
    pub phone: Option<PhoneNumber>,
    /// The owner. It is always the owner of the account; any other value is refused.
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
    /// Expected date of the customer's decision.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub expected_close_on: Option<NaiveDate>,
    /// The initial stage. Default: the first open stage of the first pipeline.
    pub stage: Option<Key>,
    /// Free text.
    pub description: Option<Text<5000>>,
}

impl OpportunityDraft {
    /// The highest priority in stars.
    pub const MOST_STARS: i32 = 3;
}

impl Draft for OpportunityDraft {
    const FIXED: &'static [&'static str] = &["account_id", "owner_id", "classification", "stage", "status"];

    fn check(&self, violations: &mut Violations) {
        if !(0..=Self::MOST_STARS).contains(&self.stars) {
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

/// Adds a violation if an opportunity cannot start in this stage: it must be an open stage for opportunities.
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

/// Closes an opportunity as won.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Khách chốt gói 20 mã"}))]
pub struct WinOpportunity {
    /// Further details, stored in the history.
    pub note: Option<Text<2000>>,
}

impl Draft for WinOpportunity {}

/// Closes an opportunity as lost.
// R-SUNO-32…34.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "price", "customer_feedback": "Giá cao hơn bên đang dùng", "next_approach_on": "2027-03-01"}))]
pub struct LoseOpportunity {
    /// A lost reason of the playbook.
    pub reason: Key,
    /// The customer's feedback.
    pub customer_feedback: Option<Text<2000>>,
    /// When to contact the customer again; not in the past.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub next_approach_on: Option<NaiveDate>,
}

impl LoseOpportunity {
    /// The reason used by the evidence check (R-ICHK-77, R-ICHK-78).
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

/// Reopens a closed opportunity.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Khách liên hệ lại"}))]
pub struct ReopenOpportunity {
    /// The reason, stored in the history.
    pub reason: Text<500>,
}

impl Draft for ReopenOpportunity {}
