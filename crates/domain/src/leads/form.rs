use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::LeadDraft;
use crate::catalog::ProductId;
use crate::playbook::Playbook;
use crate::shared::{Draft, Key, StringEnum, Text, Violations, is_unreachable_address, read_with_faults};

/// A field of a lead that a web form may fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    /// `company` or `individual`. Default: company.
    Kind,
    /// Name of the company or person.
    Name,
    /// Phone number.
    Phone,
    /// E-mail address.
    Email,
    /// Name of the contact person.
    ContactPerson,
    /// Tax code. The lead is then a company.
    TaxCode,
    /// Full address.
    Address,
    /// Website of the customer.
    Website,
    /// What the customer needs.
    Need,
    /// Free text.
    Description,
}

impl StringEnum for FormField {}

/// A web form to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Trang đích tháng 11", "source": "landing_page", "field_map": {"ho_ten": "name", "sdt": "phone", "noi_dung": "need"}, "quota_per_hour": 200}))]
pub struct LeadFormDraft {
    /// Purpose of the form.
    pub name: Text<100>,
    /// The lead source of the leads that the form creates.
    pub source: Key,
    /// The product or service that the form advertises.
    pub product_id: Option<ProductId>,
    /// Maps the form's field names to fields of the lead. A name field is required, and a phone or e-mail field. Values of
    /// other form fields are stored in the lead's history, so no data is lost. A merge patch adds to the map; set a form field
    /// to `null` to remove it.
    #[schema(value_type = BTreeMap<String, FormField>)]
    pub field_map: BTreeMap<Text<100>, FormField>,
    /// A hidden field that only robots fill. A submission that fills it is accepted and discarded.
    pub trap_field: Option<Text<100>>,
    /// Maximum number of submissions per hour.
    #[serde(default = "usual_quota")]
    #[schema(minimum = 1, maximum = 10_000, default = 100)]
    pub quota_per_hour: i32,
    /// Whether the form accepts submissions.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub is_active: bool,
}

const fn usual_quota() -> i32 {
    100
}

const fn yes() -> bool {
    true
}

impl Draft for LeadFormDraft {
    fn check(&self, violations: &mut Violations) {
        if !(1..=10_000).contains(&self.quota_per_hour) {
            violations.add("/quota_per_hour", "out_of_range");
        }
        let fills = |wanted: FormField| self.field_map.values().filter(|field| **field == wanted).count();
        if violations.is_valid(&["/field_map"]) {
            if fills(FormField::Name) == 0 {
                violations.add("/field_map", "name_not_mapped");
            }
            if fills(FormField::Phone) + fills(FormField::Email) == 0 {
                violations.add("/field_map", "no_way_to_reach");
            }
        }
        if self.field_map.values().any(|field| fills(*field) > 1) {
            violations.add("/field_map", "repeated");
        }
        if self.field_map.len() > 50 {
            violations.add("/field_map", "too_many");
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.lead_sources, Some(&self.source), "/source", violations);
    }
}

/// A submission of a form: values by field name.
pub type Submission = Map<String, Value>;

impl LeadFormDraft {
    /// Whether the hidden field is filled, so that the sender is a robot.
    pub fn is_trapped(&self, submission: &Submission) -> bool {
        let filled =
            |name: &Text<100>| submission.get(name.as_str()).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        self.trap_field.as_ref().is_some_and(filled)
    }

    /// The lead that a submission creates. A form still works when its product is no longer sold or its source is no longer in
    /// use.
    ///
    /// # Errors
    /// All violations; they point to the form's own fields.
    pub fn lead(&self, submission: &Submission, playbook: &Playbook, now: DateTime<Utc>) -> Result<LeadDraft, Violations> {
        let (mut lead, mut profile) = (Map::new(), Map::new());
        let has_phone =
            self.field_of("phone").and_then(|name| submission.get(name)?.as_str()).is_some_and(|text| !text.trim().is_empty());
        for (name, field) in &self.field_map {
            let Some(value) = submission.get(name.as_str()) else {
                continue;
            };
            if value.as_str().is_some_and(|text| text.trim().is_empty()) || value.is_null() {
                continue;
            }
            // With a phone number present, an e-mail address that cannot work is ignored. It is kept in the history.
            if has_phone && matches!(field, FormField::Email) && value.as_str().is_some_and(is_unreachable_address) {
                continue;
            }
            let (member, value) = match field {
                FormField::Kind => ("kind", value.clone()),
                FormField::Name => ("name", value.clone()),
                FormField::Phone => ("phone", value.clone()),
                FormField::Email => ("email", value.clone()),
                FormField::ContactPerson => ("contact_person", json!({ "full_name": value })),
                FormField::TaxCode => ("tax_code", value.clone()),
                FormField::Address => ("address", json!({ "text": value })),
                FormField::Website => ("website", value.clone()),
                FormField::Need => ("need", value.clone()),
                FormField::Description => ("description", value.clone()),
            };
            let in_profile = matches!(field, FormField::Address | FormField::Website);
            let home = if in_profile { &mut profile } else { &mut lead };
            home.insert(member.into(), value);
        }
        lead.insert("profile".into(), Value::Object(profile));
        lead.insert("source".into(), json!(self.source));
        lead.insert("product_id".into(), json!(self.product_id));
        let read = read_with_faults::<LeadDraft>(Value::Object(lead));
        let (draft, mut violations) = read.map_err(|violations| self.in_terms_of_the_form(violations))?;
        draft.check_words(playbook, now, &mut violations);
        self.in_terms_of_the_form(violations.without("retired_key")).into_result(draft)
    }

    fn in_terms_of_the_form(&self, violations: Violations) -> Violations {
        let mut translated = Violations::default();
        for violation in violations.into_vec() {
            let member = violation.pointer.split('/').find(|part| !part.is_empty() && *part != "profile").unwrap_or_default();
            // A missing phone or e-mail is reported at whichever of the two fields the form has.
            let field = self.field_of(member).or_else(|| self.field_of("phone")).or_else(|| self.field_of("email"));
            translated.add(&field.map(|name| format!("/{name}")).unwrap_or_default(), &violation.code);
        }
        translated
    }

    /// The form's field name for a field of the lead.
    fn field_of(&self, member: &str) -> Option<&str> {
        let spelled = |field: &FormField| json!(field).as_str() == Some(member);
        self.field_map.iter().find(|(_, field)| spelled(field)).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;
    use crate::shared::read;

    fn form() -> LeadFormDraft {
        read(json!({"name": "Trang đích", "source": "website", "trap_field": "fax",
            "field_map": {"ho_ten": "name", "sdt": "phone", "dia_chi": "address"}}))
        .unwrap()
    }

    fn asked(sent: &Value) -> Result<LeadDraft, Violations> {
        let now = "2026-11-21T02:00:00Z".parse().unwrap();
        form().lead(sent.as_object().unwrap(), &embedded("xcrm").unwrap(), now)
    }

    #[test]
    fn a_submission_becomes_a_lead_by_the_field_map() {
        let sent = json!({"ho_ten": "Trần Hương", "sdt": "0912345678", "dia_chi": "12 Hàng Bài", "khac": "x"});
        let lead = asked(&sent).unwrap();
        assert_eq!(lead.phone.unwrap().as_str(), "+84912345678");
        assert_eq!(lead.profile.address.unwrap().text.as_str(), "12 Hàng Bài");
    }

    #[test]
    fn faults_point_at_the_fields_of_the_form() {
        let sent = json!({"ho_ten": "", "sdt": "12"});
        let faults = asked(&sent).unwrap_err().into_vec();
        let pointers: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        assert_eq!(pointers, [("/ho_ten", "required"), ("/sdt", "invalid_phone")]);
    }

    #[test]
    fn an_address_that_reaches_nobody_costs_no_lead_that_can_be_called() {
        let form: LeadFormDraft = read(json!({"name": "Trang đích", "source": "website",
            "field_map": {"ho_ten": "name", "sdt": "phone", "thu": "email"}}))
        .unwrap();
        let asked = |sent: Value| {
            let now = "2026-11-21T02:00:00Z".parse().unwrap();
            form.lead(sent.as_object().unwrap(), &embedded("xcrm").unwrap(), now)
        };
        let lead = asked(json!({"ho_ten": "Trần Hương", "sdt": "0912345678", "thu": "huong@congty"})).unwrap();
        assert!(lead.phone.is_some() && lead.email.is_none());
        let faults = |sent: Value| asked(sent).unwrap_err();
        assert_eq!(faults(json!({"ho_ten": "Trần Hương", "thu": "huong@congty"})), Violations::one("/thu", "invalid_email"));
        let nonsense = json!({"ho_ten": "Trần Hương", "sdt": "0912345678", "thu": "huong"});
        assert_eq!(faults(nonsense), Violations::one("/thu", "invalid_email"));
    }

    #[test]
    fn robots_fill_the_trap() {
        assert!(form().is_trapped(json!({"fax": "x"}).as_object().unwrap()));
        assert!(!form().is_trapped(json!({"fax": ""}).as_object().unwrap()));
    }
}
