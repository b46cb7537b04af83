//! Notifications of users: an inbox for each user, and e-mails as each user prefers.

mod new_notification;
mod preferences;

pub use new_notification::{EmailContent, NewNotification};
pub use preferences::{EmailChoices, Language, MarkAllRead, PreferencesDraft, PreferencesPatch};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Id, StringEnum};

/// A notification of one user.
pub struct Notification;

/// Identifier of a notification.
pub type NotificationId = Id<Notification>;

/// The type of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Leads were assigned to you (R-XCRM-12).
    LeadAssigned,
    /// A lead was taken from you, because no contact was made in time (R-EDU-22).
    LeadRecalled,
    /// The follow-up date of a lead that you parked has come (R-SUNO-22).
    LeadFollowUpDue,
    /// The trial of one of your leads has ended (R-EDU-38).
    TrialEnded,
    /// An account was assigned to you.
    AccountAssigned,
    /// One of your accounts was returned to the pool.
    AccountReleased,
    /// An opportunity was closed as lost, because it has no evidence (R-ICHK-78).
    OpportunityLostByCheck,
    /// Customer care rejected the evidence of an opportunity (R-ICHK-90).
    EvidenceWarned,
    /// An activity was planned for you.
    ActivityAssigned,
    /// One of your activities is due.
    ActivityDue,
    /// A member of your team asks for support (R-EDU-14).
    SupportRequested,
    /// Your support request was answered (R-EDU-15).
    SupportAnswered,
    /// A value of a newer version of the program. It is only read, never accepted or stored.
    #[serde(skip_deserializing)]
    Other,
}

impl StringEnum for NotificationKind {
    const OTHER: Option<Self> = Some(Self::Other);
}

impl NotificationKind {
    /// All types.
    pub const ALL: [Self; 12] = [
        Self::LeadAssigned,
        Self::LeadRecalled,
        Self::LeadFollowUpDue,
        Self::TrialEnded,
        Self::AccountAssigned,
        Self::AccountReleased,
        Self::OpportunityLostByCheck,
        Self::EvidenceWarned,
        Self::ActivityAssigned,
        Self::ActivityDue,
        Self::SupportRequested,
        Self::SupportAnswered,
    ];
}
