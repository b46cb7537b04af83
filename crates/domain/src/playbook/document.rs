use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Cadence, CardKind, CardStatus, FieldSet, Pipeline, StageRef, WorkingTime};
use crate::identity::{Permission, Permissions, RoleScope};
use crate::shared::{Draft, Key, StringEnum, Text, Violations};

/// The playbook: how the organisation sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Key of the embedded playbook that this one is based on.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// The kind of sale it is for.
    pub description: Text<2000>,
    /// IANA time zone of all calendar rules.
    #[schema(value_type = String, max_length = 64, example = "Asia/Ho_Chi_Minh")]
    pub time_zone: Tz,
    /// ISO 4217 currency of all amounts.
    #[schema(min_length = 3, max_length = 3, example = "VND")]
    pub currency: Text<3>,
    /// The pipelines, in order.
    #[schema(max_items = 20)]
    pub pipelines: Vec<Pipeline>,
    /// Tags that users add to records, in addition to the stage.
    #[schema(max_items = 500)]
    pub tags: Vec<PlaybookValue>,
    /// Sources of leads.
    // R-XCRM-08.
    #[schema(max_items = 500)]
    pub lead_sources: Vec<PlaybookValue>,
    /// Reasons for closing leads as not real.
    // R-SUNO-17.
    #[schema(max_items = 500)]
    pub junk_reasons: Vec<PlaybookValue>,
    /// Reasons for losing opportunities.
    // R-SUNO-33.
    #[schema(max_items = 500)]
    pub lost_reasons: Vec<PlaybookValue>,
    /// Reasons for returning accounts to the pool.
    // R-ICHK-22.
    #[schema(max_items = 500)]
    pub release_reasons: Vec<PlaybookValue>,
    /// Ranks of customers.
    // R-ICHK-102.
    #[schema(max_items = 500)]
    pub customer_ranks: Vec<PlaybookValue>,
    /// Customer statuses, in the organisation's own terms. They are independent of the stages of the boards.
    // R-EDU-58, R-EDU-74, A-29.
    #[serde(default)]
    #[schema(max_items = 500, required = true)]
    pub customer_statuses: Vec<PlaybookValue>,
    /// Legal forms of businesses.
    // R-ICHK-109.
    #[schema(max_items = 500)]
    pub business_types: Vec<PlaybookValue>,
    /// Ways of selling products to the market.
    // R-ICHK-110.
    #[schema(max_items = 500)]
    pub ways_of_selling: Vec<PlaybookValue>,
    /// Lines of business.
    // R-ICHK-115.
    #[schema(max_items = 500)]
    pub lines_of_business: Vec<PlaybookValue>,
    /// Product categories.
    // R-SUNO-27.
    #[schema(max_items = 500)]
    pub product_categories: Vec<PlaybookValue>,
    /// Categories of activities.
    // R-EDU-36, R-EDU-39, R-EDU-57.
    #[schema(max_items = 500)]
    pub activity_categories: Vec<PlaybookValue>,
    /// Categories of files.
    // R-EDU-73.
    #[serde(default)]
    #[schema(max_items = 500, required = true)]
    pub attachment_categories: Vec<PlaybookValue>,
    /// Custom fields of leads and accounts, such as a survey.
    // R-EDU-25…29.
    #[serde(default)]
    #[schema(max_items = 20, required = true)]
    pub field_sets: Vec<FieldSet>,
    /// The roles of users. `admin` always exists and has every permission.
    #[schema(max_items = 50)]
    pub roles: Vec<Role>,
    /// Rules that differ between organisations.
    pub policies: Policies,
    /// Time-based rules: what the system does automatically.
    #[serde(default)]
    #[schema(required = true)]
    pub cadence: Cadence,
    /// Working time, for the rules that depend on it.
    #[serde(default)]
    #[schema(required = true)]
    pub working_time: Option<WorkingTime>,
}

impl Draft for Playbook {
    fn check(&self, violations: &mut Violations) {
        super::check::check(self, violations);
    }
}

/// A value of a list. Keys are permanent; a value that is no longer used is retired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookValue {
    /// Permanent key.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// Whether the value is no longer available for new use.
    #[serde(default)]
    #[schema(required = true)]
    pub is_retired: bool,
    /// Whether only a rule of the system uses the value; callers cannot choose it. Set by the system.
    #[serde(default)]
    #[schema(required = true)]
    pub is_reserved: bool,
}

impl PlaybookValue {
    fn is_of_a_rule(&self) -> bool {
        [RELEASED_BY_RULE, LOST_BY_RULE].contains(&self.key.as_str())
    }
}

/// A role: what its users may do, and which records they see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Permanent key.
    pub key: Key,
    /// Display name.
    pub name: Text<100>,
    /// Which records the role covers.
    pub scope: RoleScope,
    /// The permissions of the role. `admin` has every permission. Every role has the permissions for the user's own data.
    #[serde(default)]
    #[schema(value_type = Vec<Permission>, max_items = 60, required = true)]
    pub permissions: BTreeSet<Permission>,
}

impl Role {
    /// All permissions of the role, including those that it has in any case.
    pub fn granted(&self) -> Permissions {
        if self.key.as_str() == "admin" {
            return Permissions::all();
        }
        self.permissions.iter().copied().chain(Permission::PERSONAL).collect()
    }
}

/// Rules that differ between organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// When a tax code (company) or citizen identity number (person) is required. Web forms never require it.
    pub identity_demanded: IdentityDemanded,
    /// Whether only leads verified as real can be converted.
    // R-SUNO-16.
    pub conversion_needs_verified_lead: bool,
    /// Whether parking (recycling) a lead requires a follow-up date.
    // R-SUNO-21.
    pub recycling_needs_date: bool,
    /// Whether users who cannot see an account see its basic data: name, identity number, owner.
    // R-ICHK-34.
    pub outsiders_see_account_cards: bool,
    /// Number of failed contact attempts required before a lead can be parked (recycled).
    // R-EDU-17, A-31.
    #[serde(default)]
    #[schema(required = true, minimum = 0, maximum = 100)]
    pub failed_contacts_before_recycling: u32,
    /// Whether a support request about a lead must be answered before the lead can be parked (recycled).
    //
    #[serde(default)]
    #[schema(required = true)]
    pub recycling_needs_support_answer: bool,
    /// When a prospect becomes a customer.
    pub customer_when: CustomerWhen,
    /// Whether losing the last primary opportunity returns the account to the pool.
    // R-ICHK-79, A-24, A-42.
    pub losing_last_primary_opportunity_frees_account: bool,
    /// Whether primary opportunities require evidence.
    // R-ICHK-73, R-ICHK-82.
    pub primary_opportunities_need_evidence: bool,
    /// Product categories that are quoted by service and price instead of numbers of codes. This decides whether a quotation
    /// counts as evidence.
    // R-ICHK-69.
    #[serde(default)]
    #[schema(required = true, max_items = 50)]
    pub categories_quoted_by_service: Vec<Key>,
    /// Default source of leads.
    pub default_lead_source: Key,
    /// The tag of returned leads in documents of earlier versions. Now a stage has the tag.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    returned_lead_tag: Option<Key>,
    /// The tag of leads with doubtful data. It is added when support is requested, and removed when the answer is that the data
    /// is real.
    // R-EDU-14.
    #[serde(default)]
    #[schema(required = true)]
    pub suspect_lead_tag: Option<Key>,
    /// The customer status after a successful demo, if the account is not a customer yet.
    // R-EDU-58.
    #[serde(default)]
    #[schema(required = true)]
    pub customer_status_after_demo: Option<Key>,
    /// The customer status after an opportunity was won.
    // R-EDU-74, A-35.
    #[serde(default)]
    #[schema(required = true)]
    pub customer_status_after_closing: Option<Key>,
    /// Maximum duration of a demo in minutes; a longer meeting is flagged. `null`: no limit.
    // R-EDU-52.
    #[serde(default)]
    #[schema(required = true, minimum = 1, maximum = 1440)]
    pub demo_length_minutes: Option<u32>,
    /// Minimum talk time of a successful call, in seconds.
    //
    #[serde(default = "one_second")]
    #[schema(required = true, minimum = 1, maximum = 3600)]
    pub successful_call_seconds: u32,
}

const fn one_second() -> u32 {
    1
}

/// When identity numbers are required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityDemanded {
    /// When a user saves the lead or account (R-ICHK-105, R-ICHK-106).
    Save,
    /// When the lead is converted to an account.
    Conversion,
    /// Never.
    Never,
}

/// The event that makes a prospect a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerWhen {
    /// An opportunity is won (R-SUNO-36).
    Won,
    /// A contract is signed (R-GRP-31).
    Contract,
    /// A payment was received (R-ICHK-104).
    Paid,
}

impl StringEnum for CustomerWhen {}

/// The release reason that only the rule of the last primary opportunity uses (R-ICHK-79).
pub const RELEASED_BY_RULE: &str = "no_active_primary_opportunity";
/// The lost reason that only the evidence check uses (R-ICHK-78).
pub const LOST_BY_RULE: &str = "no_evidence";

/// The values that a list allows, as details of the violation.
fn allowed(list: &[PlaybookValue]) -> Map<String, Value> {
    let keys: Vec<_> =
        list.iter().filter(|entry| !entry.is_retired && !entry.is_of_a_rule()).map(|entry| entry.key.as_str()).collect();
    Map::from_iter([("allowed".to_owned(), keys.into())])
}

impl Playbook {
    /// Upgrades a document stored by an earlier version: tags belong to stages now, roles have the default permissions, and values
    /// that only rules use are marked.
    #[must_use]
    pub fn upgrade(mut self) -> Self {
        let stages = self.pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.stages);
        if let Some(tag) = self.policies.returned_lead_tag.take()
            && let Some(stage) = stages.into_iter().find(|stage| stage.status == CardStatus::Returned)
        {
            stage.tag.get_or_insert(tag);
        }
        for role in &mut self.roles {
            role.permissions = role.granted().iter().collect();
        }
        for value in self.lost_reasons.iter_mut().chain(&mut self.release_reasons) {
            value.is_reserved = value.is_of_a_rule();
        }
        self
    }

    /// Validates a reason given by a user: a value of the list, except the one reserved for a system rule.
    pub fn require_reason(list: &[PlaybookValue], key: &Key, of_a_rule: &str, violations: &mut Violations) {
        if key.as_str() == of_a_rule {
            violations.add("/reason", "reserved_key");
        }
        Self::require_list_value(list, Some(key), "/reason", violations);
    }

    /// The calendar day of an instant in the organisation's time zone.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.time_zone).date_naive()
    }

    /// The instant of a local date and time in the organisation's time zone. A time that a clock change skips becomes one hour
    /// later.
    pub fn instant_of(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = day.and_time(time);
        let shown = |local: &NaiveDateTime| self.time_zone.from_local_datetime(local).earliest();
        let found = shown(&local).or_else(|| shown(&(local + TimeDelta::hours(1))));
        found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
    }

    /// The start of a day in the organisation's time zone.
    pub fn beginning_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.instant_of(day, NaiveTime::MIN)
    }

    /// The role with this key.
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key.as_str() == key)
    }

    /// The pipeline with this key.
    pub fn pipeline(&self, key: &str) -> Option<&Pipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.key.as_str() == key)
    }

    /// All stages of all pipelines, in order.
    pub fn stages(&self) -> impl Iterator<Item = StageRef<'_>> {
        self.pipelines.iter().flat_map(|pipeline| pipeline.stages.iter().map(move |stage| StageRef { pipeline, stage }))
    }

    /// The stage with this key.
    pub fn stage(&self, key: &str) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.key.as_str() == key)
    }

    /// The tag that records have in this stage.
    pub fn tag_of(&self, stage: Option<&Key>) -> Option<&Key> {
        stage.and_then(|key| self.stage(key.as_str())).and_then(|at| at.stage.tag.as_ref())
    }

    /// The stage whose tag this is, for this kind of record.
    pub fn stage_tagged(&self, card: CardKind, tag: &Key) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.card == card && !at.stage.is_retired && at.stage.tag.as_ref() == Some(tag))
    }

    /// The stage to which a record of this kind moves.
    ///
    /// # Errors
    /// A violation at `/stage` if the stage does not exist for this kind of record, or is retired.
    pub fn stage_for(&self, card: CardKind, key: &Key) -> Result<StageRef<'_>, Violations> {
        match self.stage(key.as_str()).filter(|at| at.stage.card == card) {
            None => Err(Violations::one("/stage", "unknown_key")),
            Some(at) if at.stage.is_retired => Err(Violations::one("/stage", "retired_key")),
            Some(at) => Ok(at),
        }
    }

    /// The first stage with this status: an action that sets the status moves the record there.
    pub fn entry_stage(&self, status: CardStatus) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.status == status && !at.stage.is_retired)
    }

    /// Adds a violation at `pointer` if `key` is not in `list`, or is retired.
    pub fn require_list_value(list: &[PlaybookValue], key: Option<&Key>, pointer: &str, violations: &mut Violations) {
        let Some(key) = key else {
            return;
        };
        match list.iter().find(|entry| entry.key == *key) {
            None => violations.add_with(pointer, "unknown_key", allowed(list)),
            Some(entry) if entry.is_retired => violations.add(pointer, "retired_key"),
            Some(_) => {}
        }
    }
}
