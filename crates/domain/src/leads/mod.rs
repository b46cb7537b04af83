//! Leads: people or companies who may become customers. A lead is captured, assigned to a salesperson, worked, and converted
//! into an account with contacts and opportunities (R-ICHK-92…115, R-SUNO-14…23).

mod actions;
mod assignment;
mod conversion;
mod distribution;
mod draft;
mod field_mapping;
mod form;
mod plan;
mod recycling;
mod state;
mod status;
mod trial;

pub use actions::{JunkLead, MarkContacted, RecycleLead, ReturnLead, VerificationResult, VerifyLead};
pub use assignment::{AssignmentCause, LeadAssignment};
pub use conversion::{
    AccountTarget, ContactTarget, ConversionStatus, ConvertLead, DuplicateReason, OpportunityTarget, TargetAction,
};
pub use distribution::AssignLeads;
pub use draft::LeadDraft;
pub use field_mapping::{MappedField, UnmappedField};
pub use form::{FormField, LeadFormDraft, Submission};
pub use plan::{AccountStep, ContactStep, ConversionContext, ConversionPlan, Existing, NewIds, OpportunityStep};
pub use recycling::RecyclingPreconditions;
pub use state::LeadState;
pub use status::{LeadAction, LeadStatus};
pub use trial::{GrantTrial, TrialStatus, trial_end};

use crate::shared::{Id, MergePatch};

/// A person or company who may become a customer.
pub struct Lead;
/// A public web form that creates leads.
pub struct LeadForm;
/// The conversion of a lead into a customer.
pub struct Conversion;

/// Free use of the product for a limited time.
pub struct Trial;

/// A change to a lead.
pub type LeadPatch = MergePatch<LeadDraft>;
/// A change to a web form.
pub type LeadFormPatch = MergePatch<LeadFormDraft>;

/// Identifier of a lead.
pub type LeadId = Id<Lead>;
/// Identifier of a web form.
pub type LeadFormId = Id<LeadForm>;
/// Identifier of a trial.
pub type TrialId = Id<Trial>;
/// Identifier of a conversion.
pub type ConversionId = Id<Conversion>;
