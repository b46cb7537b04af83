use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// The type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum EventKind {
    /// A lead was created.
    #[serde(rename = "lead.created")]
    LeadCreated,
    /// A web form created a lead. The event contains the submission.
    #[serde(rename = "lead.submitted")]
    LeadSubmitted,
    /// A web form submitted a person who already is a lead.
    #[serde(rename = "lead.submitted_again")]
    LeadSubmittedAgain,
    /// Fields of a lead were changed.
    #[serde(rename = "lead.updated")]
    LeadUpdated,
    /// A lead was assigned to a salesperson.
    #[serde(rename = "lead.assigned")]
    LeadAssigned,
    /// A salesperson claimed a lead.
    #[serde(rename = "lead.claimed")]
    LeadClaimed,
    /// A lead was taken from a salesperson who made no contact in time (R-EDU-22).
    #[serde(rename = "lead.recalled")]
    LeadRecalled,
    /// Contact was made or attempted.
    #[serde(rename = "lead.contacted")]
    LeadContacted,
    /// A lead's information was found real.
    #[serde(rename = "lead.qualified")]
    LeadQualified,
    /// A lead was closed as not real.
    #[serde(rename = "lead.junked")]
    LeadJunked,
    /// A salesperson returned a lead.
    #[serde(rename = "lead.returned")]
    LeadReturned,
    /// A lead was parked.
    #[serde(rename = "lead.recycled")]
    LeadRecycled,
    /// The follow-up date of a parked lead has come.
    #[serde(rename = "lead.follow_up_due")]
    LeadFollowUpDue,
    /// A parked or junk lead was resumed.
    #[serde(rename = "lead.resumed")]
    LeadResumed,
    /// A lead was moved to another stage.
    #[serde(rename = "lead.moved")]
    LeadMoved,
    /// A lead was converted to a customer.
    #[serde(rename = "lead.converted")]
    LeadConverted,
    /// The conversion of a lead was reverted.
    #[serde(rename = "lead.conversion_reverted")]
    LeadConversionReverted,
    /// A lead was archived.
    #[serde(rename = "lead.archived")]
    LeadArchived,
    /// A lead was restored from the archive.
    #[serde(rename = "lead.restored")]
    LeadRestored,
    /// A tag was added to a lead.
    #[serde(rename = "lead.tagged")]
    LeadTagged,
    /// A tag was removed from a lead.
    #[serde(rename = "lead.untagged")]
    LeadUntagged,
    /// A trial was granted to a lead (R-EDU-33).
    #[serde(rename = "trial.granted")]
    TrialGranted,
    /// A trial ended (R-EDU-38).
    #[serde(rename = "trial.ended")]
    TrialEnded,
    /// A web form was created.
    #[serde(rename = "lead_form.created")]
    LeadFormCreated,
    /// A web form was changed.
    #[serde(rename = "lead_form.updated")]
    LeadFormUpdated,
    /// An account was created.
    #[serde(rename = "account.created")]
    AccountCreated,
    /// Fields of an account were changed.
    #[serde(rename = "account.updated")]
    AccountUpdated,
    /// An account was assigned to a salesperson.
    #[serde(rename = "account.assigned")]
    AccountAssigned,
    /// A salesperson claimed an account from the pool (R-ICHK-21).
    #[serde(rename = "account.claimed")]
    AccountClaimed,
    /// An account was returned to the pool (R-ICHK-22).
    #[serde(rename = "account.released")]
    AccountReleased,
    /// A prospect became a customer, or a customer became a prospect.
    #[serde(rename = "account.type_changed")]
    AccountTypeChanged,
    /// The customer status of an account was changed (R-EDU-58, R-EDU-74).
    #[serde(rename = "account.customer_status_changed")]
    AccountCustomerStatusChanged,
    /// An account was moved to another stage.
    #[serde(rename = "account.moved")]
    AccountMoved,
    /// An account was archived.
    #[serde(rename = "account.archived")]
    AccountArchived,
    /// An account was restored from the archive.
    #[serde(rename = "account.restored")]
    AccountRestored,
    /// A tag was added to an account.
    #[serde(rename = "account.tagged")]
    AccountTagged,
    /// A tag was removed from an account.
    #[serde(rename = "account.untagged")]
    AccountUntagged,
    /// A contact was created.
    #[serde(rename = "contact.created")]
    ContactCreated,
    /// Fields of a contact were changed.
    #[serde(rename = "contact.updated")]
    ContactUpdated,
    /// A contact was archived.
    #[serde(rename = "contact.archived")]
    ContactArchived,
    /// A contact was restored from the archive.
    #[serde(rename = "contact.restored")]
    ContactRestored,
    /// An opportunity was created.
    #[serde(rename = "opportunity.opened")]
    OpportunityOpened,
    /// Fields of an opportunity were changed.
    #[serde(rename = "opportunity.updated")]
    OpportunityUpdated,
    /// An opportunity was moved to another stage.
    #[serde(rename = "opportunity.moved")]
    OpportunityMoved,
    /// The owner of an opportunity changed, because its account has a new owner (R-ICHK-50).
    #[serde(rename = "opportunity.owner_changed")]
    OpportunityOwnerChanged,
    /// An opportunity was won.
    #[serde(rename = "opportunity.won")]
    OpportunityWon,
    /// An opportunity was lost.
    #[serde(rename = "opportunity.lost")]
    OpportunityLost,
    /// A demo of an opportunity took place. The time to close starts (R-EDU-62).
    #[serde(rename = "opportunity.demo_given")]
    OpportunityDemoGiven,
    /// The time to close an opportunity after its demo is over (R-EDU-63).
    #[serde(rename = "opportunity.closing_overdue")]
    OpportunityClosingOverdue,
    /// A closed opportunity was reopened.
    #[serde(rename = "opportunity.reopened")]
    OpportunityReopened,
    /// An opportunity was archived.
    #[serde(rename = "opportunity.archived")]
    OpportunityArchived,
    /// An opportunity was restored from the archive.
    #[serde(rename = "opportunity.restored")]
    OpportunityRestored,
    /// A tag was added to an opportunity.
    #[serde(rename = "opportunity.tagged")]
    OpportunityTagged,
    /// A tag was removed from an opportunity.
    #[serde(rename = "opportunity.untagged")]
    OpportunityUntagged,
    /// An activity was planned.
    #[serde(rename = "activity.planned")]
    ActivityPlanned,
    /// A completed activity was logged.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
    /// Fields of an activity were changed.
    #[serde(rename = "activity.updated")]
    ActivityUpdated,
    /// An activity was assigned to another user.
    #[serde(rename = "activity.assigned")]
    ActivityAssigned,
    /// A planned activity was rescheduled.
    #[serde(rename = "activity.rescheduled")]
    ActivityRescheduled,
    /// A planned activity was completed.
    #[serde(rename = "activity.completed")]
    ActivityCompleted,
    /// An activity planned by a playbook rule is due.
    #[serde(rename = "activity.due")]
    ActivityDue,
    /// A planned activity was cancelled.
    #[serde(rename = "activity.cancelled")]
    ActivityCancelled,
    /// An activity was archived.
    #[serde(rename = "activity.archived")]
    ActivityArchived,
    /// An activity was restored from the archive.
    #[serde(rename = "activity.restored")]
    ActivityRestored,
    /// A file was uploaded to a record.
    #[serde(rename = "attachment.uploaded")]
    AttachmentUploaded,
    /// A file was archived.
    #[serde(rename = "attachment.archived")]
    AttachmentArchived,
    /// A file was restored from the archive.
    #[serde(rename = "attachment.restored")]
    AttachmentRestored,
    /// Evidence that an opportunity is worked was given (R-ICHK-83).
    #[serde(rename = "evidence.given")]
    EvidenceGiven,
    /// The evidence of an opportunity was drawn for review (R-ICHK-86).
    #[serde(rename = "evidence.sampled")]
    EvidenceSampled,
    /// Customer care accepted the evidence of an opportunity.
    #[serde(rename = "evidence.accepted")]
    EvidenceAccepted,
    /// Customer care warned that the evidence of an opportunity is not valid (R-ICHK-87).
    #[serde(rename = "evidence.warned")]
    EvidenceWarned,
    /// A salesperson asked a manager for support (R-EDU-14).
    #[serde(rename = "support.requested")]
    SupportRequested,
    /// A support request was answered (R-EDU-15).
    #[serde(rename = "support.answered")]
    SupportAnswered,
    /// A support request was withdrawn.
    #[serde(rename = "support.withdrawn")]
    SupportWithdrawn,
    /// A product was created.
    #[serde(rename = "product.created")]
    ProductCreated,
    /// A product was changed.
    #[serde(rename = "product.updated")]
    ProductUpdated,
    /// A user was created.
    #[serde(rename = "user.created")]
    UserCreated,
    /// A user was changed.
    #[serde(rename = "user.updated")]
    UserUpdated,
    /// A user changed their password.
    #[serde(rename = "user.password_changed")]
    UserPasswordChanged,
    /// A user changed their notification preferences.
    #[serde(rename = "user.notification_preferences_updated")]
    UserNotificationPreferencesUpdated,
    /// A used refresh token was used again. The session was ended.
    #[serde(rename = "user.refresh_token_reused")]
    UserRefreshTokenReused,
    /// A new secret address was created for a user's calendar feed.
    #[serde(rename = "user.calendar_feed_created")]
    UserCalendarFeedCreated,
    /// A user's calendar feed was revoked.
    #[serde(rename = "user.calendar_feed_revoked")]
    UserCalendarFeedRevoked,
    /// A team was created.
    #[serde(rename = "team.created")]
    TeamCreated,
    /// A team was changed.
    #[serde(rename = "team.updated")]
    TeamUpdated,
    /// An API key was created.
    #[serde(rename = "api_key.created")]
    ApiKeyCreated,
    /// An API key was revoked.
    #[serde(rename = "api_key.revoked")]
    ApiKeyRevoked,
    /// A failed timer was retried.
    #[serde(rename = "timer.retried")]
    TimerRetried,
    /// An administrator retried a delivery.
    #[serde(rename = "delivery.retried")]
    DeliveryRetried,
    /// A value of a newer version of the program. It is only read, never accepted or stored.
    #[serde(rename = "other", skip_deserializing)]
    Other,
}

impl StringEnum for EventKind {
    const OTHER: Option<Self> = Some(Self::Other);
}
