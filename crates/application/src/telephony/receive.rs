use chot_domain::activities::{ActivityDraft, ActivityId, ActivityState};
use chot_domain::history::EventKind;
use chot_domain::identity::Permission;
use chot_domain::opportunities::evidence::{EvidenceDraft, EvidenceKind};
use chot_domain::telephony::{Call, CallAbout, CallDraft, CallId, CallReport, STRINGEE, StringeeEvent, StringeeSettings};
use chot_persistence::activities::{self, CallResult};
use chot_persistence::events::append;
use chot_persistence::telephony::{self, KnownCall};
use chot_persistence::{RelatedRecords, Tx, identity, lock_unscoped};
use chrono::{DateTime, TimeDelta, Utc};

use super::lookup;
use crate::activities::{ActivityChange, create_unchecked};
use crate::opportunities::evidence::submit_automatically;
use crate::reactions::{self, Fact};
use crate::{Result, checks};

/// Sets the secret with which Stringee signs its events. The permission to log calls is enough, because it allows the same
/// reports without a signature.
///
/// # Errors
/// `forbidden`.
pub async fn set_stringee_secret(tx: &Tx, settings: &StringeeSettings) -> Result<()> {
    tx.require(Permission::CallsLog)?;
    checks::validate(tx, settings).into_result(())?;
    Ok(telephony::set_secret(tx, STRINGEE, settings.signing_secret.as_str()).await?)
}

/// Stores an event of Stringee whose signature is valid. `received_at` is the machine's time: a much older event is a replay.
///
/// # Errors
/// A time that is not possible.
pub async fn receive_stringee_event(tx: &Tx, event: &StringeeEvent, received_at: DateTime<Utc>) -> Result<CallId> {
    let mut violations = checks::validate(tx, event);
    event.check_age(received_at, &mut violations);
    violations.into_result(())?;
    // Whole seconds: the difference of two readings of one clock is not a move of the sandbox.
    let by = TimeDelta::seconds((tx.now - received_at).num_seconds());
    apply_report(tx, &event.report(), by).await
}

/// Stores a report of another exchange.
///
/// # Errors
/// `forbidden`; violations of the draft, such as a record or a user that does not exist.
pub async fn log_call(tx: &Tx, draft: &CallDraft) -> Result<CallId> {
    tx.require(Permission::CallsLog)?;
    let mut violations = checks::validate(tx, draft);
    let report = draft.report();
    if let Some(about) = report.about
        && violations.can_check(pointer(about))
        && lookup::named(tx, about).await?.is_none()
    {
        violations.add(pointer(about), "not_found");
    }
    if let Some(user) = draft.user_id
        && violations.can_check("/user_id")
        && identity::role_of(tx, user).await?.is_none()
    {
        violations.add("/user_id", "not_found");
    }
    violations.into_result(())?;
    apply_report(tx, &report, TimeDelta::zero()).await
}

const fn pointer(about: CallAbout) -> &'static str {
    match about {
        CallAbout::Record(record) => record.pointer(),
        CallAbout::Any(_) => "",
    }
}

/// Stores a report of a call, in any order and any number of times. A call that has ended is stored as an activity; later reports
/// update the activity. `clock_ahead` is how far the organisation's clock is ahead of the exchange's clock. Its value at the
/// first report applies to the whole call.
pub async fn apply_report(tx: &Tx, report: &CallReport, clock_ahead: TimeDelta) -> Result<CallId> {
    let before = telephony::lock(tx, &report.provider, &report.call_id).await?;
    let event = before.is_none().then_some((&report.provider, &report.call_id));
    let mut known = before.unwrap_or_else(|| new_call(tx, clock_ahead));
    known.call = known.call.merge(report, known.clock_ahead);
    link_to_record(tx, &mut known, report).await?;
    if let Some(draft) = known.call.activity(tx.playbook.policies.successful_call_seconds) {
        match known.activity {
            Some(activity) => update_activity(tx, activity, &draft, &known.call).await?,
            None => known.activity = log_as_activity(tx, &draft, &known).await?,
        }
    }
    telephony::save(tx, &known, event).await?;
    if let Some(activity) = known.activity {
        prove(tx, activity).await?;
    }
    Ok(known.id)
}

/// A successful call about an opportunity becomes evidence at its first report (A-22, R-ICHK-75, R-ICHK-85).
async fn prove(tx: &Tx, activity: ActivityId) -> Result<()> {
    let proof = activities::activity_evidence(tx, activity).await?.filter(|proof| proof.is_successful_call());
    let Some(opportunity) = proof.and_then(|proof| proof.opportunity) else {
        return Ok(());
    };
    let draft = EvidenceDraft { activity_id: Some(activity), ..EvidenceDraft::of(EvidenceKind::Call) };
    submit_automatically(tx, opportunity, &draft).await
}

fn new_call(tx: &Tx, clock_ahead: TimeDelta) -> KnownCall {
    KnownCall {
        id: tx.new_id(),
        clock_ahead,
        call: Call::default(),
        about: RelatedRecords::default(),
        user: None,
        activity: None,
    }
}

/// Keeps the first record and the first user that are named.
async fn link_to_record(tx: &Tx, known: &mut KnownCall, report: &CallReport) -> Result<()> {
    // A stored activity keeps its record.
    let is_tied = known.about.named().is_some() || known.activity.is_some();
    if let Some(about) = report.about.filter(|_| !is_tied)
        && let Some(found) = lookup::named(tx, about).await?
    {
        known.about = found.related;
    }
    if let Some(agent) = report.agent.as_deref().filter(|_| known.user.is_none()) {
        known.user = identity::user_named(tx, agent).await?;
    }
    Ok(())
}

/// Stores an ended call as an activity of the user on the line, otherwise of the owner of the record. A call without a user and a
/// record is not stored as an activity.
async fn log_as_activity(tx: &Tx, draft: &ActivityDraft, known: &KnownCall) -> Result<Option<ActivityId>> {
    let named = match known.about.named() {
        Some(record) => lookup::known(tx, record).await?,
        None => None,
    };
    let found = match (named, known.call.customer()) {
        (None, Some(number)) => lookup::by_number(tx, &number).await?,
        (found, _) => found,
    };
    let (about, owner) = found.map_or_else(|| (RelatedRecords::default(), None), |found| (found.related, found.owner));
    let Some(owner) = known.user.or(owner) else {
        return Ok(None);
    };
    let id = tx.new_id();
    create_unchecked(tx, id, draft, &about, owner).await?;
    activities::mark_via_telephony(tx, id, &call_result(&known.call)).await?;
    Ok(Some(id))
}

fn call_result(call: &Call) -> CallResult {
    CallResult { talk_seconds: call.talk_seconds(), recording_url: call.recording_url.as_ref().map(Into::into) }
}

/// Updates the activity with later reports, such as the address of the recording.
async fn update_activity(tx: &Tx, id: ActivityId, draft: &ActivityDraft, call: &Call) -> Result<()> {
    let Some(activity) = lock_unscoped(tx, id).await? else {
        return Ok(());
    };
    let (before, result) = (activity.state(), call_result(call));
    let reported = ActivityState::new(draft, before.owner_id, before.rule, tx.now, &tx.playbook.policies);
    let next =
        ActivityState { starts_at: reported.starts_at, done_at: reported.done_at, outcome: reported.outcome, ..before.clone() };
    if next == before && result == activity.call_result() {
        return Ok(());
    }
    activities::update_from_call(tx, &activity, &next, &result).await?;
    let updated = activity.event(EventKind::ActivityUpdated).fact("outcome", next.outcome);
    append(tx, updated.fact("has_recording", result.recording_url.is_some())).await?;
    let (id, related) = (activity.id(), activity.related());
    let call = ActivityChange { id, category: None, room: None, related: &related, state: &next };
    reactions::run(tx, Fact::CallOutcomeChanged(&call, before.outcome)).await
}
