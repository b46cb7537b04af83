use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CardKind, Playbook};
use crate::activities::ActivityKind;
use crate::shared::{Key, Text, Violations};

/// Time-based rules: what the system does and plans automatically. Each rule is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cadence {
    /// Takes leads that are not contacted in time from their owner.
    // R-EDU-21.
    #[schema(required = true)]
    pub lead_recall: Option<LeadRecall>,
    /// Plans another call after a call that reached nobody.
    // R-EDU-39…41.
    #[schema(required = true)]
    pub call_back: Option<CallBackRule>,
    /// The activity category of demos. The rules below start from demos.
    #[schema(required = true)]
    pub demo_category: Option<Key>,
    /// The tag for customers who had a demo.
    // R-EDU-55.
    #[schema(required = true)]
    pub demonstrated_tag: Option<Key>,
    /// Reminds the customer before a demo.
    // R-EDU-44, R-EDU-45.
    #[schema(required = true)]
    pub demo_reminder: Option<DemoReminder>,
    /// Duration of a trial in days. `null` if there are no trials.
    // R-EDU-30, R-EDU-38.
    #[schema(required = true, minimum = 1, maximum = 366)]
    pub trial_days: Option<u32>,
    /// Opportunities must be closed within some days after the demo.
    // R-EDU-05, R-EDU-62, R-EDU-63, A-34.
    #[schema(required = true)]
    pub closing_time: Option<ClosingTime>,
    /// Contacts the customer repeatedly after the demo, until the opportunity is closed.
    // R-EDU-60, R-EDU-61.
    #[schema(required = true, max_items = 20)]
    pub follow_ups: Vec<FollowUp>,
    /// Plans a call some days after closing.
    // R-EDU-75.
    #[schema(required = true)]
    pub after_sale_call: Option<AfterSaleCall>,
}

/// An activity that a rule plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedActivity {
    /// The channel.
    pub kind: ActivityKind,
    /// The activity category.
    pub category: Key,
    /// The subject.
    pub subject: Text<200>,
}

/// Takes leads from salespeople who do not contact them in time, and assigns each to another one.
// R-EDU-21, R-EDU-22, A-32.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadRecall {
    /// Minutes after each assignment.
    #[schema(minimum = 1, maximum = 10080)]
    pub minutes: u32,
    /// The roles whose users get such leads in turn. The user whose last assignment is oldest gets the next lead.
    #[schema(min_items = 1, max_items = 20)]
    pub roles: Vec<Key>,
}

/// Plans another call after a call that reached nobody, in the next half-day at the earliest.
// R-EDU-39…41, A-33.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallBackRule {
    /// The activity to plan.
    pub activity: PlannedActivity,
    /// The stage to which the lead moves.
    #[schema(required = true)]
    pub stage: Option<Key>,
}

/// Plans a reminder before each demo. It moves together with the demo.
// R-EDU-44, R-EDU-45.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoReminder {
    /// The activity to plan.
    pub activity: PlannedActivity,
    /// Start of the reminder, in minutes before the demo.
    #[schema(minimum = 1, maximum = 10080)]
    pub from_minutes: u32,
    /// End of the reminder, in minutes before the demo.
    #[schema(minimum = 0, maximum = 10080)]
    pub until_minutes: u32,
}

/// The time to close an opportunity after a demo.
// R-EDU-05, R-EDU-62, R-EDU-63.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingTime {
    /// Number of days.
    #[schema(minimum = 1, maximum = 366)]
    pub days: u32,
    /// The stage to which an open opportunity moves when the time is over.
    pub stage: Key,
    /// The offer to make then.
    #[schema(required = true)]
    pub offer: Option<PlannedActivity>,
}

/// A contact that is repeated until the opportunity is closed.
// R-EDU-60, R-EDU-61.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// The activity to plan.
    pub activity: PlannedActivity,
    /// Number of days after the demo and after each contact.
    #[schema(minimum = 1, maximum = 366)]
    pub every_days: u32,
}

/// A call to a customer after the sale.
// R-EDU-75.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AfterSaleCall {
    /// The activity to plan.
    pub activity: PlannedActivity,
    /// Number of days after closing.
    #[schema(minimum = 1, maximum = 366)]
    pub days: u32,
}

impl Cadence {
    /// Validates the rules: all keys exist, and the numbers are plausible.
    pub(super) fn check(&self, playbook: &Playbook, violations: &mut Violations) {
        let word = |key: Option<&Key>, pointer: &str, violations: &mut Violations| {
            Playbook::require_list_value(&playbook.activity_categories, key, pointer, violations);
        };
        for (pointer, activity) in self.planned() {
            word(Some(&activity.category), &format!("{pointer}/category"), violations);
        }
        word(self.demo_category.as_ref(), "/cadence/demo_category", violations);
        Playbook::require_list_value(&playbook.tags, self.demonstrated_tag.as_ref(), "/cadence/demonstrated_tag", violations);
        let stages = [
            ("/cadence/call_back/stage", CardKind::Lead, self.call_back.as_ref().and_then(|rule| rule.stage.as_ref())),
            ("/cadence/closing_time/stage", CardKind::Opportunity, self.closing_time.as_ref().map(|rule| &rule.stage)),
        ];
        for (pointer, card, stage) in stages {
            if stage.is_some_and(|stage| playbook.stage_for(card, stage).is_err()) {
                violations.add(pointer, "unknown_key");
            }
        }
        for (index, role) in self.lead_recall.iter().flat_map(|rule| &rule.roles).enumerate() {
            if playbook.role(role.as_str()).is_none() {
                violations.add(&format!("/cadence/lead_recall/roles/{index}"), "unknown_key");
            }
        }
        self.check_numbers(violations);
    }

    fn check_numbers(&self, violations: &mut Violations) {
        let days = |days: u32| (1..=366).contains(&days);
        let minutes = |minutes: u32| (1..=10_080).contains(&minutes);
        let numbers = [
            ("/cadence/lead_recall/minutes", self.lead_recall.as_ref().is_none_or(|rule| minutes(rule.minutes))),
            ("/cadence/demo_reminder/from_minutes", self.demo_reminder.as_ref().is_none_or(|rule| minutes(rule.from_minutes))),
            (
                "/cadence/demo_reminder/until_minutes",
                self.demo_reminder.as_ref().is_none_or(|rule| rule.until_minutes < rule.from_minutes),
            ),
            ("/cadence/trial_days", self.trial_days.is_none_or(days)),
            ("/cadence/closing_time/days", self.closing_time.as_ref().is_none_or(|rule| days(rule.days))),
            ("/cadence/follow_ups", self.follow_ups.iter().all(|rule| days(rule.every_days))),
            ("/cadence/after_sale_call/days", self.after_sale_call.as_ref().is_none_or(|rule| days(rule.days))),
        ];
        for (pointer, _) in numbers.into_iter().filter(|(_, is_in_range)| !*is_in_range) {
            violations.add(pointer, "out_of_range");
        }
    }

    /// All activities that the rules plan, with their JSON pointers.
    fn planned(&self) -> Vec<(String, &PlannedActivity)> {
        let single = [
            ("call_back/activity", self.call_back.as_ref().map(|rule| &rule.activity)),
            ("demo_reminder/activity", self.demo_reminder.as_ref().map(|rule| &rule.activity)),
            ("closing_time/offer", self.closing_time.as_ref().and_then(|rule| rule.offer.as_ref())),
            ("after_sale_call/activity", self.after_sale_call.as_ref().map(|rule| &rule.activity)),
        ];
        let single = single.into_iter().filter_map(|(at, planned)| planned.map(|planned| (format!("/cadence/{at}"), planned)));
        let follow_ups = self.follow_ups.iter().enumerate();
        single.chain(follow_ups.map(|(index, rule)| (format!("/cadence/follow_ups/{index}/activity"), &rule.activity))).collect()
    }
}
