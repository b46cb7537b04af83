//! Activities, calendars and calendar feeds.

mod activity_evidence;
mod attempts;
mod calendar;
mod call_result;
mod feeds;
mod next_activity;
mod query;
pub(crate) mod row;
mod rules;
mod store;
mod view;
mod visibility;

pub use activity_evidence::{ActivityEvidenceRow, activity_evidence};
pub use attempts::{failed_contacts, last_not_reached, last_success};
pub use calendar::{CalendarFilter, DueFilter, calendar, due_today};
pub use call_result::{CallResult, mark_via_telephony, update_from_call};
pub(crate) use feeds::revoke_feeds_made_with;
pub use feeds::{CalendarFeedView, Entry, entries, find_feed, lock_feed, owner_of_feed, replace_feed, revoke_feed};
pub use next_activity::NextActivity;
pub(crate) use next_activity::next_activity;
pub(crate) use query::counted;
pub use query::{ActivityFilter, ActivitySort, find, list};
pub(crate) use rules::planned_ids;
pub use rules::{due_below, has_archived_parent, planned_by_rule, planned_of, reminder_of};
pub use store::{LockedActivity, NewActivity, insert, update};
pub use view::ActivityView;
pub(crate) use visibility::{activity_visible_to, is_done_by};

use chot_domain::activities;
use chot_domain::shared::Json;

use crate::Col;

/// The type of an activity, or its channel.
pub type ActivityKind = Col<activities::ActivityKind>;
/// The status of an activity.
pub type ActivityStatus = Col<activities::ActivityStatus>;
/// The playbook rule that planned an activity.
pub type ActivityRule = Col<activities::ActivityRule>;
/// The outcome of an activity.
pub type ActivityOutcome = Col<activities::ActivityOutcome>;
/// Participants.
pub type StoredAttendees = Col<Json<Vec<activities::Attendee>>>;
/// Remote access to a customer's computer.
pub type StoredRemoteAccess = Col<Json<activities::RemoteAccess>>;
/// What must be prepared.
pub type StoredCheckList = Col<Json<Vec<activities::CheckItem>>>;
