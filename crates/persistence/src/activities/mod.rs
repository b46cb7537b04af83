//! What is done with customers.

pub(crate) mod row;

use chot_domain::activities;
use chot_domain::shared::Document;

use crate::Col;

/// What is done, by which channel.
pub type ActivityKind = Col<activities::ActivityKind>;
/// Where an activity stands.
pub type ActivityStatus = Col<activities::ActivityStatus>;
/// What came of an activity.
pub type ActivityOutcome = Col<activities::ActivityOutcome>;
/// Who takes part.
pub type StoredAttendees = Col<Document<Vec<activities::Attendee>>>;
/// How to reach a customer's computer.
pub type StoredRemoteAccess = Col<Document<activities::RemoteAccess>>;
/// What has to be ready.
pub type StoredCheckList = Col<Document<Vec<activities::CheckItem>>>;
