//! The playbook: how the organisation sells, as one typed document with pipelines and stages, tags, lists of values, roles and
//! policies.
//!
//! The program has five embedded playbooks. They are data, not code paths: the program enforces what the document contains.

mod cadence;
mod check;
mod document;
mod field_set;
mod pipeline;
mod working_time;

pub use cadence::{AfterSaleCall, Cadence, CallBackRule, ClosingTime, DemoReminder, FollowUp, LeadRecall, PlannedActivity};
pub use document::{CustomerWhen, IdentityDemanded, LOST_BY_RULE, Playbook, PlaybookValue, Policies, RELEASED_BY_RULE, Role};
pub use field_set::{CustomField, CustomFieldKind, FieldOwner, FieldSet};
pub use pipeline::{CardKind, CardStatus, Pipeline, PipelinePhase, Stage, StageRef};
pub use working_time::{Holiday, Weekday, WorkingHours, WorkingTime};

use crate::shared::Violations;

/// The embedded playbooks, by key.
pub const EMBEDDED: [(&str, &str); 5] = [
    ("suno", include_str!("../../playbooks/suno.toml")),
    ("groupon", include_str!("../../playbooks/groupon.toml")),
    ("xcrm", include_str!("../../playbooks/xcrm.toml")),
    ("icheck", include_str!("../../playbooks/icheck.toml")),
    ("easyedu", include_str!("../../playbooks/easyedu.toml")),
];

/// The embedded playbook with this key.
///
/// # Errors
/// `unknown_playbook`, or the violations of an invalid document.
pub fn embedded(name: &str) -> Result<Playbook, Violations> {
    let text = EMBEDDED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let text = text.ok_or_else(|| Violations::one("", "unknown_playbook"))?;
    let json = toml::from_str(text).map_err(|fault| Violations::one("", fault.message()))?;
    crate::shared::read(json).map(Playbook::upgrade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_playbook_keeps_its_own_rules() {
        for (name, _) in EMBEDDED {
            let playbook = embedded(name).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
            assert_eq!(playbook.key.as_str(), name);
        }
    }
}
