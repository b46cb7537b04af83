use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NotificationKind;
use crate::shared::{Draft, MergePatch, StringEnum};

/// A language of messages to users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl StringEnum for Language {}

/// The notification preferences of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NotificationPreferencesDraft, example = json!({"language": "vi", "email": {"lead_follow_up_due": true}}))]
pub struct PreferencesDraft {
    /// The language of e-mails. It is also the language of the inbox if the request has no `Accept-Language`.
    pub language: Language,
    /// Which types of notifications are also sent by e-mail. The inbox gets every type.
    pub email: EmailChoices,
}

impl Draft for PreferencesDraft {}

/// A change to notification preferences.
pub type PreferencesPatch = MergePatch<PreferencesDraft>;

/// For each type of notification, whether it is also sent by e-mail. Default: `true` for what others decided, `false` for what
/// you planned yourself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EmailChoices {
    /// Leads were assigned to you.
    pub lead_assigned: bool,
    /// A lead was taken from you, because no contact was made in time.
    pub lead_recalled: bool,
    /// The follow-up date of a lead that you parked has come.
    pub lead_follow_up_due: bool,
    /// The trial of one of your leads has ended.
    pub trial_ended: bool,
    /// An account was assigned to you.
    pub account_assigned: bool,
    /// One of your accounts was returned to the pool.
    pub account_released: bool,
    /// An opportunity was closed as lost, because it has no evidence.
    pub opportunity_lost_by_check: bool,
    /// Customer care rejected the evidence of an opportunity.
    pub evidence_warned: bool,
    /// An activity was planned for you.
    pub activity_assigned: bool,
    /// One of your activities is due.
    pub activity_due: bool,
    /// A member of your team asks for support.
    pub support_requested: bool,
    /// Your support request was answered.
    pub support_answered: bool,
}

impl Default for EmailChoices {
    fn default() -> Self {
        Self {
            lead_assigned: true,
            lead_recalled: true,
            lead_follow_up_due: false,
            trial_ended: true,
            account_assigned: true,
            account_released: true,
            opportunity_lost_by_check: true,
            evidence_warned: true,
            activity_assigned: true,
            activity_due: false,
            support_requested: true,
            support_answered: true,
        }
    }
}

impl EmailChoices {
    /// Whether notifications of this type are sent by e-mail.
    pub const fn wants(&self, kind: NotificationKind) -> bool {
        match kind {
            NotificationKind::LeadAssigned => self.lead_assigned,
            NotificationKind::LeadRecalled => self.lead_recalled,
            NotificationKind::LeadFollowUpDue => self.lead_follow_up_due,
            NotificationKind::TrialEnded => self.trial_ended,
            NotificationKind::AccountAssigned => self.account_assigned,
            NotificationKind::AccountReleased => self.account_released,
            NotificationKind::OpportunityLostByCheck => self.opportunity_lost_by_check,
            NotificationKind::EvidenceWarned => self.evidence_warned,
            NotificationKind::ActivityAssigned => self.activity_assigned,
            NotificationKind::ActivityDue => self.activity_due,
            NotificationKind::SupportRequested => self.support_requested,
            NotificationKind::SupportAnswered => self.support_answered,
            NotificationKind::Other => false,
        }
    }
}

/// Marks notifications up to an instant as read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"before": "2026-11-23T10:00:00Z"}))]
pub struct MarkAllRead {
    /// Only notifications created before this instant, such as when the screen was loaded. Default: all.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub before: Option<DateTime<Utc>>,
}

impl Draft for MarkAllRead {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_kind_has_a_choice_of_its_own_name() {
        let choices = serde_json::to_value(EmailChoices::default()).unwrap();
        assert_eq!(choices.as_object().unwrap().len(), NotificationKind::ALL.len());
        for kind in NotificationKind::ALL {
            let name = json!(kind).as_str().unwrap().to_owned();
            let was = EmailChoices::default().wants(kind);
            assert_eq!(choices[&name], was, "{name}");
            let mut other = choices.clone();
            other[&name] = Value::Bool(!was);
            let other: EmailChoices = serde_json::from_value(other).unwrap();
            assert_ne!(other.wants(kind), was, "{name}");
        }
    }

    #[test]
    fn what_is_stored_without_a_newer_kind_is_still_read() {
        let stored: EmailChoices = serde_json::from_value(json!({"lead_assigned": false})).unwrap();
        assert_eq!(stored, EmailChoices { lead_assigned: false, ..EmailChoices::default() });
    }
}
