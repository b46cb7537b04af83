use std::hash::Hash;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeadId;
use crate::identity::UserId;
use crate::shared::{Draft, Text, Violations};

/// Assigns several leads to several salespeople, in turn.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "lead_ids": ["019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e11"],
    "owner_ids": ["019583a0-7c1e-7b3a-9f00-2f6d3c1a5e12"],
    "reason": "Chia đầu mối của hội chợ",
}))]
pub struct AssignLeads {
    /// The leads. Each may appear once.
    #[schema(min_items = 1, max_items = 100)]
    pub lead_ids: Vec<LeadId>,
    /// The salespeople. Each may appear once. The oldest lead goes to the first, the next one to the second, and so on.
    #[schema(min_items = 1, max_items = 20)]
    pub owner_ids: Vec<UserId>,
    /// The reason, stored in the history.
    pub reason: Option<Text<500>>,
}

/// Maximum number of leads per request.
const MOST_LEADS: usize = 100;

/// Maximum number of salespeople per request.
const MOST_OWNERS: usize = 20;

impl Draft for AssignLeads {
    fn check(&self, violations: &mut Violations) {
        each_once(&self.lead_ids, "/lead_ids", MOST_LEADS, violations);
        each_once(&self.owner_ids, "/owner_ids", MOST_OWNERS, violations);
    }
}

fn each_once<T: Eq + Hash>(list: &[T], pointer: &str, most: usize, violations: &mut Violations) {
    if list.is_empty() && violations.is_valid(&[pointer]) {
        violations.add(pointer, "too_few");
    }
    if list.len() > most {
        violations.add(pointer, "too_many");
        return;
    }
    let mut seen = std::collections::HashSet::new();
    for (index, _) in list.iter().enumerate().filter(|(_, entry)| !seen.insert(*entry)) {
        violations.add(&format!("{pointer}/{index}"), "repeated");
    }
}
