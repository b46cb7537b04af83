use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActivityKind, ActivityOutcome};
use crate::accounts::{AccountId, ContactId};
use crate::identity::UserId;
use crate::leads::LeadId;
use crate::opportunities::OpportunityId;
use crate::playbook::{Playbook, Stage};
use crate::records::{RecordRef, at_most_one, named};
use crate::shared::{Change, Draft, Email, Key, Text, Violations, WebAddress};

/// An activity to plan, or to log as done.
///
/// Without `done_at` it is a plan and requires `starts_at`. With `done_at` it is a log. A note is always a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "online_meeting", "subject": "Demo cho Trung tâm Anh ngữ Sao Mai", "opportunity_id": "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10", "starts_at": "2027-03-01T02:00:00Z", "ends_at": "2027-03-01T02:45:00Z", "meeting_link": "https://online.emso.vn/sao-mai"}))]
pub struct ActivityDraft {
    /// Type of the activity or its channel.
    pub kind: ActivityKind,
    /// An activity category of the playbook.
    // R-EDU-36, R-EDU-39, R-EDU-57.
    pub category: Option<Key>,
    /// Subject, in a few words.
    pub subject: Text<200>,
    /// Free text, such as the link to a trial.
    // R-EDU-34.
    pub description: Option<Text<5000>>,
    /// The related lead. At most one of lead, account and opportunity may be given.
    pub lead_id: Option<LeadId>,
    /// The related account. If the activity is related to an opportunity, the response contains the account of that
    /// opportunity.
    pub account_id: Option<AccountId>,
    /// The related opportunity.
    // R-SUNO-30.
    pub opportunity_id: Option<OpportunityId>,
    /// The user who does the activity. Default: the caller.
    pub owner_id: Option<UserId>,
    /// Start. Required for a plan: not in the past, at most ten years ahead. For a log, the default is `done_at`.
    // R-ICHK-57.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// End: after the start, at most 31 days later.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Participants.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attendees: Vec<Attendee>,
    /// Place of the meeting.
    pub location: Option<Text<300>>,
    /// Web address of the online meeting.
    // R-EDU-46, R-EDU-49.
    pub meeting_link: Option<WebAddress>,
    /// Remote access to the customer's computer.
    // R-EDU-49.
    pub remote_access: Option<RemoteAccess>,
    /// What must be prepared. Default for a planned meeting: the check list of the stage of its lead or opportunity.
    // R-EDU-48.
    #[schema(max_items = 50)]
    pub check_list: Option<Vec<CheckItem>>,
    /// When it was done, for a log; not in the future. Default for a note: now.
    #[serde(default, deserialize_with = "crate::shared::instant")]
    pub done_at: Option<DateTime<Utc>>,
    /// Outcome, for a log only. Required for a call.
    // R-EDU-23.
    pub outcome: Option<ActivityOutcome>,
    /// Summary of what was discussed and agreed (recap), for a log only.
    pub summary: Option<Text<5000>>,
}

/// A participant of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// Full name.
    pub name: Text<200>,
    /// E-mail address.
    pub email: Option<Email>,
    /// The contact, if the participant is one.
    pub contact_id: Option<ContactId>,
    /// The user, if the participant is one.
    pub user_id: Option<UserId>,
}

/// Remote access to a customer's computer during a demo, for example with TeamViewer or UltraViewer.
// R-EDU-49.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoteAccess {
    /// Name of the program.
    pub tool: Text<50>,
    /// Identifier of the computer in that program.
    pub id: Text<100>,
    /// Password. It is deleted when the activity is completed or cancelled, or one day after its planned end. It is never
    /// stored in the history.
    // R-EDU-50.
    pub password: Option<Text<100>>,
}

impl RemoteAccess {
    /// A copy without the password (R-EDU-50).
    #[must_use]
    pub fn without_password(self) -> Self {
        Self { password: None, ..self }
    }

    /// Removes the passwords from a change before it is stored in the history (R-EDU-50).
    pub fn hide_password_in(change: &mut Change) {
        for member in [&mut change.from, &mut change.to] {
            if let Some(members) = member.as_object_mut() {
                members.remove("password");
            }
        }
    }
}

/// An item of a check list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    /// What must be prepared.
    pub text: Text<300>,
    /// Whether it is prepared.
    #[serde(default)]
    pub is_done: bool,
}

/// Maximum duration of an activity. A calendar query relies on it to find activities that start before its window.
pub const LONGEST: TimeDelta = TimeDelta::days(31);

/// Maximum time ahead for a plan: ten years.
const FURTHEST: TimeDelta = TimeDelta::days(3_653);

/// Maximum length of a list in an activity.
const MOST: usize = 50;

impl ActivityDraft {
    /// All related records in the input. A valid draft has at most one.
    pub fn records(&self) -> impl Iterator<Item = RecordRef> {
        named(self.lead_id, self.account_id, self.opportunity_id)
    }
}

impl Draft for ActivityDraft {
    const FIXED: &'static [&'static str] =
        &["kind", "lead_id", "account_id", "opportunity_id", "owner_id", "starts_at", "ends_at", "done_at", "outcome", "status"];
    const SECRETS: &'static [&'static str] = &["remote_access"];

    fn check(&self, violations: &mut Violations) {
        at_most_one(self.records(), violations);
        self.check_lists(violations);
        check_end(self.starts_at, self.ends_at, violations);
        if self.is_done() { self.check_log(violations) } else { self.check_plan(violations) }
    }

    fn check_against(&self, playbook: &Playbook, now: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.activity_categories, self.category.as_ref(), "/category", violations);
        if self.done_at.is_some_and(|at| at > now) {
            violations.add("/done_at", "in_the_future");
        }
        match self.starts_at {
            Some(at) if self.is_done() && at > now => violations.add("/starts_at", "in_the_future"),
            Some(at) if !self.is_done() => check_plan_time(at, now, violations),
            _ => {}
        }
    }
}

impl ActivityDraft {
    /// Whether this is a log, not a plan.
    pub const fn is_done(&self) -> bool {
        self.done_at.is_some() || matches!(self.kind, ActivityKind::Note)
    }

    /// Whether it contains a remote access password.
    pub fn has_password(&self) -> bool {
        self.remote_access.as_ref().is_some_and(|access| access.password.is_some())
    }

    /// Adds the check list of a stage to a planned meeting without check list (R-EDU-48).
    #[must_use]
    pub fn with_check_list_of(self, stage: Option<&Stage>) -> Self {
        if self.check_list.is_some() || self.is_done() || !self.kind.is_meeting() {
            return self;
        }
        let texts = stage.into_iter().flat_map(|stage| &stage.check_list);
        let items = texts.map(|text| CheckItem { text: text.clone(), is_done: false }).collect();
        Self { check_list: Some(items), ..self }
    }

    fn check_lists(&self, violations: &mut Violations) {
        if self.attendees.len() > MOST {
            violations.add("/attendees", "too_many");
        }
        if self.check_list.as_ref().is_some_and(|list| list.len() > MOST) {
            violations.add("/check_list", "too_many");
        }
    }

    fn check_plan(&self, violations: &mut Violations) {
        if self.starts_at.is_none() && violations.is_valid(&["/kind", "/starts_at", "/done_at"]) {
            violations.add("/starts_at", "required");
        }
        let of_what_is_done = [("/outcome", self.outcome.is_some()), ("/summary", self.summary.is_some())];
        for (pointer, _) in of_what_is_done.into_iter().filter(|(_, is_said)| *is_said) {
            if violations.is_valid(&["/done_at"]) {
                violations.add(pointer, "only_when_done");
            }
        }
    }

    fn check_log(&self, violations: &mut Violations) {
        if self.kind == ActivityKind::Call && self.outcome.is_none() && violations.is_valid(&["/kind", "/outcome"]) {
            violations.add("/outcome", "required");
        }
        let is_turned_round = matches!((self.starts_at, self.done_at), (Some(starts), Some(done)) if starts > done);
        if is_turned_round && violations.is_valid(&["/starts_at", "/done_at"]) {
            violations.add("/done_at", "before_the_start");
        }
        if self.has_password() && violations.is_valid(&["/remote_access", "/done_at", "/kind"]) {
            violations.add("/remote_access/password", "only_while_planned");
        }
    }
}

/// Adds a violation if the time is in the past or more than ten years ahead.
pub(super) fn check_plan_time(starts_at: DateTime<Utc>, now: DateTime<Utc>, violations: &mut Violations) {
    if starts_at < now {
        violations.add("/starts_at", "in_the_past");
    } else if starts_at - now > FURTHEST {
        violations.add("/starts_at", "out_of_range");
    }
}

/// Adds a violation if the end is not after the start, or too late.
pub(super) fn check_end(starts_at: Option<DateTime<Utc>>, ends_at: Option<DateTime<Utc>>, violations: &mut Violations) {
    let (Some(starts), Some(ends)) = (starts_at, ends_at) else {
        return;
    };
    if !violations.is_valid(&["/starts_at", "/ends_at"]) {
        return;
    }
    if ends <= starts {
        violations.add("/ends_at", "before_the_start");
    } else if ends - starts > LONGEST {
        violations.add("/ends_at", "too_late");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::playbook::embedded;
    use crate::shared::read;

    fn now() -> DateTime<Utc> {
        "2026-11-23T02:00:00Z".parse().unwrap()
    }

    fn faults(json: Value) -> Vec<(String, String)> {
        let found = match read::<ActivityDraft>(json) {
            Ok(draft) => {
                let mut violations = Violations::default();
                draft.check_against(&embedded("easyedu").unwrap(), now(), &mut violations);
                violations
            }
            Err(violations) => violations,
        };
        found.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn r_ichk_57_a_plan_has_a_time_that_is_not_past() {
        let plan = |at: Value| faults(json!({"kind": "call", "subject": "Gọi lại", "starts_at": at}));
        assert_eq!(plan(json!("2026-11-23T02:00:00Z")), []);
        assert_eq!(plan(json!("2026-11-23T01:59:59Z")), fault("/starts_at", "in_the_past"));
        assert_eq!(plan(json!(null)), fault("/starts_at", "required"));
        assert_eq!(plan(json!("9999-12-31T23:59:59Z")), fault("/starts_at", "out_of_range"));
    }

    #[test]
    fn a_meeting_ends_after_it_begins_and_not_a_month_later() {
        let meeting =
            |end: &str| faults(json!({"kind": "meeting", "subject": "Gặp", "starts_at": "2026-12-01T02:00:00Z", "ends_at": end}));
        assert_eq!(meeting("2026-12-01T02:45:00Z"), []);
        assert_eq!(meeting("2026-12-01T02:00:00Z"), fault("/ends_at", "before_the_start"));
        assert_eq!(meeting("2027-01-01T02:00:01Z"), fault("/ends_at", "too_late"));
    }

    #[test]
    fn r_edu_23_a_call_that_was_made_says_what_came_of_it() {
        let call = json!({"kind": "call", "subject": "Gọi", "done_at": "2026-11-23T01:00:00Z"});
        assert_eq!(faults(call), fault("/outcome", "required"));
        let later = json!({"kind": "call", "subject": "Gọi", "done_at": "2026-11-23T03:00:00Z", "outcome": "no_answer"});
        assert_eq!(faults(later), fault("/done_at", "in_the_future"));
        let planned = json!({"kind": "call", "subject": "Gọi", "starts_at": "2026-11-24T01:00:00Z", "outcome": "failed"});
        assert_eq!(faults(planned), fault("/outcome", "only_when_done"));
    }

    #[test]
    fn r_ichk_56_a_note_needs_no_plan_and_cannot_be_one() {
        assert_eq!(faults(json!({"kind": "note", "subject": "Đã gửi hồ sơ"})), []);
        let planned = json!({"kind": "note", "subject": "x", "starts_at": "2026-11-24T01:00:00Z"});
        assert_eq!(faults(planned), fault("/starts_at", "in_the_future"));
    }

    #[test]
    fn an_activity_is_about_one_record_at_most_and_never_recurs() {
        let id = "019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10";
        let both = json!({"kind": "note", "subject": "x", "lead_id": id, "opportunity_id": id});
        assert_eq!(faults(both), fault("/opportunity_id", "only_one_record"));
        let weekly = json!({"kind": "note", "subject": "x", "recurrence": {"every": "week"}});
        assert_eq!(faults(weekly), fault("/recurrence", "unknown_member"));
    }

    #[test]
    fn r_edu_50_what_is_done_takes_no_password() {
        let access = json!({"tool": "TeamViewer", "id": "123 456 789", "password": "x7k2"});
        let done = json!({"kind": "meeting", "subject": "Demo", "done_at": "2026-11-23T01:00:00Z", "remote_access": access});
        assert_eq!(faults(done), fault("/remote_access/password", "only_while_planned"));
    }
}
