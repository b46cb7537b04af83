//! What of a lead a conversion carries, and what stays behind. Nothing is lost: the lead stays readable.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AccountStep, ContactStep, LeadDraft, OpportunityStep};
use crate::accounts::CustomFields;

/// A member of the lead and where its value goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappedField {
    /// The lead's member.
    #[schema(max_length = 70, example = "phone")]
    pub field: String,
    /// The target and its member.
    #[schema(max_length = 100, example = "account.phone")]
    pub to: String,
}

/// A member of the lead whose value stays behind. The lead stays readable, so nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnmappedField {
    /// The lead's member.
    #[schema(max_length = 70, example = "contact_points")]
    pub field: String,
    /// Why: `already_filled`, `no_contact`, `no_opportunity` or `stays_on_lead`. New words may appear.
    #[schema(max_length = 50, example = "stays_on_lead")]
    // Conversions of older versions store it as `why`.
    #[serde(alias = "why")]
    pub reason: String,
}

impl LeadDraft {
    /// What of the lead goes where, and what stays behind and why.
    pub(super) fn map_fields(
        &self,
        tags: &[String],
        account: &AccountStep,
        contact: Option<&ContactStep>,
        opportunities: &[OpportunityStep],
    ) -> (Vec<MappedField>, Vec<UnmappedField>) {
        let (mut carried, mut left) = (Vec::new(), Vec::new());
        let lead = members(self);
        let after = members(account.after().1);
        let opens = opportunities.iter().any(|step| matches!(step, OpportunityStep::Create(..)));
        let mut goes = |field: &str, to: String| carried.push(MappedField { field: field.into(), to });
        let mut stays = |field: &str, why: &str| left.push(UnmappedField { field: field.into(), reason: why.into() });
        for (field, value) in lead.iter().filter(|(_, value)| !is_empty(value)) {
            match field.as_str() {
                "kind" => {}
                "contact_person" => match contact {
                    None => stays(field, "no_contact"),
                    Some(ContactStep::Link(_, _, after)) if !holds(Some(&Value::Object(members(after))), value) => {
                        stays(field, "already_filled");
                    }
                    Some(_) => goes(field, "contact".into()),
                },
                "need" if opens => goes(field, "opportunity.description".into()),
                "product_id" if opens => goes(field, "opportunity.product_ids".into()),
                "need" | "product_id" => stays(field, "no_opportunity"),
                "contact_points" => stays(field, "stays_on_lead"),
                "custom_fields" => {}
                same if holds(after.get(same), value) => goes(field, format!("account.{same}")),
                same if after.contains_key(same) => stays(field, "already_filled"),
                _ => stays(field, "stays_on_lead"),
            }
        }
        let (answers, unanswered) = self.map_answers(&account.after().1.custom_fields);
        carried.extend(answers);
        left.extend(unanswered);
        carried.extend(map_tags(tags, opens));
        (carried, left)
    }
}

impl LeadDraft {
    /// Each answer to a field of the playbook goes to the account, unless the account is not asked or has an answer of its own.
    fn map_answers(&self, after: &CustomFields) -> (Vec<MappedField>, Vec<UnmappedField>) {
        let (mut carried, mut left) = (Vec::new(), Vec::new());
        for (key, answer) in self.custom_fields.iter() {
            let field = format!("custom_fields.{key}");
            match after.answer(key) {
                Some(same) if same == answer => carried.push(MappedField { to: format!("account.{field}"), field }),
                Some(_) => left.push(UnmappedField { field, reason: "already_filled".into() }),
                None => left.push(UnmappedField { field, reason: "stays_on_lead".into() }),
            }
        }
        (carried, left)
    }
}

fn members<T: Serialize>(draft: &T) -> Map<String, Value> {
    match serde_json::to_value(draft) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// Tags go wherever something hangs from then on.
fn map_tags(tags: &[String], opens: bool) -> Vec<MappedField> {
    if tags.is_empty() {
        return Vec::new();
    }
    let targets = ["account.tags", "opportunity.tags"].into_iter().take(if opens { 2 } else { 1 });
    targets.map(|to| MappedField { field: "tags".into(), to: to.into() }).collect()
}

/// Whether everything that `value` says stands in `target` too.
fn holds(target: Option<&Value>, value: &Value) -> bool {
    match (target, value) {
        (Some(Value::Object(target)), Value::Object(value)) => {
            value.iter().filter(|(_, part)| !is_empty(part)).all(|(name, part)| holds(target.get(name), part))
        }
        (Some(target), value) => target == value,
        (None, _) => false,
    }
}
