use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{JunkLead, LeadAction, LeadStatus, RecycleLead, ReturnLead, VerificationResult, VerifyLead};
use crate::activities::ActivityId;
use crate::identity::UserId;
use crate::playbook::{Playbook, StageRef};
use crate::shared::{Code, DomainError, Key, Text};
use crate::timers::{Due, State, TimerKind};

/// The state of a lead: the fields that actions change, not patches.
///
/// Each action is a method that returns the new state, or the reason for refusing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadState {
    /// The status.
    pub status: LeadStatus,
    /// The stage of the playbook, if it has one for the status.
    pub stage: Option<Key>,
    /// The owner, a salesperson.
    pub owner_id: Option<UserId>,
    /// When the owner received it.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Result of the verification.
    pub verification: Option<VerificationResult>,
    /// The junk reason of the playbook.
    pub close_reason: Option<Key>,
    /// The note given when it was closed, returned or parked.
    pub close_note: Option<Text<2000>>,
    /// When to contact it again.
    pub follow_up_at: Option<DateTime<Utc>>,
    /// Whether that time has come.
    pub is_follow_up_due: bool,
    /// When it is taken from its owner, unless contact is made before (R-EDU-21).
    pub recall_at: Option<DateTime<Utc>>,
}

impl LeadState {
    /// The initial state: assigned with an owner, new without.
    pub fn new(owner: Option<UserId>, now: DateTime<Utc>, playbook: &Playbook) -> Self {
        let status = if owner.is_some() { LeadStatus::Assigned } else { LeadStatus::New };
        Self {
            status,
            stage: entry_stage(status, playbook),
            owner_id: owner,
            assigned_at: owner.map(|_| now),
            verification: None,
            close_reason: None,
            close_note: None,
            follow_up_at: None,
            is_follow_up_due: false,
            recall_at: owner.and_then(|_| recall_after(now, playbook)),
        }
    }

    /// A manager assigns the lead to a salesperson (R-XCRM-11). A returned lead can be assigned again.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn assigned_to(&self, owner: UserId, now: DateTime<Utc>, playbook: &Playbook) -> Result<Self, DomainError> {
        Ok(self.after(LeadAction::Assign, playbook)?.with(owner, now, playbook))
    }

    /// A salesperson claims the lead from the pool.
    ///
    /// # Errors
    /// [`Code::NotInPool`] if it has an owner; [`Code::WrongStatus`] if it is closed.
    pub fn claimed_by(&self, user: UserId, now: DateTime<Utc>, playbook: &Playbook) -> Result<Self, DomainError> {
        if self.owner_id.is_some() {
            return Err(Code::NotInPool.into());
        }
        Ok(self.after(LeadAction::Claim, playbook)?.with(user, now, playbook))
    }

    /// Sets the owner and starts the time to make contact (R-EDU-22). A lead that is already being worked has no such limit.
    fn with(self, owner: UserId, now: DateTime<Utc>, playbook: &Playbook) -> Self {
        let waits = self.status == LeadStatus::Assigned;
        let recall_at = waits.then(|| recall_after(now, playbook)).flatten();
        Self { owner_id: Some(owner), assigned_at: Some(now), recall_at, ..self }
    }

    /// Whether nobody made contact in time.
    pub fn is_recall_due(&self, now: DateTime<Utc>) -> bool {
        self.status == LeadStatus::Assigned && self.recall_at.is_some_and(|at| at <= now)
    }

    /// Takes the lead from its owner. Another owner gets it with a new time to make contact (R-EDU-21, R-EDU-22); without
    /// another owner it goes back to the pool. `None` if contact was made in time.
    pub fn recalled(&self, to: Option<UserId>, now: DateTime<Utc>, playbook: &Playbook) -> Option<Self> {
        if !self.is_recall_due(now) {
            return None;
        }
        let Some(owner) = to else {
            let (status, stage) = (LeadStatus::New, entry_stage(LeadStatus::New, playbook));
            return Some(Self { status, stage, owner_id: None, assigned_at: None, recall_at: None, ..self.clone() });
        };
        Some(self.clone().with(owner, now, playbook))
    }

    /// A call reached nobody. The lead is being contacted and moves to the playbook's stage for calling back (R-EDU-03,
    /// R-EDU-41). `None` if the playbook has no such stage or the lead is not being contacted.
    pub fn contact_failed(&self, playbook: &Playbook) -> Option<Self> {
        let stage = playbook.cadence.call_back.as_ref()?.stage.as_ref()?;
        let at = playbook.stage(stage.as_str()).filter(|at| !at.stage.is_retired)?;
        self.contacted(playbook).ok()?.moved(at).ok()
    }

    /// Contact was made or attempted (R-EDU-20).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if nobody works it.
    pub fn contacted(&self, playbook: &Playbook) -> Result<Self, DomainError> {
        self.after(LeadAction::MarkContacted, playbook)
    }

    /// The information was found real or not real (R-SUNO-15, R-SUNO-17).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if nobody works it.
    pub fn verified(&self, order: &VerifyLead, playbook: &Playbook) -> Result<Self, DomainError> {
        let verification = Some(order.result);
        match (order.result, &order.reason) {
            (VerificationResult::NotReal, Some(reason)) => {
                // Only a lead that somebody works can be verified.
                self.status.after(LeadAction::Qualify)?;
                let junk = JunkLead { reason: reason.clone(), note: order.note.clone() };
                Ok(Self { verification, ..self.junked(&junk, playbook)? })
            }
            _ => Ok(Self { verification, ..self.after(LeadAction::Qualify, playbook)? }),
        }
    }

    /// Closes the lead as not real (R-SUNO-17).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is already closed.
    pub fn junked(&self, order: &JunkLead, playbook: &Playbook) -> Result<Self, DomainError> {
        let next = self.after(LeadAction::Junk, playbook)?;
        Ok(Self { close_reason: Some(order.reason.clone()), close_note: order.note.clone(), ..next })
    }

    /// Returns the lead: it loses its owner and waits for assignment (R-EDU-18, R-EDU-19).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if nobody works it.
    pub fn returned(&self, order: &ReturnLead, playbook: &Playbook) -> Result<Self, DomainError> {
        let next = self.after(LeadAction::Return, playbook)?;
        let note = Text::from_stored(order.reason.as_str().to_owned());
        Ok(Self { owner_id: None, assigned_at: None, close_note: Some(note), ..next })
    }

    /// Parks the lead until a date (R-SUNO-21).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn recycled(&self, order: &RecycleLead, playbook: &Playbook) -> Result<Self, DomainError> {
        let next = self.after(LeadAction::Recycle, playbook)?;
        let note = order.reason.as_ref().map(|reason| Text::from_stored(reason.as_str().to_owned()));
        Ok(Self { follow_up_at: order.follow_up_at, is_follow_up_due: false, close_note: note, ..next })
    }

    /// The follow-up date has come: the lead enters its owner's due list (R-SUNO-22). `None` if it is no longer parked.
    pub fn mark_due(&self) -> Option<Self> {
        (self.status == LeadStatus::Recycled).then(|| Self { is_follow_up_due: true, ..self.clone() })
    }

    /// The follow-up date that is still to come.
    pub fn next_follow_up_at(&self) -> Option<DateTime<Utc>> {
        self.follow_up_at.filter(|_| !self.is_follow_up_due)
    }

    /// Resumes a parked or junk lead. Without an owner it becomes new.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] for any other status.
    pub fn resumed(&self, playbook: &Playbook) -> Result<Self, DomainError> {
        let next = self.after(LeadAction::Resume, playbook)?;
        if self.owner_id.is_some() {
            return Ok(next);
        }
        Ok(Self { status: LeadStatus::New, stage: entry_stage(LeadStatus::New, playbook), ..next })
    }

    /// Moves the lead to another stage of the same status.
    ///
    /// # Errors
    /// [`Code::StageNeedsAction`] with the status of that stage, if it is another one.
    pub fn moved(&self, to: StageRef<'_>) -> Result<Self, DomainError> {
        if to.stage.status != self.status.card() {
            let refusal = DomainError::from(Code::StageNeedsAction).fact("current_status", self.status);
            return Err(refusal.fact("stage_status", to.stage.status));
        }
        Ok(Self { stage: Some(to.stage.key.clone()), ..self.clone() })
    }

    /// Converts the lead to a customer.
    ///
    /// # Errors
    /// [`Code::WrongStatus`]; [`Code::LeadAlreadyConverted`]; [`Code::LeadNotVerified`] if the playbook requires verification
    /// (R-SUNO-16).
    pub fn converted(&self, playbook: &Playbook) -> Result<Self, DomainError> {
        let next = self.after(LeadAction::Convert, playbook)?;
        if playbook.policies.conversion_needs_verified_lead && self.verification != Some(VerificationResult::Real) {
            return Err(DomainError::from(Code::LeadNotVerified).fact("current_status", self.status));
        }
        Ok(next)
    }

    /// The state before a call that counted as failed, from the facts of its event. `None` if another call or action has
    /// changed the lead since.
    pub fn before_missed_call(&self, facts: &serde_json::Value, call: ActivityId) -> Option<Self> {
        let is_of_call = facts.get("activity_id")? == &json!(call);
        let is_unchanged = facts.get("status")? == &json!(self.status) && facts.get("stage")? == &json!(self.stage);
        let before = |name: &str| facts.get(name).cloned().unwrap_or_default();
        let status = serde_json::from_value(before("status_before")).ok()?;
        let stage = serde_json::from_value(before("stage_before")).ok()?;
        let recall_at = serde_json::from_value(before("recall_at_before")).ok()?;
        (is_of_call && is_unchanged).then(|| Self { status, stage, recall_at, ..self.clone() })
    }

    /// The state after `action`, in the entry stage of the new status. Fields of a closed or parked lead are cleared.
    fn after(&self, action: LeadAction, playbook: &Playbook) -> Result<Self, DomainError> {
        let status = self.status.after(action)?;
        if status == self.status {
            return Ok(self.clone());
        }
        Ok(Self {
            status,
            stage: entry_stage(status, playbook),
            close_reason: None,
            close_note: None,
            follow_up_at: None,
            is_follow_up_due: false,
            recall_at: None,
            ..self.clone()
        })
    }
}

impl State for LeadState {
    fn timers(&self) -> Vec<Due> {
        let follow_up = self.next_follow_up_at().map(|at| (TimerKind::LeadFollowUp, at));
        let recall = self.recall_at.map(|at| (TimerKind::LeadRecall, at));
        follow_up.into_iter().chain(recall).collect()
    }

    fn stage(&self) -> Option<&Key> {
        self.stage.as_ref()
    }

    fn facts(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            ("status", json!(self.status)),
            ("stage", json!(self.stage)),
            ("owner_id", json!(self.owner_id)),
            ("recall_at", json!(self.recall_at)),
        ]
    }
}

/// When a lead that is assigned now is recalled, if the playbook does so.
fn recall_after(now: DateTime<Utc>, playbook: &Playbook) -> Option<DateTime<Utc>> {
    playbook.cadence.lead_recall.as_ref().map(|rule| playbook.minutes_after(now, rule.minutes))
}

fn entry_stage(status: LeadStatus, playbook: &Playbook) -> Option<Key> {
    playbook.entry_stage(status.card()).map(|at| at.stage.key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::embedded;
    use crate::shared::Id;

    fn now() -> DateTime<Utc> {
        "2026-11-21T02:00:00Z".parse().unwrap()
    }

    fn lead(playbook: &Playbook) -> LeadState {
        LeadState::new(Some(Id::new(uuid::Uuid::nil())), now(), playbook)
    }

    #[test]
    fn r_suno_16_only_verified_leads_are_converted_where_the_playbook_wants_it() {
        let suno = embedded("suno").unwrap();
        let contacted = lead(&suno).contacted(&suno).unwrap();
        assert_eq!(contacted.converted(&suno).unwrap_err().code, Code::LeadNotVerified);
        let real = VerifyLead { result: VerificationResult::Real, reason: None, note: None };
        assert!(contacted.verified(&real, &suno).unwrap().converted(&suno).is_ok());
        let xcrm = embedded("xcrm").unwrap();
        assert!(lead(&xcrm).converted(&xcrm).is_ok());
    }

    #[test]
    fn r_edu_19_handing_back_takes_the_salesperson_off_and_moves_the_card_in_one_step() {
        let easyedu = embedded("easyedu").unwrap();
        let order = ReturnLead { reason: Text::parse("Số sai").unwrap() };
        let back = lead(&easyedu).returned(&order, &easyedu).unwrap();
        assert_eq!((back.status, back.owner_id), (LeadStatus::Returned, None));
        assert_eq!(back.stage.unwrap().as_str(), "returned");
    }

    #[test]
    fn a_stage_of_the_same_status_is_entered_freely_and_another_only_by_its_verb() {
        let easyedu = embedded("easyedu").unwrap();
        let contacted = lead(&easyedu).contacted(&easyedu).unwrap();
        assert_eq!(contacted.stage.as_ref().unwrap().as_str(), "contacted");
        let again = contacted.moved(easyedu.stage("call_again").unwrap()).unwrap();
        assert_eq!(again.stage.unwrap().as_str(), "call_again");
        let refused = contacted.moved(easyedu.stage("demo_granted").unwrap()).unwrap_err();
        assert_eq!(refused.code, Code::StageNeedsAction);
    }

    #[test]
    fn r_suno_22_a_parked_lead_falls_due_and_can_be_worked_again() {
        let suno = embedded("suno").unwrap();
        let order = RecycleLead { follow_up_at: Some(now()), reason: None };
        let due = lead(&suno).recycled(&order, &suno).unwrap().mark_due().unwrap();
        assert!(due.is_follow_up_due);
        let resumed = due.resumed(&suno).unwrap();
        assert_eq!((resumed.status, resumed.is_follow_up_due, resumed.follow_up_at), (LeadStatus::Contacting, false, None));
        assert_eq!(resumed.mark_due(), None);
    }

    #[test]
    fn r_suno_22_a_lead_that_is_due_and_parked_again_waits_for_its_new_day() {
        let suno = embedded("suno").unwrap();
        let order = |follow_up_at| RecycleLead { follow_up_at: Some(follow_up_at), reason: None };
        let due = lead(&suno).recycled(&order(now()), &suno).unwrap().mark_due().unwrap();
        let later = now() + chrono::TimeDelta::days(30);
        let parked = due.recycled(&order(later), &suno).unwrap();
        assert_eq!((parked.is_follow_up_due, parked.follow_up_at), (false, Some(later)));
    }

    #[test]
    fn junk_without_an_owner_is_new_again_when_it_is_taken_up() {
        let suno = embedded("suno").unwrap();
        let order = JunkLead { reason: Key::parse("other").unwrap(), note: None };
        let resumed = LeadState::new(None, now(), &suno).junked(&order, &suno).unwrap().resumed(&suno).unwrap();
        assert_eq!(resumed.status, LeadStatus::New);
    }

    #[test]
    fn r_edu_21_r_edu_22_the_time_to_make_contact_begins_anew_with_each_salesperson_and_ends_with_contact() {
        let easyedu = embedded("easyedu").unwrap();
        let (an_hour, other) = (chrono::TimeDelta::hours(1), Some(Id::new(uuid::Uuid::max())));
        let given = lead(&easyedu);
        assert_eq!(given.recall_at, Some(now() + an_hour));
        assert_eq!(given.recalled(other, now() + an_hour - chrono::TimeDelta::seconds(1), &easyedu), None);
        let again = given.recalled(other, now() + an_hour, &easyedu).unwrap();
        assert_eq!(
            (again.owner_id, again.status, again.recall_at),
            (other, LeadStatus::Assigned, Some(now() + an_hour + an_hour))
        );
        assert_eq!(given.contacted(&easyedu).unwrap().recall_at, None);
        let pooled = given.recalled(None, now() + an_hour, &easyedu).unwrap();
        assert_eq!((pooled.owner_id, pooled.status, pooled.recall_at), (None, LeadStatus::New, None));
        let worked = given.contacted(&easyedu).unwrap().assigned_to(Id::new(uuid::Uuid::max()), now(), &easyedu).unwrap();
        assert_eq!(worked.recall_at, None, "what is worked is given on with its work");
        assert_eq!(lead(&embedded("suno").unwrap()).recall_at, None);
    }

    #[test]
    fn r_edu_03_r_edu_41_who_was_not_reached_is_to_be_called_again() {
        let easyedu = embedded("easyedu").unwrap();
        let stage = |state: LeadState| state.stage.map(|key| key.as_str().to_owned());
        assert_eq!(stage(lead(&easyedu).contact_failed(&easyedu).unwrap()).as_deref(), Some("call_again"));
        let real = VerifyLead { result: VerificationResult::Real, reason: None, note: None };
        assert_eq!(lead(&easyedu).verified(&real, &easyedu).unwrap().contact_failed(&easyedu), None, "a demo was granted");
        let suno = embedded("suno").unwrap();
        assert_eq!(lead(&suno).contact_failed(&suno), None);
    }
}
