//! What the people who work here are told: an inbox for each, and by e-mail what they want to have by e-mail.

mod new_notification;
mod preferences;

pub use new_notification::{EmailContent, NewNotification};
pub use preferences::{EmailChoices, Language, MarkAllRead, PreferencesDraft, PreferencesPatch};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::{Id, StringEnum};

/// Something that one user was told.
pub struct Notification;

/// Identifier of a notification.
pub type NotificationId = Id<Notification>;

/// What a notification tells of. New words may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Leads were given to you (R-XCRM-12).
    LeadAssigned,
    /// A lead was taken from you, since no contact was made in time (R-EDU-22).
    LeadRecalled,
    /// The day of a lead that you parked has come (R-SUNO-22).
    LeadFollowUpDue,
    /// The trial of a lead of yours is over (R-EDU-38).
    TrialEnded,
    /// An account was given to you.
    AccountAssigned,
    /// An account of yours went back into the pool.
    AccountReleased,
    /// An opportunity was lost for want of evidence (R-ICHK-78).
    OpportunityLostByCheck,
    /// Customer care warned of the evidence of an opportunity (R-ICHK-90).
    EvidenceWarned,
    /// An activity was planned for you.
    ActivityAssigned,
    /// An activity of yours is due.
    ActivityDue,
    /// Somebody of your team asks for support (R-EDU-14).
    SupportRequested,
    /// Your request for support was answered (R-EDU-15).
    SupportAnswered,
}

impl StringEnum for NotificationKind {}

impl NotificationKind {
    /// Every kind there is.
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
