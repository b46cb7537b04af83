use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::evidence::{EvidenceId, Ledger, LedgerEntryKind};
use super::{Classification, EvidenceStatus, LoseOpportunity, OpportunityStatus};
use crate::playbook::{CardStatus, Playbook, StageRef};
use crate::shared::{Code, DomainError, Key, Text};
use crate::timers::{Due, State, TimerKind};

/// The state of an opportunity: the fields that actions change, not patches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpportunityState {
    /// The status.
    pub status: OpportunityStatus,
    /// The stage of the playbook.
    pub stage: Key,
    /// Since when it is in this stage.
    pub stage_entered_at: DateTime<Utc>,
    /// Whether there is proof that it is worked.
    pub evidence_status: EvidenceStatus,
    /// Since when it is open (created or reopened). Only evidence from then on counts.
    pub open_since: DateTime<Utc>,
    /// Time of the newest entry in its evidence ledger; initially its creation.
    pub evidence_changed_at: DateTime<Utc>,
    /// The newest proof since it is open.
    pub newest_proof: Option<EvidenceId>,
    /// The lost reason of the playbook.
    pub lost_reason: Option<Key>,
    /// The customer's feedback when it was lost.
    pub customer_feedback: Option<Text<2000>>,
    /// When to contact the customer again.
    pub next_approach_on: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// When the last demo took place.
    pub demonstrated_at: Option<DateTime<Utc>>,
    /// Until when it should be closed after the demo (R-EDU-62, A-34).
    pub closing_due_at: Option<DateTime<Utc>>,
}

impl OpportunityState {
    /// The initial state: open, in the given stage or the first open one.
    ///
    /// # Errors
    /// [`Code::NotFound`] if the playbook has no open stage. Its own rules do not allow that.
    pub fn new(
        stage: Option<&Key>,
        classification: Classification,
        now: DateTime<Utc>,
        playbook: &Playbook,
    ) -> Result<Self, DomainError> {
        let stage = match stage {
            Some(stage) => stage.clone(),
            None => entry_stage(playbook, None, CardStatus::Open)?,
        };
        Ok(Self {
            status: OpportunityStatus::Open,
            stage,
            stage_entered_at: now,
            evidence_status: EvidenceStatus::new(classification, &playbook.policies),
            open_since: now,
            evidence_changed_at: now,
            newest_proof: None,
            lost_reason: None,
            customer_feedback: None,
            next_approach_on: None,
            closed_at: None,
            demonstrated_at: None,
            closing_due_at: None,
        })
    }

    /// A demo took place: the time to close starts (R-EDU-62, A-34). `None` if the opportunity is closed or had a later demo.
    pub fn demo_given(&self, at: DateTime<Utc>, playbook: &Playbook) -> Option<Self> {
        if self.status != OpportunityStatus::Open || self.demonstrated_at.is_some_and(|before| before >= at) {
            return None;
        }
        let closing_due_at = playbook.cadence.closing_time.as_ref().map(|rule| at + TimeDelta::days(rule.days.into()));
        Some(Self { demonstrated_at: Some(at), closing_due_at, ..self.clone() })
    }

    /// The time to close is over: it moves to the stage of the playbook's rule (R-EDU-05, R-EDU-63, A-29). `None` if it was
    /// closed in time.
    pub fn past_closing_time(&self, now: DateTime<Utc>, playbook: &Playbook) -> Option<Self> {
        let is_over = self.status == OpportunityStatus::Open && self.closing_due_at.is_some_and(|due| due <= now);
        let rule = playbook.cadence.closing_time.as_ref().filter(|_| is_over)?;
        let on_time = Self { closing_due_at: None, ..self.clone() };
        let to = playbook.stage(rule.stage.as_str()).filter(|at| !at.stage.is_retired);
        Some(to.and_then(|at| on_time.moved(at, now).ok()).unwrap_or(on_time))
    }

    /// Closes it as won.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn won(&self, now: DateTime<Utc>, playbook: &Playbook) -> Result<Self, DomainError> {
        self.status.may_close()?;
        let stage = entry_stage(playbook, Some(&self.stage), CardStatus::Won)?;
        let closed = Self { closing_due_at: None, closed_at: Some(now), ..self.clone() };
        Ok(Self { status: OpportunityStatus::Won, stage, stage_entered_at: now, ..closed })
    }

    /// Closes it as lost (R-SUNO-32…34).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn lost(&self, order: &LoseOpportunity, now: DateTime<Utc>, playbook: &Playbook) -> Result<Self, DomainError> {
        self.status.may_close()?;
        Ok(Self {
            status: OpportunityStatus::Lost,
            stage: entry_stage(playbook, Some(&self.stage), CardStatus::Lost)?,
            stage_entered_at: now,
            lost_reason: Some(order.reason.clone()),
            customer_feedback: order.customer_feedback.clone(),
            next_approach_on: order.next_approach_on,
            closed_at: Some(now),
            closing_due_at: None,
            ..self.clone()
        })
    }

    /// Reopens it in the first open stage of its pipeline. Earlier evidence no longer counts (requirements section 11).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is open.
    pub fn reopened(&self, classification: Classification, now: DateTime<Utc>, playbook: &Playbook) -> Result<Self, DomainError> {
        self.status.may_reopen()?;
        let stage = entry_stage(playbook, Some(&self.stage), CardStatus::Open)?;
        let anew = Self::new(Some(&stage), classification, now, playbook)?;
        let since = self.after_the_last_entry(now);
        Ok(Self { open_since: since, evidence_changed_at: since, demonstrated_at: self.demonstrated_at, ..anew })
    }

    /// A proof was given that it is worked (R-ICHK-85).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed.
    pub fn proved(&self, proof: EvidenceId, ledger: &Ledger, now: DateTime<Utc>) -> Result<Self, DomainError> {
        self.status.may_take_evidence()?;
        Ok(Self { newest_proof: Some(proof), ..self.entered(LedgerEntryKind::Proof, ledger, now) })
    }

    /// Customer care rejected its evidence: a new proof is required (R-ICHK-87, R-ICHK-88).
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed or has no evidence to reject.
    pub fn warned(&self, ledger: &Ledger, now: DateTime<Utc>) -> Result<Self, DomainError> {
        self.status.may_take_evidence()?;
        self.evidence_status.require(&[EvidenceStatus::Provided])?;
        Ok(self.entered(LedgerEntryKind::Warning, ledger, now))
    }

    /// Customer care accepted its evidence, or withdrew a warning.
    ///
    /// # Errors
    /// [`Code::WrongStatus`] if it is closed or has no evidence to accept.
    pub fn accepted(&self, ledger: &Ledger, now: DateTime<Utc>) -> Result<Self, DomainError> {
        self.status.may_take_evidence()?;
        self.evidence_status.require(&[EvidenceStatus::Provided, EvidenceStatus::Warned])?;
        Ok(self.entered(LedgerEntryKind::Acceptance, ledger, now))
    }

    fn entered(&self, word: LedgerEntryKind, ledger: &Ledger, now: DateTime<Utc>) -> Self {
        let at = self.after_the_last_entry(now);
        let evidence_status = ledger.with(word, at).status_at(at);
        Self { evidence_status, evidence_changed_at: at, ..self.clone() }
    }

    /// The time of a new ledger entry. It is always after the last entry, even if the clocks of several processes differ.
    fn after_the_last_entry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.max(self.evidence_changed_at + TimeDelta::microseconds(1))
    }

    /// Moves it to another open stage.
    ///
    /// # Errors
    /// [`Code::StageNeedsAction`] for a stage of another status.
    pub fn moved(&self, to: StageRef<'_>, now: DateTime<Utc>) -> Result<Self, DomainError> {
        if to.stage.status != self.status.card() {
            let refusal = DomainError::from(Code::StageNeedsAction).fact("current_status", self.status);
            return Err(refusal.fact("stage_status", to.stage.status));
        }
        if to.stage.key == self.stage {
            return Ok(self.clone());
        }
        Ok(Self { stage: to.stage.key.clone(), stage_entered_at: now, ..self.clone() })
    }
}

impl State for OpportunityState {
    fn timers(&self) -> Vec<Due> {
        self.closing_due_at.map(|at| (TimerKind::ClosingTime, at)).into_iter().collect()
    }

    fn stage(&self) -> Option<&Key> {
        Some(&self.stage)
    }

    fn facts(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![("status", json!(self.status)), ("stage", json!(self.stage))]
    }
}

/// The first stage with this status: in the current pipeline if it has one, otherwise in any.
fn entry_stage(playbook: &Playbook, standing_in: Option<&Key>, status: CardStatus) -> Result<Key, DomainError> {
    let here = standing_in.and_then(|stage| playbook.stage(stage.as_str())).map(|at| at.pipeline);
    let in_this_pipeline =
        here.and_then(|pipeline| pipeline.stages.iter().find(|stage| stage.status == status && !stage.is_retired));
    let found = in_this_pipeline.or_else(|| playbook.entry_stage(status).map(|at| at.stage));
    found.map(|stage| stage.key.clone()).ok_or_else(|| Code::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opportunities::losing_releases_account;
    use crate::playbook::embedded;

    fn now() -> DateTime<Utc> {
        "2026-11-21T02:00:00Z".parse().unwrap()
    }

    fn lose() -> LoseOpportunity {
        LoseOpportunity { reason: Key::parse("price").unwrap(), customer_feedback: None, next_approach_on: None }
    }

    #[test]
    fn r_ichk_64_the_three_states_are_exclusive_and_closing_happens_once() {
        let icheck = embedded("icheck").unwrap();
        let open = OpportunityState::new(None, Classification::Primary, now(), &icheck).unwrap();
        let won = open.won(now(), &icheck).unwrap();
        assert_eq!(won.status, OpportunityStatus::Won);
        assert_eq!(won.lost(&lose(), now(), &icheck).unwrap_err().code, Code::WrongStatus);
        assert_eq!(open.reopened(Classification::Primary, now(), &icheck).unwrap_err().code, Code::WrongStatus);
    }

    #[test]
    fn r_ichk_82_a_primary_opportunity_begins_without_evidence_and_a_secondary_one_needs_none() {
        let icheck = embedded("icheck").unwrap();
        let begins =
            |classification, playbook| OpportunityState::new(None, classification, now(), playbook).unwrap().evidence_status;
        assert_eq!(begins(Classification::Primary, &icheck), EvidenceStatus::Missing);
        assert_eq!(begins(Classification::Secondary, &icheck), EvidenceStatus::NotRequired);
        assert_eq!(begins(Classification::Primary, &embedded("suno").unwrap()), EvidenceStatus::NotRequired);
    }

    #[test]
    fn r_edu_05_r_edu_62_seven_days_after_the_demo_an_open_opportunity_is_cared_for() {
        let easyedu = embedded("easyedu").unwrap();
        let open = OpportunityState::new(None, Classification::Primary, now(), &easyedu).unwrap();
        let (seven_days, second) = (TimeDelta::days(7), TimeDelta::seconds(1));
        let shown = open.demo_given(now(), &easyedu).unwrap();
        assert_eq!(shown.closing_due_at, Some(now() + seven_days));
        assert_eq!(shown.demo_given(now() - second, &easyedu), None, "a demo that was written down later, but was earlier");
        assert_eq!(shown.past_closing_time(now() + seven_days - second, &easyedu), None);
        let cared_for = shown.past_closing_time(now() + seven_days, &easyedu).unwrap();
        assert_eq!((cared_for.stage.as_str(), cared_for.closing_due_at), ("being_cared_for", None));
        assert_eq!(cared_for.past_closing_time(now() + seven_days, &easyedu), None, "once");
        let won = shown.won(now(), &easyedu).unwrap();
        assert_eq!(won.past_closing_time(now() + seven_days, &easyedu), None);
        assert_eq!(won.demo_given(now() + second, &easyedu), None);
    }

    #[test]
    fn a_reopened_opportunity_forgets_why_it_was_lost() {
        let icheck = embedded("icheck").unwrap();
        let open = OpportunityState::new(None, Classification::Primary, now(), &icheck).unwrap();
        let again = open.lost(&lose(), now(), &icheck).unwrap().reopened(Classification::Primary, now(), &icheck).unwrap();
        assert_eq!((again.status, again.lost_reason, again.closed_at), (OpportunityStatus::Open, None, None));
    }

    #[test]
    fn r_ichk_79_only_losing_the_last_primary_one_frees_the_account() {
        let policies = embedded("icheck").unwrap().policies;
        assert!(losing_releases_account(&policies, Classification::Primary, 0));
        assert!(!losing_releases_account(&policies, Classification::Primary, 1));
        assert!(!losing_releases_account(&policies, Classification::Secondary, 0));
        assert!(!losing_releases_account(&embedded("suno").unwrap().policies, Classification::Primary, 0));
    }
}
