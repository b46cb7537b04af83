use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccountId, CustomFields, CustomerKind, CustomerProfile, check_identity, require_identity};
use crate::identity::UserId;
use crate::playbook::{FieldOwner, IdentityDemanded, Playbook};
use crate::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text, Violations};

/// A customer to create. It starts as a prospect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "company", "name": "Công ty Cổ phần Nông sản Hoa Sen", "tax_code": "0100112437", "phone": "024 3825 1234"}))]
pub struct AccountDraft {
    /// Company or individual.
    #[serde(default)]
    pub kind: CustomerKind,
    /// Name of the company or person.
    pub name: Text<200>,
    /// The parent account, such as the company of a branch. The parent cannot have a parent itself.
    pub parent_id: Option<AccountId>,
    /// Main phone number.
    pub phone: Option<PhoneNumber>,
    /// Main e-mail address.
    pub email: Option<Email>,
    /// Tax code, for companies only. It is unique among companies.
    // R-ICHK-02.
    pub tax_code: Option<TaxCode>,
    /// Citizen identity number, for individuals only. It is unique among individuals.
    // R-ICHK-03.
    pub citizen_id: Option<CitizenId>,
    /// A customer rank of the playbook.
    pub rank: Option<Key>,
    /// A lead source of the playbook: where the customer came from.
    pub source: Option<Key>,
    /// Registration data and business details.
    #[serde(default)]
    pub profile: CustomerProfile,
    /// Answers to the custom fields that the playbook defines for accounts.
    #[serde(default)]
    pub custom_fields: CustomFields,
    /// Free text.
    pub description: Option<Text<5000>>,
    /// The owner, a salesperson. Default: the caller.
    pub owner_id: Option<UserId>,
}

impl Draft for AccountDraft {
    const FIXED: &'static [&'static str] = &["owner_id", "type", "stage", "customer_status"];

    fn check(&self, violations: &mut Violations) {
        check_identity(self.kind, self.tax_code.is_some(), self.citizen_id.is_some(), violations);
        self.profile.check(self.kind, "/profile", violations);
    }

    /// An account with a parent needs no identity number.
    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.customer_ranks, self.rank.as_ref(), "/rank", violations);
        Playbook::require_list_value(&playbook.lead_sources, self.source.as_ref(), "/source", violations);
        self.profile.check_against(playbook, now, "/profile", violations);
        self.custom_fields.check_against(FieldOwner::Account, playbook, "/custom_fields", violations);
        if self.parent_id.is_none() {
            let when = [IdentityDemanded::Save, IdentityDemanded::Conversion];
            require_identity(&when, playbook, self.kind, (self.tax_code.as_ref(), self.citizen_id.as_ref()), violations);
        }
    }
}

impl AccountDraft {
    /// This account with its empty fields filled from `other` and the fields in `overwrite` replaced. Identity numbers and the
    /// date of birth are taken only from a customer of the same kind.
    #[must_use]
    pub fn filled_from(&self, other: &Self, overwrite: &[AccountMember]) -> Self {
        use AccountMember as M;
        let mine = self.clone();
        let mut other = other.clone();
        if other.kind != mine.kind {
            (other.tax_code, other.citizen_id, other.profile.date_of_birth) = (None, None, None);
        }
        let replaced = |member: M| overwrite.contains(&member);
        Self {
            name: if replaced(M::Name) { other.name } else { mine.name },
            phone: choose(mine.phone, other.phone, replaced(M::Phone)),
            email: choose(mine.email, other.email, replaced(M::Email)),
            tax_code: choose(mine.tax_code, other.tax_code, replaced(M::TaxCode)),
            citizen_id: choose(mine.citizen_id, other.citizen_id, replaced(M::CitizenId)),
            rank: choose(mine.rank, other.rank, replaced(M::Rank)),
            source: choose(mine.source, other.source, replaced(M::Source)),
            description: choose(mine.description, other.description, replaced(M::Description)),
            profile: if replaced(M::Profile) {
                other.profile.filled_from(&mine.profile)
            } else {
                mine.profile.filled_from(&other.profile)
            },
            custom_fields: if replaced(M::CustomFields) {
                other.custom_fields.filled_from(&mine.custom_fields)
            } else {
                mine.custom_fields.filled_from(&other.custom_fields)
            },
            kind: mine.kind,
            parent_id: mine.parent_id,
            owner_id: mine.owner_id,
        }
    }
}

/// Merges one field: the own value stays unless it is empty or `replaced` is set.
fn choose<T>(mine: Option<T>, other: Option<T>, replaced: bool) -> Option<T> {
    if replaced { other.or(mine) } else { mine.or(other) }
}

/// A field of an account that a conversion may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountMember {
    /// Name.
    Name,
    /// Main phone number.
    Phone,
    /// Main e-mail address.
    Email,
    /// Tax code.
    TaxCode,
    /// Citizen identity number.
    CitizenId,
    /// Customer rank.
    Rank,
    /// Lead source.
    Source,
    /// The whole profile, field by field.
    Profile,
    /// All answers to custom fields, one by one.
    CustomFields,
    /// Description.
    Description,
}

/// A field of a contact that a conversion may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactMember {
    /// Name.
    FullName,
    /// Job title.
    JobTitle,
    /// Phone number.
    Phone,
    /// E-mail address.
    Email,
}

/// A contact: a person who represents a customer.
// R-XCRM-18, R-SUNO-24.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "full_name": "Trần Thị Hương", "job_title": "Giám đốc", "phone": "0912345678"}))]
pub struct ContactDraft {
    /// The account of the customer.
    pub account_id: AccountId,
    /// Full name.
    pub full_name: Text<200>,
    /// Job title or role at the customer.
    pub job_title: Option<Text<100>>,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Date of birth.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub date_of_birth: Option<NaiveDate>,
    /// Free text.
    pub description: Option<Text<5000>>,
}

impl Draft for ContactDraft {
    const FIXED: &'static [&'static str] = &["account_id"];

    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        if self.date_of_birth.is_some_and(|date| date > playbook.day_of(now)) {
            violations.add("/date_of_birth", "in_the_future");
        }
    }
}

impl ContactDraft {
    /// This contact with its empty fields filled from `other` and the fields in `overwrite` replaced.
    #[must_use]
    pub fn filled_from(&self, other: &Self, overwrite: &[ContactMember]) -> Self {
        use ContactMember as M;
        let mine = self.clone();
        let other = other.clone();
        let replaced = |member: M| overwrite.contains(&member);
        Self {
            account_id: mine.account_id,
            full_name: if replaced(M::FullName) { other.full_name } else { mine.full_name },
            job_title: choose(mine.job_title, other.job_title, replaced(M::JobTitle)),
            phone: choose(mine.phone, other.phone, replaced(M::Phone)),
            email: choose(mine.email, other.email, replaced(M::Email)),
            date_of_birth: mine.date_of_birth,
            description: mine.description,
        }
    }
}
