use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Cadence, CardKind, CardStatus, FieldSet, Pipeline, StageRef, WorkingTime};
use crate::identity::{Permission, Permissions, RoleScope};
use crate::shared::{Draft, Key, StringEnum, Text, Violations};

/// The organisation's way of selling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// The playbook this one started from.
    pub key: Key,
    /// The organisation's name for it.
    pub name: Text<100>,
    /// What kind of sale it is for.
    pub description: Text<2000>,
    /// The IANA time zone of all calendar rules.
    #[schema(value_type = String, max_length = 64, example = "Asia/Ho_Chi_Minh")]
    pub time_zone: Tz,
    /// The ISO 4217 currency of all amounts.
    #[schema(min_length = 3, max_length = 3, example = "VND")]
    pub currency: Text<3>,
    /// The pipelines, in order.
    #[schema(max_items = 20)]
    pub pipelines: Vec<Pipeline>,
    /// Words that people hang on records, beside the stage.
    #[schema(max_items = 500)]
    pub tags: Vec<PlaybookValue>,
    /// Where leads come from.
    // R-XCRM-08.
    #[schema(max_items = 500)]
    pub lead_sources: Vec<PlaybookValue>,
    /// Why leads are closed as not real.
    // R-SUNO-17.
    #[schema(max_items = 500)]
    pub junk_reasons: Vec<PlaybookValue>,
    /// Why opportunities are lost.
    // R-SUNO-33.
    #[schema(max_items = 500)]
    pub lost_reasons: Vec<PlaybookValue>,
    /// Why accounts go back into the pool.
    // R-ICHK-22.
    #[schema(max_items = 500)]
    pub release_reasons: Vec<PlaybookValue>,
    /// Ranks of customers.
    // R-ICHK-102.
    #[schema(max_items = 500)]
    pub customer_ranks: Vec<PlaybookValue>,
    /// How customers are getting on, in the organisation's own words, beside the columns of the boards.
    // R-EDU-58, R-EDU-74, A-29.
    #[serde(default)]
    #[schema(max_items = 500, required = true)]
    pub customer_statuses: Vec<PlaybookValue>,
    /// Legal forms of a business.
    // R-ICHK-109.
    #[schema(max_items = 500)]
    pub business_types: Vec<PlaybookValue>,
    /// How products are sold to the market.
    // R-ICHK-110.
    #[schema(max_items = 500)]
    pub ways_of_selling: Vec<PlaybookValue>,
    /// Lines of business.
    // R-ICHK-115.
    #[schema(max_items = 500)]
    pub lines_of_business: Vec<PlaybookValue>,
    /// Categories of the catalogue.
    // R-SUNO-27.
    #[schema(max_items = 500)]
    pub product_categories: Vec<PlaybookValue>,
    /// Categories of activities.
    // R-EDU-36, R-EDU-39, R-EDU-57.
    #[schema(max_items = 500)]
    pub activity_categories: Vec<PlaybookValue>,
    /// Categories of the files on records.
    // R-EDU-73.
    #[serde(default)]
    #[schema(max_items = 500, required = true)]
    pub attachment_categories: Vec<PlaybookValue>,
    /// What leads and accounts are asked beside the members that all have, such as a survey.
    // R-EDU-25…29.
    #[serde(default)]
    #[schema(max_items = 20, required = true)]
    pub field_sets: Vec<FieldSet>,
    /// The roles that users can have. `admin` is always among them, with every permission.
    #[schema(max_items = 50)]
    pub roles: Vec<Role>,
    /// The rules that differ from company to company.
    pub policies: Policies,
    /// What the system does by itself when time passes.
    #[serde(default)]
    #[schema(required = true)]
    pub cadence: Cadence,
    /// When people work, for the rules that keep to it.
    #[serde(default)]
    #[schema(required = true)]
    pub working_time: Option<WorkingTime>,
}

impl Draft for Playbook {
    fn check(&self, violations: &mut Violations) {
        super::check::check(self, violations);
    }
}

/// One word of a list. Keys are permanent; what is no longer used is retired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookValue {
    /// Permanent name.
    pub key: Key,
    /// The organisation's own word.
    pub name: Text<100>,
    /// Whether the word takes nothing new.
    #[serde(default)]
    #[schema(required = true)]
    pub is_retired: bool,
}

/// A role: what its users may do, and how far they reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Permanent name.
    pub key: Key,
    /// The organisation's own word.
    pub name: Text<100>,
    /// How far the role reaches among the records.
    pub scope: RoleScope,
    /// What the role may do. `admin` may do everything there is, and every role what concerns its users alone.
    #[serde(default)]
    #[schema(value_type = Vec<Permission>, max_items = 60, required = true)]
    pub permissions: BTreeSet<Permission>,
}

impl Role {
    /// The permissions as a set to ask quickly, with those that the role has whatever its list says.
    pub fn granted(&self) -> Permissions {
        if self.key.as_str() == "admin" {
            return Permissions::all();
        }
        self.permissions.iter().copied().chain(Permission::PERSONAL).collect()
    }
}

/// The rules that differ from company to company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// When a company's tax code or a person's citizen identity number is demanded. A web form is never asked for it.
    pub identity_demanded: IdentityDemanded,
    /// Whether only leads marked as real can be converted.
    // R-SUNO-16.
    pub conversion_needs_verified_lead: bool,
    /// Whether a lead is recycled only with a date to come back to it.
    // R-SUNO-21.
    pub recycling_needs_date: bool,
    /// Whether people without sight of an account see its card: name, identity number, owner.
    // R-ICHK-34.
    pub outsiders_see_account_cards: bool,
    /// How many attempts to make contact have to have failed before a lead is recycled.
    // R-EDU-17, A-31.
    #[serde(default)]
    #[schema(required = true, minimum = 0, maximum = 100)]
    pub failed_contacts_before_recycling: u32,
    /// Whether a request for support about a lead has to have been answered before it is recycled.
    //
    #[serde(default)]
    #[schema(required = true)]
    pub recycling_needs_support_answer: bool,
    /// When a prospect becomes a customer.
    pub customer_when: CustomerWhen,
    /// Whether losing the last primary opportunity puts the account back into the pool.
    // R-ICHK-79, A-24, A-42.
    pub losing_last_primary_opportunity_frees_account: bool,
    /// Whether primary opportunities want evidence.
    // R-ICHK-73, R-ICHK-82.
    pub primary_opportunities_need_evidence: bool,
    /// Product categories whose quotations tell service and price instead of numbers of codes, to count as evidence.
    // R-ICHK-69.
    #[serde(default)]
    #[schema(required = true, max_items = 50)]
    pub categories_quoted_by_service: Vec<Key>,
    /// The source of a lead that names none.
    pub default_lead_source: Key,
    /// The tag of a lead that sales hand back, of a document that an earlier version has stored: now the tag of a stage.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    returned_lead_tag: Option<Key>,
    /// The tag of a lead whose data a salesperson doubts: hung on it when support is asked for, taken off when the answer is that
    /// the data is real.
    // R-EDU-14.
    #[serde(default)]
    #[schema(required = true)]
    pub suspect_lead_tag: Option<Key>,
    /// The customer status after a successful presentation, of who is no customer yet.
    // R-EDU-58.
    #[serde(default)]
    #[schema(required = true)]
    pub customer_status_after_demo: Option<Key>,
    /// The customer status after an opportunity was won.
    // R-EDU-74, A-35.
    #[serde(default)]
    #[schema(required = true)]
    pub customer_status_after_closing: Option<Key>,
    /// How many minutes a presentation lasts at most; a longer meeting is flagged. None, if nobody watches that.
    // R-EDU-52.
    #[serde(default)]
    #[schema(required = true, minimum = 1, maximum = 1440)]
    pub demo_length_minutes: Option<u32>,
    /// From how many seconds of talking a call counts as successful.
    //
    #[serde(default = "one_second")]
    #[schema(required = true, minimum = 1, maximum = 3600)]
    pub successful_call_seconds: u32,
}

const fn one_second() -> u32 {
    1
}

/// When identity numbers are demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityDemanded {
    /// When the lead or account is saved by a user (R-ICHK-105, R-ICHK-106).
    Save,
    /// When the lead becomes an account.
    Conversion,
    /// Never.
    Never,
}

/// What makes a prospect a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerWhen {
    /// An opportunity is won (R-SUNO-36).
    Won,
    /// A contract is signed (R-GRP-31).
    Contract,
    /// Money has come in (R-ICHK-104).
    Paid,
}

impl StringEnum for CustomerWhen {}

/// The release reason that the rule of the last primary opportunity gives, and nobody else (R-ICHK-79).
pub const RELEASED_BY_RULE: &str = "no_active_primary_opportunity";
/// The lost reason that the check of evidence gives, and nobody else (R-ICHK-78).
pub const LOST_BY_RULE: &str = "no_evidence";

/// What a list would allow, for the violation of its rule.
fn allowed(list: &[PlaybookValue]) -> Map<String, Value> {
    let keys: Vec<_> = list.iter().filter(|entry| !entry.is_retired).map(|entry| entry.key.as_str()).collect();
    Map::from_iter([("allowed".to_owned(), keys.into())])
}

impl Playbook {
    /// A document that was stored by an earlier version of the program, with what has come since: roles have the
    /// permissions that they have by themselves, and tags belong to stages.
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
        self
    }

    /// A reason that somebody gives by hand: a word of the list, but not the one that belongs to a rule of the system.
    pub fn require_reason(list: &[PlaybookValue], key: &Key, of_a_rule: &str, violations: &mut Violations) {
        if key.as_str() == of_a_rule {
            violations.add("/reason", "reserved_key");
        }
        Self::require_list_value(list, Some(key), "/reason", violations);
    }

    /// The day that an instant belongs to, in the organisation's time zone.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.time_zone).date_naive()
    }

    /// The instant at which the clocks of the organisation show that time on that day. What they skip in spring is an hour later.
    pub fn instant_of(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = day.and_time(time);
        let shown = |local: &NaiveDateTime| self.time_zone.from_local_datetime(local).earliest();
        let found = shown(&local).or_else(|| shown(&(local + TimeDelta::hours(1))));
        found.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
    }

    /// The instant at which a day begins, in the organisation's time zone.
    pub fn beginning_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.instant_of(day, NaiveTime::MIN)
    }

    /// The role of that name.
    pub fn role(&self, key: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.key.as_str() == key)
    }

    /// The pipeline of that name.
    pub fn pipeline(&self, key: &str) -> Option<&Pipeline> {
        self.pipelines.iter().find(|pipeline| pipeline.key.as_str() == key)
    }

    /// All stages of all pipelines, in order.
    pub fn stages(&self) -> impl Iterator<Item = StageRef<'_>> {
        self.pipelines.iter().flat_map(|pipeline| pipeline.stages.iter().map(move |stage| StageRef { pipeline, stage }))
    }

    /// The stage of that name.
    pub fn stage(&self, key: &str) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.key.as_str() == key)
    }

    /// The tag that cards wear in a stage.
    pub fn tag_of(&self, stage: Option<&Key>) -> Option<&Key> {
        stage.and_then(|key| self.stage(key.as_str())).and_then(|at| at.stage.tag.as_ref())
    }

    /// The stage in which cards of that kind wear a tag.
    pub fn stage_tagged(&self, card: CardKind, tag: &Key) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.card == card && !at.stage.is_retired && at.stage.tag.as_ref() == Some(tag))
    }

    /// The stage that a card of some kind is to be moved to.
    ///
    /// # Errors
    /// A violation at `/stage` if there is no such stage for that kind of card, or if it takes nothing new.
    pub fn stage_for(&self, card: CardKind, key: &Key) -> Result<StageRef<'_>, Violations> {
        match self.stage(key.as_str()).filter(|at| at.stage.card == card) {
            None => Err(Violations::one("/stage", "unknown_key")),
            Some(at) if at.stage.is_retired => Err(Violations::one("/stage", "retired_key")),
            Some(at) => Ok(at),
        }
    }

    /// The stage into which the verb of `status` leads: the first that takes cards of that status.
    pub fn entry_stage(&self, status: CardStatus) -> Option<StageRef<'_>> {
        self.stages().find(|at| at.stage.status == status && !at.stage.is_retired)
    }

    /// Notes at `pointer` that `key` is not a word of `list`, or one that takes nothing new.
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
