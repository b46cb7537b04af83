use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::{
    AccountDraft, AccountId, ContactDraft, ContactPerson, ContactPoint, CustomFields, CustomerKind, CustomerProfile,
    check_identity, require_identity,
};
use crate::catalog::ProductId;
use crate::identity::UserId;
use crate::playbook::{FieldOwner, IdentityDemanded, Playbook};
use crate::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text, Violations};

/// A lead to create. A name and one way to contact it are enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "company", "name": "Công ty TNHH Nông sản Hoa Sen", "phone": "0912 345 678", "tax_code": "0100112437", "source": "website", "contact_person": {"full_name": "Trần Thị Hương", "job_title": "Giám đốc"}}))]
pub struct LeadDraft {
    /// Company or individual.
    // R-ICHK-99.
    #[serde(default)]
    pub kind: CustomerKind,
    /// Name of the company or person.
    // R-ICHK-100.
    pub name: Text<200>,
    /// Main phone number.
    // R-ICHK-113.
    pub phone: Option<PhoneNumber>,
    /// Main e-mail address.
    pub email: Option<Email>,
    /// Further ways to contact the lead.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub contact_points: Vec<ContactPoint>,
    /// Tax code, for companies only. Required if the playbook requires it.
    // R-ICHK-105.
    pub tax_code: Option<TaxCode>,
    /// Citizen identity number, for individuals only. Required if the playbook requires it.
    // R-ICHK-106.
    pub citizen_id: Option<CitizenId>,
    /// A lead source of the playbook. Default: the playbook's default source.
    // R-XCRM-08.
    pub source: Option<Key>,
    /// A customer rank of the playbook.
    // R-ICHK-102.
    pub rank: Option<Key>,
    /// The product or service offered.
    // R-ICHK-103.
    pub product_id: Option<ProductId>,
    /// The contact person.
    // R-ICHK-114.
    pub contact_person: Option<ContactPerson>,
    /// Registration data and business details.
    #[serde(default)]
    pub profile: CustomerProfile,
    /// Answers to the custom fields that the playbook defines for leads.
    #[serde(default)]
    pub custom_fields: CustomFields,
    /// What the customer needs.
    // R-XCRM-14.
    pub need: Option<Text<2000>>,
    /// Free text.
    pub description: Option<Text<5000>>,
    /// The owner, a salesperson. Naming another user than the caller requires the permission to assign leads.
    // R-ICHK-101.
    pub owner_id: Option<UserId>,
}

impl Draft for LeadDraft {
    const FIXED: &'static [&'static str] = &["owner_id", "status", "stage"];

    fn check(&self, violations: &mut Violations) {
        check_identity(self.kind, self.tax_code.is_some(), self.citizen_id.is_some(), violations);
        self.profile.check(self.kind, "/profile", violations);
        if self.contact_points.len() > 10 {
            violations.add("/contact_points", "too_many");
        }
        for (index, point) in self.contact_points.iter().enumerate() {
            let at = format!("/contact_points/{index}");
            if let (Err(code), true) = (point.canonical(), violations.is_valid(&[&at])) {
                violations.add(&format!("{at}/value"), code);
            }
        }
        let is_out_of_reach = self.phone.is_none() && self.email.is_none() && self.contact_points.is_empty();
        if is_out_of_reach && violations.is_valid(&["/phone", "/email", "/contact_points"]) {
            violations.add("/phone", "no_way_to_reach");
        }
    }

    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        self.check_words(playbook, now, violations);
        let numbers = (self.tax_code.as_ref(), self.citizen_id.as_ref());
        require_identity(&[IdentityDemanded::Save], playbook, self.kind, numbers, violations);
    }

    /// Sets the playbook's default source and the canonical form of contact points.
    fn with_defaults(self, playbook: &Playbook) -> Self {
        Self {
            source: self.source.or_else(|| Some(playbook.policies.default_lead_source.clone())),
            contact_points: self.contact_points.iter().map(ContactPoint::in_canonical_form).collect(),
            ..self
        }
    }
}

impl LeadDraft {
    /// The rules that apply to web forms as well. Identity numbers are not among them: a web form never needs one.
    pub fn check_words(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.lead_sources, self.source.as_ref(), "/source", violations);
        Playbook::require_list_value(&playbook.customer_ranks, self.rank.as_ref(), "/rank", violations);
        self.profile.check_against(playbook, now, "/profile", violations);
        self.custom_fields.check_against(FieldOwner::Lead, playbook, "/custom_fields", violations);
    }

    /// The account that a conversion creates from this lead. It has the answers to those custom fields that accounts have, too.
    pub fn account(&self, owner_id: Option<UserId>, playbook: &Playbook) -> AccountDraft {
        AccountDraft {
            kind: self.kind,
            name: self.name.clone(),
            parent_id: None,
            phone: self.phone.clone(),
            email: self.email.clone(),
            tax_code: self.tax_code.clone(),
            citizen_id: self.citizen_id.clone(),
            rank: self.rank.clone(),
            source: self.source.clone(),
            profile: self.profile.clone(),
            custom_fields: self.custom_fields.for_record(FieldOwner::Account, playbook),
            description: self.description.clone(),
            owner_id,
        }
    }

    /// The contact that a conversion creates from this lead's contact person.
    pub fn contact(&self, account_id: AccountId) -> Option<ContactDraft> {
        let person = self.contact_person.clone()?;
        Some(ContactDraft {
            account_id,
            full_name: person.full_name,
            job_title: person.job_title,
            phone: person.phone,
            email: person.email,
            date_of_birth: None,
            description: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shared::read;

    fn codes(body: serde_json::Value) -> Vec<(String, String)> {
        let violations = read::<LeadDraft>(body).unwrap_err();
        violations.into_vec().into_iter().map(|v| (v.pointer, v.code)).collect()
    }

    #[test]
    fn a_name_and_one_way_to_reach_it_are_enough() {
        assert!(read::<LeadDraft>(json!({"name": "Hoa Sen", "phone": "0912345678"})).is_ok());
        assert!(
            read::<LeadDraft>(json!({"name": "Hoa Sen", "contact_points": [{"channel": "zalo", "value": "0912345678"}]})).is_ok()
        );
        assert_eq!(codes(json!({"name": "Hoa Sen"})), [("/phone".into(), "no_way_to_reach".into())]);
    }

    #[test]
    fn every_fault_of_a_body_is_reported_at_once() {
        let body = json!({
            "kind": "alien", "phone": "12", "email": "x", "tax_code": "1", "citizen_id": 5, "zz": 1, "source": "Web Site",
            "contact_points": [
                {"channel": "phone", "value": "0912345678"},
                {"channel": "pigeon", "value": "x"},
                {"value": "y", "channel": "other", "more": true},
                {"channel": "other", "value": ""},
            ],
            "profile": {"date_of_birth": "31/12/1990", "address": {"province_code": "01"}},
        });
        let found = codes(body);
        for expected in [
            ("/kind", "not_one_of"),
            ("/name", "required"),
            ("/phone", "invalid_phone"),
            ("/email", "invalid_email"),
            ("/tax_code", "invalid_tax_code"),
            ("/citizen_id", "wrong_type"),
            ("/zz", "unknown_member"),
            ("/source", "invalid_key"),
            ("/contact_points/1/channel", "not_one_of"),
            ("/contact_points/2/more", "unknown_member"),
            ("/contact_points/3/value", "blank"),
            ("/profile/date_of_birth", "invalid_value"),
            ("/profile/address/text", "required"),
        ] {
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert!(found.contains(&expected), "{expected:?} is not in {found:#?}");
        }
        assert_eq!(found.len(), 13, "{found:#?}");
    }

    #[test]
    fn identity_numbers_go_with_the_kind() {
        let person = json!({"kind": "individual", "name": "Lan", "phone": "0912345678", "tax_code": "0100112437"});
        assert_eq!(codes(person), [("/tax_code".into(), "not_for_this_kind".into())]);
    }

    #[test]
    fn dates_stand_in_their_order() {
        let person = json!({"kind": "individual", "name": "Lan", "phone": "0912345678",
            "profile": {"date_of_birth": "1990-05-01", "identity_issued_on": "1980-01-01"}});
        assert_eq!(codes(person), [("/profile/identity_issued_on".into(), "before_date_of_birth".into())]);
    }
}
