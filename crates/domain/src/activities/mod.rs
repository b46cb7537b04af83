//! Activities: calls, e-mails, messages, meetings, tasks and notes, planned or done. Each has an owner. Most are related to a
//! lead, an account or an opportunity (R-SUNO-29…31, R-GRP-19, R-GRP-20, R-XCRM-13).

mod actions;
mod call_back;
mod draft;
mod rule;
mod state;
mod status;

pub use actions::{CancelActivity, CompleteActivity, RescheduleActivity};
pub use call_back::{CallBack, next_call_back};
pub use draft::{ActivityDraft, Attendee, CheckItem, LONGEST, RemoteAccess};
pub use rule::{ActivityRule, Period};
pub use state::ActivityState;
pub use status::{ActivityKind, ActivityOutcome, ActivityStatus};

use crate::shared::{Id, MergePatch};

/// An action of a user towards a customer, planned or done.
pub struct Activity;
/// A change to an activity.
pub type ActivityPatch = MergePatch<ActivityDraft>;

/// Identifier of an activity.
pub type ActivityId = Id<Activity>;
