use std::collections::HashSet;

use super::{CardStatus, LOST_BY_RULE, Playbook, PlaybookValue, RELEASED_BY_RULE, field_set};
use crate::identity::RoleScope;
use crate::shared::{Key, Violations};

/// Validates the whole playbook: keys are unique, references exist, and every action finds its stage.
pub(super) fn check(playbook: &Playbook, violations: &mut Violations) {
    unique("/pipelines", playbook.pipelines.iter().map(|pipeline| &pipeline.key), violations);
    unique("/stages", playbook.stages().map(|at| &at.stage.key), violations);
    unique("/roles", playbook.roles.iter().map(|role| &role.key), violations);
    for (pointer, list) in lists(playbook) {
        unique(pointer, list.iter().map(|entry| &entry.key), violations);
    }
    field_set::check(&playbook.field_sets, violations);
    for at in playbook.stages().filter(|at| at.stage.status.card() != at.stage.card) {
        violations.add(&format!("/pipelines/{}/stages/{}/status", at.pipeline.key, at.stage.key), "status_of_another_card");
    }
    for status in [CardStatus::Open, CardStatus::Won, CardStatus::Lost] {
        if playbook.entry_stage(status).is_none() {
            violations.add("/pipelines", "no_stage_for_status");
        }
    }
    if playbook.role("admin").is_none_or(|admin| admin.scope != RoleScope::All) {
        violations.add("/roles", "admin_needs_every_permission");
    }
    let policies = &playbook.policies;
    Playbook::require_list_value(
        &playbook.lead_sources,
        Some(&policies.default_lead_source),
        "/policies/default_lead_source",
        violations,
    );
    let rules = [
        (policies.losing_last_primary_opportunity_frees_account, &playbook.release_reasons, RELEASED_BY_RULE, "/release_reasons"),
        (policies.primary_opportunities_need_evidence, &playbook.lost_reasons, LOST_BY_RULE, "/lost_reasons"),
    ];
    for (_, list, reason, pointer) in rules.into_iter().filter(|(is_in_force, ..)| *is_in_force) {
        Playbook::require_list_value(list, Some(&Key::from_stored(reason.to_owned())), pointer, violations);
    }
    for (index, category) in policies.categories_quoted_by_service.iter().enumerate() {
        let pointer = format!("/policies/categories_quoted_by_service/{index}");
        Playbook::require_list_value(&playbook.product_categories, Some(category), &pointer, violations);
    }
    let numbers = [
        ("/policies/demo_length_minutes", policies.demo_length_minutes.is_none_or(|minutes| (1..=1440).contains(&minutes))),
        ("/policies/failed_contacts_before_recycling", policies.failed_contacts_before_recycling <= 100),
        ("/policies/successful_call_seconds", (1..=3600).contains(&policies.successful_call_seconds)),
    ];
    for (pointer, _) in numbers.into_iter().filter(|(_, is_in_range)| !*is_in_range) {
        violations.add(pointer, "out_of_range");
    }
    for at in playbook.stages().filter(|at| at.stage.check_list.len() > 50) {
        violations.add(&format!("/pipelines/{}/stages/{}/check_list", at.pipeline.key, at.stage.key), "too_many");
    }
    check_named_words(playbook, violations);
    playbook.cadence.check(playbook, violations);
    if let Some(time) = &playbook.working_time {
        time.check(violations);
    }
    for at in playbook.stages() {
        let pointer = format!("/pipelines/{}/stages/{}/tag", at.pipeline.key, at.stage.key);
        Playbook::require_list_value(&playbook.tags, at.stage.tag.as_ref(), &pointer, violations);
    }
}

/// Validates that the keys in the policies are in the lists.
fn check_named_words(playbook: &Playbook, violations: &mut Violations) {
    let policies = &playbook.policies;
    let named = [
        (&playbook.tags, &policies.suspect_lead_tag, "suspect_lead_tag"),
        (&playbook.customer_statuses, &policies.customer_status_after_demo, "customer_status_after_demo"),
        (&playbook.customer_statuses, &policies.customer_status_after_closing, "customer_status_after_closing"),
    ];
    for (list, word, policy) in named {
        Playbook::require_list_value(list, word.as_ref(), &format!("/policies/{policy}"), violations);
    }
}

fn lists(playbook: &Playbook) -> [(&'static str, &[PlaybookValue]); 13] {
    [
        ("/tags", &playbook.tags),
        ("/lead_sources", &playbook.lead_sources),
        ("/junk_reasons", &playbook.junk_reasons),
        ("/lost_reasons", &playbook.lost_reasons),
        ("/release_reasons", &playbook.release_reasons),
        ("/customer_ranks", &playbook.customer_ranks),
        ("/customer_statuses", &playbook.customer_statuses),
        ("/business_types", &playbook.business_types),
        ("/ways_of_selling", &playbook.ways_of_selling),
        ("/lines_of_business", &playbook.lines_of_business),
        ("/product_categories", &playbook.product_categories),
        ("/activity_categories", &playbook.activity_categories),
        ("/attachment_categories", &playbook.attachment_categories),
    ]
}

fn unique<'a>(pointer: &str, keys: impl Iterator<Item = &'a Key>, violations: &mut Violations) {
    let mut seen = HashSet::new();
    for key in keys {
        if !seen.insert(key.as_str()) {
            violations.add(&format!("{pointer}/{key}"), "repeated_key");
        }
    }
}
