use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccountId, CustomFields, CustomerKind, CustomerProfile, check_identity, require_identity};
use crate::identity::UserId;
use crate::playbook::{FieldOwner, IdentityDemanded, Playbook};
use crate::shared::{CitizenId, Draft, Email, Key, PhoneNumber, TaxCode, Text, Violations};

/// A customer to be created. It begins as a prospect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "company", "name": "Công ty Cổ phần Nông sản Hoa Sen", "tax_code": "0100112437", "phone": "024 3825 1234"}))]
pub struct AccountDraft {
    /// Company or individual.
    #[serde(default)]
    pub kind: CustomerKind,
    /// Name of the company or person.
    pub name: Text<200>,
    /// The account that this one belongs to, such as the company of a branch. It cannot itself have a parent.
    pub parent_id: Option<AccountId>,
    /// Main telephone number.
    pub phone: Option<PhoneNumber>,
    /// Main e-mail address.
    pub email: Option<Email>,
    /// Tax code, of a company. No two companies share one.
    // R-ICHK-02.
    pub tax_code: Option<TaxCode>,
    /// Citizen identity number, of an individual. No two individuals share one.
    // R-ICHK-03.
    pub citizen_id: Option<CitizenId>,
    /// A customer rank of the playbook.
    pub rank: Option<Key>,
    /// A lead source of the playbook: where the customer came from.
    pub source: Option<Key>,
    /// What the registration says and how the customer does business.
    #[serde(default)]
    pub profile: CustomerProfile,
    /// Answers to the fields that the playbook declares for accounts.
    #[serde(default)]
    pub custom_fields: CustomFields,
    /// Anything worth knowing.
    pub description: Option<Text<5000>>,
    /// The salesperson who owns the account; the caller, if left out.
    pub owner_id: Option<UserId>,
}

impl Draft for AccountDraft {
    const FIXED: &'static [&'static str] = &["owner_id", "type", "stage", "customer_status"];

    fn check(&self, violations: &mut Violations) {
        check_identity(self.kind, self.tax_code.is_some(), self.citizen_id.is_some(), violations);
        self.profile.check(self.kind, "/profile", violations);
    }

    /// Of a child account no identity number is demanded.
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
    /// This account with its empty members filled from `other`, and the members in `overwrite` replaced. An identity number or a date
    /// of birth is taken only from a customer of the same kind.
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

/// One member of a linked record: its own value stays unless it is empty or named to be replaced.
fn choose<T>(mine: Option<T>, other: Option<T>, replaced: bool) -> Option<T> {
    if replaced { other.or(mine) } else { mine.or(other) }
}

/// A member of an account that a conversion may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountMember {
    /// Name.
    Name,
    /// Main telephone number.
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
    /// The whole profile, member by member.
    Profile,
    /// All answers to the playbook's fields, one by one.
    CustomFields,
    /// Description.
    Description,
}

/// A member of a contact that a conversion may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactMember {
    /// Name.
    FullName,
    /// What the person does there.
    JobTitle,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
}

/// A person one talks to at a customer.
// R-XCRM-18, R-SUNO-24.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "full_name": "Trần Thị Hương", "job_title": "Giám đốc", "phone": "0912345678"}))]
pub struct ContactDraft {
    /// The customer.
    pub account_id: AccountId,
    /// The person's name as written.
    pub full_name: Text<200>,
    /// What the person does there.
    pub job_title: Option<Text<100>>,
    /// Telephone number.
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Date of birth.
    #[serde(default, deserialize_with = "crate::shared::day")]
    pub date_of_birth: Option<NaiveDate>,
    /// Anything worth knowing.
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
    /// This contact with its empty members filled from `other`, and the members in `overwrite` replaced.
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
