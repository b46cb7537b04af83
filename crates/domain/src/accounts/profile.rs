use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::{IdentityDemanded, Playbook};
use crate::shared::{CitizenId, Email, Key, PhoneNumber, StringEnum, TaxCode, Text, Violations, WebAddress};

/// Whether a customer is a company or a person.
// R-ICHK-01, R-ICHK-99.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// A company, identified by its tax code. Household businesses are companies.
    #[default]
    Company,
    /// A person, identified by the citizen identity number.
    Individual,
}

impl StringEnum for CustomerKind {}

/// Data of the business registration or identity card, and business details of the customer: iCheck's Level 1.
// R-ICHK-107…115.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerProfile {
    /// The authority that issued the business registration or the identity card.
    pub identity_issued_by: Option<Text<200>>,
    /// Date of issue.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub identity_issued_on: Option<NaiveDate>,
    /// Date of birth, for individuals only.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub date_of_birth: Option<NaiveDate>,
    /// Legal form: one of the playbook's business types.
    pub business_type: Option<Key>,
    /// Sales channel of the customer: one of the playbook's ways of selling.
    pub way_of_selling: Option<Key>,
    /// One of the playbook's lines of business.
    pub line_of_business: Option<Key>,
    /// Address.
    pub address: Option<Address>,
    /// Website of the customer.
    pub website: Option<WebAddress>,
}

/// An address in Vietnam's structure since 1 July 2025: province and commune, no districts. `text` is stored unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The full address, as on the business registration or the identity card.
    pub text: Text<500>,
    /// Official two-digit code of the province, such as `01` for Hà Nội and `79` for Hồ Chí Minh.
    pub province_code: Option<Text<2>>,
    /// Official five-digit code of the commune.
    pub commune_code: Option<Text<5>>,
}

/// The 34 provinces since 1 July 2025 (Decision 19/2025/QĐ-TTg).
const PROVINCES: [&str; 34] = [
    "01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31", "33", "37", "38", "40", "42", "44", "46", "48",
    "51", "52", "56", "66", "68", "75", "79", "80", "82", "86", "91", "92", "96",
];

impl CustomerProfile {
    /// Validates rules that involve several fields.
    pub fn check(&self, kind: CustomerKind, pointer: &str, violations: &mut Violations) {
        if kind == CustomerKind::Company && self.date_of_birth.is_some() && violations.is_valid(&["/kind"]) {
            violations.add(&format!("{pointer}/date_of_birth"), "not_for_this_kind");
        }
        if let (Some(initial), Some(issued)) = (self.date_of_birth, self.identity_issued_on)
            && issued <= initial
        {
            violations.add(&format!("{pointer}/identity_issued_on"), "before_date_of_birth");
        }
        let Some(address) = &self.address else {
            return;
        };
        if address.province_code.as_ref().is_some_and(|code| !PROVINCES.contains(&code.as_str())) {
            violations.add(&format!("{pointer}/address/province_code"), "unknown_province");
        }
        let five_digits = |code: &Text<5>| code.as_str().len() == 5 && code.as_str().bytes().all(|b| b.is_ascii_digit());
        if address.commune_code.as_ref().is_some_and(|code| !five_digits(code)) {
            violations.add(&format!("{pointer}/address/commune_code"), "invalid_commune_code");
        }
    }

    /// Validates against the playbook's lists and the current date.
    pub fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, pointer: &str, violations: &mut Violations) {
        let words = [
            (&playbook.business_types, &self.business_type, "business_type"),
            (&playbook.ways_of_selling, &self.way_of_selling, "way_of_selling"),
            (&playbook.lines_of_business, &self.line_of_business, "line_of_business"),
        ];
        for (list, word, member) in words {
            Playbook::require_list_value(list, word.as_ref(), &format!("{pointer}/{member}"), violations);
        }
        for (date, member) in [(self.date_of_birth, "date_of_birth"), (self.identity_issued_on, "identity_issued_on")] {
            if date.is_some_and(|date| date > playbook.day_of(now)) {
                violations.add(&format!("{pointer}/{member}"), "in_the_future");
            }
        }
    }

    /// This profile with its empty fields filled from `other`.
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let mine = self.clone();
        let other = other.clone();
        Self {
            identity_issued_by: mine.identity_issued_by.or(other.identity_issued_by),
            identity_issued_on: mine.identity_issued_on.or(other.identity_issued_on),
            date_of_birth: mine.date_of_birth.or(other.date_of_birth),
            business_type: mine.business_type.or(other.business_type),
            way_of_selling: mine.way_of_selling.or(other.way_of_selling),
            line_of_business: mine.line_of_business.or(other.line_of_business),
            address: mine.address.or(other.address),
            website: mine.website.or(other.website),
        }
    }
}

/// Adds a violation for an identity number of the wrong kind: a company has a tax code, an individual a citizen identity
/// number.
pub fn check_identity(kind: CustomerKind, tax_code: bool, citizen_id: bool, violations: &mut Violations) {
    if !violations.is_valid(&["/kind"]) {
        return;
    }
    if kind == CustomerKind::Individual && tax_code {
        violations.add("/tax_code", "not_for_this_kind");
    }
    if kind == CustomerKind::Company && citizen_id {
        violations.add("/citizen_id", "not_for_this_kind");
    }
}

/// Adds a violation for a missing identity number if the playbook requires one (R-ICHK-105, R-ICHK-106).
pub fn require_identity(
    when: &[IdentityDemanded],
    playbook: &Playbook,
    kind: CustomerKind,
    numbers: (Option<&TaxCode>, Option<&CitizenId>),
    violations: &mut Violations,
) {
    if !when.contains(&playbook.policies.identity_demanded) || !violations.is_valid(&["/kind", "/parent_id"]) {
        return;
    }
    match (kind, numbers) {
        (CustomerKind::Company, (None, _)) => violations.add("/tax_code", "required"),
        (CustomerKind::Individual, (_, None)) => violations.add("/citizen_id", "required"),
        _ => {}
    }
}

/// The contact person of a lead.
// R-ICHK-114.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPerson {
    /// Full name.
    pub full_name: Text<200>,
    /// Job title or role.
    pub job_title: Option<Text<100>>,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    pub email: Option<Email>,
}

/// The kind of a contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactChannel {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The phone number of a Zalo account.
    Zalo,
    /// The address of a Facebook page or profile.
    Facebook,
    /// Any other kind.
    Other,
}

impl StringEnum for ContactChannel {}

/// A further way to contact a lead, besides its main phone and e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPoint {
    /// The kind of this contact point.
    pub channel: ContactChannel,
    /// The number or address. It is validated for its channel and returned in canonical form.
    pub value: Text<254>,
    /// A label, such as "kế toán".
    pub label: Option<Text<100>>,
}

impl ContactPoint {
    /// The value in the canonical form of its channel.
    ///
    /// # Errors
    /// The code of the violated rule.
    pub fn canonical(&self) -> Result<String, &'static str> {
        let text = self.value.as_str();
        let canonical = match self.channel {
            ContactChannel::Phone | ContactChannel::Zalo => PhoneNumber::parse(text).map(Into::into),
            ContactChannel::Email => Email::parse(text).map(Into::into),
            ContactChannel::Facebook => WebAddress::parse(text).map(Into::into),
            ContactChannel::Other => Ok(text.to_owned()),
        }?;
        // The canonical form of an address can be longer than the input.
        if canonical.chars().count() > 254 { Err("too_long") } else { Ok(canonical) }
    }

    /// The same contact point with its value in canonical form. Expects a validated value; a faulty one stays unchanged.
    #[must_use]
    pub fn in_canonical_form(&self) -> Self {
        let value = self.canonical().map_or_else(|_| self.value.clone(), Text::from_stored);
        Self { value, ..self.clone() }
    }
}
