//! Which fields of a lead a conversion carries over, and which it does not. The lead stays readable, so no data is lost.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{AccountStep, ContactStep, LeadDraft, OpportunityStep};
use crate::accounts::CustomFields;

/// A field of the lead and the field that received its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappedField {
    /// The field of the lead.
    #[schema(max_length = 70, example = "phone")]
    pub field: String,
    /// The target record and field.
    #[schema(max_length = 100, example = "account.phone")]
    pub to: String,
}

/// A field of the lead whose value was not carried over. The lead stays readable, so no data is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnmappedField {
    /// The field of the lead.
    #[schema(max_length = 70, example = "contact_points")]
    pub field: String,
    /// The reason: `already_filled`, `no_contact`, `no_opportunity` or `stays_on_lead`. New codes may be added.
    #[schema(max_length = 50, example = "stays_on_lead")]
    // Conversions of older versions store it as `why`.
    #[serde(alias = "why")]
    pub reason: String,
}

impl LeadDraft {
    /// Which fields of the lead go where, and which are not carried over and why.
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
    /// The answers to custom fields. Each goes to the account, unless accounts do not have the field or the account has its own
    /// answer.
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

/// Tags go to the account and, if `opens`, to the opportunity.
fn map_tags(tags: &[String], opens: bool) -> Vec<MappedField> {
    if tags.is_empty() {
        return Vec::new();
    }
    let targets = ["account.tags", "opportunity.tags"].into_iter().take(if opens { 2 } else { 1 });
    targets.map(|to| MappedField { field: "tags".into(), to: to.into() }).collect()
}

/// Whether `target` contains everything that `value` contains.
fn holds(target: Option<&Value>, value: &Value) -> bool {
    match (target, value) {
        (Some(Value::Object(target)), Value::Object(value)) => {
            value.iter().filter(|(_, part)| !is_empty(part)).all(|(name, part)| holds(target.get(name), part))
        }
        (Some(target), value) => target == value,
        (None, _) => false,
    }
}
