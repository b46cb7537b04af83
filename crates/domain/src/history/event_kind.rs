use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared::StringEnum;

/// What happened. New words may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum EventKind {
    /// A lead was created.
    #[serde(rename = "lead.created")]
    LeadCreated,
    /// A web form sent it in; what was sent is told with it.
    #[serde(rename = "lead.submitted")]
    LeadSubmitted,
    /// A web form sent in somebody who is a lead already.
    #[serde(rename = "lead.submitted_again")]
    LeadSubmittedAgain,
    /// Members of a lead were changed.
    #[serde(rename = "lead.updated")]
    LeadUpdated,
    /// A lead was given to a salesperson.
    #[serde(rename = "lead.assigned")]
    LeadAssigned,
    /// A salesperson took a lead.
    #[serde(rename = "lead.claimed")]
    LeadClaimed,
    /// A lead was taken from a salesperson who made no contact in time (R-EDU-22).
    #[serde(rename = "lead.recalled")]
    LeadRecalled,
    /// Contact was made or tried.
    #[serde(rename = "lead.contacted")]
    LeadContacted,
    /// A lead's information was found to be real.
    #[serde(rename = "lead.qualified")]
    LeadQualified,
    /// A lead was closed as not real.
    #[serde(rename = "lead.junked")]
    LeadJunked,
    /// Sales handed a lead back.
    #[serde(rename = "lead.returned")]
    LeadReturned,
    /// A lead was parked.
    #[serde(rename = "lead.recycled")]
    LeadRecycled,
    /// The day of a parked lead has come.
    #[serde(rename = "lead.follow_up_due")]
    LeadFollowUpDue,
    /// A parked or junk lead was taken up again.
    #[serde(rename = "lead.resumed")]
    LeadResumed,
    /// A lead was moved to another stage.
    #[serde(rename = "lead.moved")]
    LeadMoved,
    /// A lead became a customer.
    #[serde(rename = "lead.converted")]
    LeadConverted,
    /// A lead's conversion was undone.
    #[serde(rename = "lead.conversion_reverted")]
    LeadConversionReverted,
    /// A lead was archived.
    #[serde(rename = "lead.archived")]
    LeadArchived,
    /// A lead was brought back from the archive.
    #[serde(rename = "lead.restored")]
    LeadRestored,
    /// A tag was hung on a lead.
    #[serde(rename = "lead.tagged")]
    LeadTagged,
    /// A tag was taken off a lead.
    #[serde(rename = "lead.untagged")]
    LeadUntagged,
    /// A lead was granted free use of the product (R-EDU-33).
    #[serde(rename = "trial.granted")]
    TrialGranted,
    /// Free use of the product is over (R-EDU-38).
    #[serde(rename = "trial.ended")]
    TrialEnded,
    /// A web form was set up.
    #[serde(rename = "lead_form.created")]
    LeadFormCreated,
    /// A web form was changed.
    #[serde(rename = "lead_form.updated")]
    LeadFormUpdated,
    /// An account was created.
    #[serde(rename = "account.created")]
    AccountCreated,
    /// Members of an account were changed.
    #[serde(rename = "account.updated")]
    AccountUpdated,
    /// An account was given to a salesperson.
    #[serde(rename = "account.assigned")]
    AccountAssigned,
    /// A salesperson took an account from the pool (R-ICHK-21).
    #[serde(rename = "account.claimed")]
    AccountClaimed,
    /// An account went back into the pool (R-ICHK-22).
    #[serde(rename = "account.released")]
    AccountReleased,
    /// A prospect became a customer, or the other way round.
    #[serde(rename = "account.type_changed")]
    AccountTypeChanged,
    /// How a customer is getting on was changed (R-EDU-58, R-EDU-74).
    #[serde(rename = "account.customer_status_changed")]
    AccountCustomerStatusChanged,
    /// An account was moved to another stage.
    #[serde(rename = "account.moved")]
    AccountMoved,
    /// An account was archived.
    #[serde(rename = "account.archived")]
    AccountArchived,
    /// An account was brought back from the archive.
    #[serde(rename = "account.restored")]
    AccountRestored,
    /// A tag was hung on an account.
    #[serde(rename = "account.tagged")]
    AccountTagged,
    /// A tag was taken off an account.
    #[serde(rename = "account.untagged")]
    AccountUntagged,
    /// A contact was created.
    #[serde(rename = "contact.created")]
    ContactCreated,
    /// Members of a contact were changed.
    #[serde(rename = "contact.updated")]
    ContactUpdated,
    /// A contact was archived.
    #[serde(rename = "contact.archived")]
    ContactArchived,
    /// A contact was brought back from the archive.
    #[serde(rename = "contact.restored")]
    ContactRestored,
    /// An opportunity was opened.
    #[serde(rename = "opportunity.opened")]
    OpportunityOpened,
    /// Members of an opportunity were changed.
    #[serde(rename = "opportunity.updated")]
    OpportunityUpdated,
    /// An opportunity was moved to another stage.
    #[serde(rename = "opportunity.moved")]
    OpportunityMoved,
    /// An opportunity's owner followed its account (R-ICHK-50).
    #[serde(rename = "opportunity.owner_changed")]
    OpportunityOwnerChanged,
    /// An opportunity was won.
    #[serde(rename = "opportunity.won")]
    OpportunityWon,
    /// An opportunity was lost.
    #[serde(rename = "opportunity.lost")]
    OpportunityLost,
    /// The customer of an opportunity was given a demo; the time to close begins (R-EDU-62).
    #[serde(rename = "opportunity.demo_given")]
    OpportunityDemoGiven,
    /// The time to close an opportunity after its demo is over (R-EDU-63).
    #[serde(rename = "opportunity.closing_overdue")]
    OpportunityClosingOverdue,
    /// A closed opportunity was opened again.
    #[serde(rename = "opportunity.reopened")]
    OpportunityReopened,
    /// An opportunity was archived.
    #[serde(rename = "opportunity.archived")]
    OpportunityArchived,
    /// An opportunity was brought back from the archive.
    #[serde(rename = "opportunity.restored")]
    OpportunityRestored,
    /// A tag was hung on an opportunity.
    #[serde(rename = "opportunity.tagged")]
    OpportunityTagged,
    /// A tag was taken off an opportunity.
    #[serde(rename = "opportunity.untagged")]
    OpportunityUntagged,
    /// An activity was planned.
    #[serde(rename = "activity.planned")]
    ActivityPlanned,
    /// An activity that is done already was written down.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
    /// Members of an activity were changed.
    #[serde(rename = "activity.updated")]
    ActivityUpdated,
    /// An activity was given to somebody else.
    #[serde(rename = "activity.assigned")]
    ActivityAssigned,
    /// A planned activity was moved to another time.
    #[serde(rename = "activity.rescheduled")]
    ActivityRescheduled,
    /// A planned activity was done.
    #[serde(rename = "activity.completed")]
    ActivityCompleted,
    /// The time of something that a rule of the playbook has planned has come.
    #[serde(rename = "activity.due")]
    ActivityDue,
    /// A planned activity was called off.
    #[serde(rename = "activity.cancelled")]
    ActivityCancelled,
    /// An activity was archived.
    #[serde(rename = "activity.archived")]
    ActivityArchived,
    /// An activity was brought back from the archive.
    #[serde(rename = "activity.restored")]
    ActivityRestored,
    /// A file was uploaded to a record.
    #[serde(rename = "attachment.uploaded")]
    AttachmentUploaded,
    /// A file was archived.
    #[serde(rename = "attachment.archived")]
    AttachmentArchived,
    /// A file was brought back from the archive.
    #[serde(rename = "attachment.restored")]
    AttachmentRestored,
    /// Evidence was given that an opportunity is worked (R-ICHK-83).
    #[serde(rename = "evidence.given")]
    EvidenceGiven,
    /// The evidence of an opportunity was drawn for review (R-ICHK-86).
    #[serde(rename = "evidence.sampled")]
    EvidenceSampled,
    /// Customer care found the evidence of an opportunity good.
    #[serde(rename = "evidence.accepted")]
    EvidenceAccepted,
    /// Customer care warned that the evidence of an opportunity is not valid (R-ICHK-87).
    #[serde(rename = "evidence.warned")]
    EvidenceWarned,
    /// A salesperson asked those who lead for support (R-EDU-14).
    #[serde(rename = "support.requested")]
    SupportRequested,
    /// A request for support was answered (R-EDU-15).
    #[serde(rename = "support.answered")]
    SupportAnswered,
    /// A request for support was withdrawn.
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
    /// A user changed how to be told of things.
    #[serde(rename = "user.notification_preferences_updated")]
    UserNotificationPreferencesUpdated,
    /// A spent refresh token was used: the session was ended.
    #[serde(rename = "user.refresh_token_reused")]
    UserRefreshTokenReused,
    /// A user's calendar feed got a new secret address.
    #[serde(rename = "user.calendar_feed_created")]
    UserCalendarFeedCreated,
    /// A user's calendar feed was given up.
    #[serde(rename = "user.calendar_feed_revoked")]
    UserCalendarFeedRevoked,
    /// A team was created.
    #[serde(rename = "team.created")]
    TeamCreated,
    /// A team was changed.
    #[serde(rename = "team.updated")]
    TeamUpdated,
    /// An API key was made.
    #[serde(rename = "api_key.created")]
    ApiKeyCreated,
    /// An API key was revoked.
    #[serde(rename = "api_key.revoked")]
    ApiKeyRevoked,
    /// A timer that was given up got another go.
    #[serde(rename = "timer.retried")]
    TimerRetried,
    /// An administrator let a delivery be tried again.
    #[serde(rename = "delivery.retried")]
    DeliveryRetried,
}

impl StringEnum for EventKind {}
