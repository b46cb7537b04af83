//! The types of events. The event log is the history of every record, the audit trail and the event feed.

mod event_kind;

pub use event_kind::EventKind;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::{Account, Contact};
use crate::activities::Activity;
use crate::attachments::Attachment;
use crate::catalog::Product;
use crate::deliveries::Delivery;
use crate::identity::{ApiKey, Team, User};
use crate::leads::{Lead, LeadForm, Trial};
use crate::opportunities::Opportunity;
use crate::shared::StringEnum;
use crate::teamwork::SupportRequest;

/// The kind of record that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A lead.
    Lead,
    /// A web form.
    LeadForm,
    /// A trial.
    Trial,
    /// An account.
    Account,
    /// A contact.
    Contact,
    /// An opportunity.
    Opportunity,
    /// An activity.
    Activity,
    /// A file of a record.
    Attachment,
    /// A support request.
    SupportRequest,
    /// A product or service.
    Product,
    /// A user.
    User,
    /// A team.
    Team,
    /// An API key.
    ApiKey,
    /// A timer.
    Timer,
    /// A delivery, such as an e-mail.
    Delivery,
    /// A value of a newer version of the program. It is only read, never accepted or stored.
    #[serde(skip_deserializing)]
    Other,
}

impl StringEnum for SubjectKind {
    const OTHER: Option<Self> = Some(Self::Other);
}

/// A kind of record that has events.
pub trait Subject {
    /// Its kind in events.
    const KIND: SubjectKind;
}

impl Subject for Lead {
    const KIND: SubjectKind = SubjectKind::Lead;
}

impl Subject for LeadForm {
    const KIND: SubjectKind = SubjectKind::LeadForm;
}

impl Subject for Trial {
    const KIND: SubjectKind = SubjectKind::Trial;
}

impl Subject for Account {
    const KIND: SubjectKind = SubjectKind::Account;
}

impl Subject for Contact {
    const KIND: SubjectKind = SubjectKind::Contact;
}

impl Subject for Opportunity {
    const KIND: SubjectKind = SubjectKind::Opportunity;
}

impl Subject for Activity {
    const KIND: SubjectKind = SubjectKind::Activity;
}

impl Subject for Attachment {
    const KIND: SubjectKind = SubjectKind::Attachment;
}

impl Subject for SupportRequest {
    const KIND: SubjectKind = SubjectKind::SupportRequest;
}

impl Subject for Product {
    const KIND: SubjectKind = SubjectKind::Product;
}

impl Subject for User {
    const KIND: SubjectKind = SubjectKind::User;
}

impl Subject for Team {
    const KIND: SubjectKind = SubjectKind::Team;
}

impl Subject for ApiKey {
    const KIND: SubjectKind = SubjectKind::ApiKey;
}

impl Subject for Delivery {
    const KIND: SubjectKind = SubjectKind::Delivery;
}
