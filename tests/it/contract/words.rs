//! Names that had to be explained to every newcomer are not used any more. The glossary of CONTRIBUTING has the words that replaced them.

use std::collections::BTreeSet;

use super::sources::sources;

/// Each retired name with the one that replaced it.
const RETIRED: [(&str, &str); 59] = [
    ("standing", "state"),
    ("LeadStanding", "LeadState"),
    ("AccountStanding", "AccountState"),
    ("OpportunityStanding", "OpportunityState"),
    ("ActivityStanding", "ActivityState"),
    ("SupportStanding", "SupportState"),
    ("Happening", "NewEvent"),
    ("happening", "event"),
    ("happened", "event"),
    ("settle", "apply"),
    ("settling", "attempt_update"),
    ("stand", "update_state"),
    ("at_birth", "new"),
    ("at_opening", "new"),
    ("tend", "edit"),
    ("Refusal", "DomainError"),
    ("Formatted", "Validated"),
    ("Stored", "ColumnValue"),
    ("Word", "StringEnum"),
    ("judge", "validate"),
    ("judge_part", "validate_part"),
    ("demand_word", "require_list_value"),
    ("none_at", "is_valid"),
    ("caused_by", "only_for"),
    ("unless_any", "into_result"),
    ("in_sight", "visible_to"),
    ("is_in_sight", "is_visible"),
    ("in_reach", "owned_by_scope"),
    ("is_in_reach", "is_owned_by_scope"),
    ("holders_in_reach", "account_visible_to"),
    ("seen_in_pool", "pool_visible_to"),
    ("ways_through", "visible_through"),
    ("lock_any", "lock_unscoped"),
    ("Reads", "ReadDb"),
    ("Ask", "PageRequest"),
    ("because_of", "set_cause"),
    ("Reply", "ApiResponse"),
    ("on_seen", "check_version"),
    ("Notice", "NewNotification"),
    ("notice", "notification"),
    ("Letter", "EmailContent"),
    ("Wording", "Renderer"),
    ("LeadVerb", "LeadAction"),
    ("verb", "action"),
    ("verbs", "actions"),
    ("LeadGiving", "LeadAssignment"),
    ("give_on", "reassign"),
    ("hand_over", "reassign_planned"),
    ("let_go", "release_to_pool"),
    ("wear_tag", "sync_stage_tag"),
    ("hang", "add"),
    ("take_off", "remove"),
    ("fall_due", "on_due"),
    ("Grounds", "EvidenceContext"),
    ("LedgerWord", "LedgerEntryKind"),
    ("Fingerprint", "MatchKeys"),
    ("Suspect", "DuplicateMatch"),
    ("Became", "ActivityChange"),
    ("fault_points", "crash_points"),
];

#[test]
fn retired_names_are_not_used() {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in &source.code {
            let code = line.split("//").next().unwrap_or_default();
            let outside_texts: String = code.split('"').step_by(2).collect::<Vec<_>>().join(" ");
            let names: BTreeSet<&str> = outside_texts.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            let retired = RETIRED.iter().filter(|(name, _)| names.contains(name));
            found.extend(retired.map(|(name, now)| format!("{}:{number}: `{name}` is called `{now}`", source.path)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
