//! Leads, the web forms that create them, and their conversions.

mod assignment_row;
mod assignments;
mod conversion_row;
mod conversions;
mod duplicates;
mod form_row;
mod forms;
mod query;
pub(crate) mod row;
mod store;
mod trial_row;
mod trials;
mod view;

pub use assignments::{
    LeadAssignmentFilter, LeadAssignmentView, RecallCount, RecallReportFilter, least_recently_given, list_assignments,
    note_assignment, note_recall, recall_report,
};
pub use conversions::{
    ConversionFilter, ConversionView, ConvertedOpportunity, LockedConversion, NewConversion, find_conversion, insert_conversion,
    list_conversions, mark_reverted,
};
pub use duplicates::{CandidateKind, DuplicateCandidate, DuplicateMatch, MatchKeys, duplicates, find_matches, suspected_leads};
pub use forms::{
    FormByKey, LeadFormFilter, LeadFormView, LockedForm, find_form, form_by_key, insert_form, keep_submission, list_forms,
    submissions_since, update_form,
};
pub(crate) use query::pool_visible_to;
pub use query::{LeadFilter, LeadSort, account_of, find, id_by_phone, is_owned_by_scope, is_visible, list, timeline};
pub use store::{LockedLead, NewLead, fingerprint, insert, update};
pub use trials::{LockedTrial, TrialFilter, TrialSort, TrialView, end_trial, find_trial, insert_trial, list_trials};
pub use view::LeadView;

use chot_domain::accounts::{ContactPerson, ContactPoint, CustomFields, CustomerProfile};
use chot_domain::shared::Json;
use chot_domain::{accounts, leads};

use crate::Col;

/// The status of a lead.
pub type LeadStatus = Col<leads::LeadStatus>;
/// Why a lead was assigned to a salesperson.
pub type AssignmentCause = Col<leads::AssignmentCause>;
/// Result of the verification of a lead.
pub type VerificationResult = Col<leads::VerificationResult>;
/// Company or individual.
pub type CustomerKind = Col<accounts::CustomerKind>;
/// Registration data and business details.
pub type StoredProfile = Col<Json<CustomerProfile>>;
/// Answers to custom fields.
pub type StoredCustomFields = Col<Json<CustomFields>>;
/// The contact person.
pub type StoredContactPerson = Col<Json<ContactPerson>>;
/// Further ways to contact a lead.
pub type StoredContactPoints = Col<Json<Vec<ContactPoint>>>;
/// Identifier of a lead.
pub type LeadId = Col<leads::LeadId>;
/// Whether a trial is running.
pub type TrialStatus = Col<leads::TrialStatus>;
/// Whether a conversion is in force.
pub type ConversionStatus = Col<leads::ConversionStatus>;
/// The action for a target of a conversion.
pub type TargetAction = Col<leads::TargetAction>;
