use chot_domain::activities::{ActivityDraft, ActivityId, ActivityState};
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::shared::{Id, Json, Key, Text, WebAddress};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::row;
use crate::events::NewEvent;
use crate::related::RelatedRecords;
use crate::storage::locked::{Locked, write};
use crate::storage::state::Stateful;
use crate::{Col, StoreError, Tx};

/// An activity to insert.
pub struct NewActivity<'a> {
    /// Its identifier.
    pub id: ActivityId,
    /// The draft.
    pub draft: &'a ActivityDraft,
    /// The initial state.
    pub state: &'a ActivityState,
    /// The related records.
    pub related: &'a RelatedRecords,
    /// The activity that it is a reminder of.
    pub reminder_of: Option<ActivityId>,
}

/// An activity, locked until the end of the unit of work.
pub type LockedActivity = Locked<row::Model>;

impl row::Model {
    fn related(&self) -> RelatedRecords {
        RelatedRecords {
            activity: None,
            lead: self.lead_id.map(Id::new),
            account: self.account_id.map(Id::new),
            opportunity: self.opportunity_id.map(Id::new),
            stage: self.stage.clone().map(Key::from_stored),
        }
    }

    fn has_password(&self) -> bool {
        self.remote_access.as_ref().is_some_and(|access| access.0.0.password.is_some())
    }
}

impl Stateful for row::Model {
    type State = ActivityState;

    fn state(&self) -> ActivityState {
        let row = self.clone();
        ActivityState {
            kind: row.kind.0,
            status: row.status.0,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            done_at: row.done_at,
            outcome: row.outcome.map(|outcome| outcome.0),
            summary: row.summary.map(Text::from_stored),
            cancel_reason: row.cancel_reason.map(Text::from_stored),
            is_too_long: row.is_too_long,
            owner_id: row.owner_id.map(Id::new),
            rule: row.rule.map(|rule| rule.0),
            due_at: row.due_at,
            has_password: self.has_password(),
        }
    }

    /// An activity that is over keeps no remote access password (R-EDU-50).
    fn with_state(&self, row: row::ActiveModel, state: &ActivityState) -> row::ActiveModel {
        let row = with_state(row, state);
        if state.has_password || !self.has_password() {
            return row;
        }
        let access = self.remote_access.clone().map(|access| Col(Json(access.0.0.without_password())));
        row::ActiveModel { remote_access: Set(access), ..row }
    }

    fn event(&self, kind: EventKind) -> NewEvent {
        self.related().event(kind, ActivityId::new(self.id))
    }

    fn is_in_archive(&self) -> bool {
        self.archived_at.is_some()
    }
}

impl Locked<row::Model> {
    /// The related records.
    pub fn related(&self) -> RelatedRecords {
        self.0.related()
    }

    /// The category.
    pub fn category(&self) -> Option<Key> {
        self.0.category.clone().map(Key::from_stored)
    }

    /// The draft with the current values.
    pub fn draft(&self) -> ActivityDraft {
        let row = self.0.clone();
        let is_about_account_alone = row.lead_id.is_none() && row.opportunity_id.is_none();
        ActivityDraft {
            kind: row.kind.0,
            category: row.category.map(Key::from_stored),
            subject: Text::from_stored(row.subject),
            description: row.description.map(Text::from_stored),
            lead_id: row.lead_id.map(Id::new),
            account_id: row.account_id.filter(|_| is_about_account_alone).map(Id::new),
            opportunity_id: row.opportunity_id.map(Id::new),
            owner_id: row.owner_id.map(Id::new),
            starts_at: Some(row.starts_at),
            ends_at: row.ends_at,
            attendees: row.attendees.0.0,
            location: row.location.map(Text::from_stored),
            meeting_link: row.meeting_link.map(WebAddress::from_stored),
            remote_access: row.remote_access.map(|access| access.0.0),
            check_list: Some(row.check_list.0.0),
            done_at: row.done_at,
            outcome: row.outcome.map(|outcome| outcome.0),
            summary: row.summary.map(Text::from_stored),
        }
    }
}

/// Inserts an activity.
pub async fn insert(tx: &Tx, new: &NewActivity<'_>) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        kind: Set(Col(new.draft.kind)),
        lead_id: Set(new.related.lead.map(Id::uuid)),
        account_id: Set(new.related.account.map(Id::uuid)),
        opportunity_id: Set(new.related.opportunity.map(Id::uuid)),
        stage: Set(new.related.stage.as_ref().map(Into::into)),
        is_via_telephony: Set(false),
        talk_seconds: Set(None),
        recording_url: Set(None),
        rule: Set(new.state.rule.map(Col)),
        reminder_of_id: Set(new.reminder_of.map(Id::uuid)),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    let row = with_state(with_draft(row, new.draft), new.state);
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates an activity.
pub async fn update(tx: &Tx, activity: &LockedActivity, draft: &ActivityDraft) -> Result<(), StoreError> {
    write(tx, with_draft(activity.changed(tx), draft)).await
}

fn with_draft(row: row::ActiveModel, draft: &ActivityDraft) -> row::ActiveModel {
    let ActivityDraft {
        kind: _,
        category,
        subject,
        description,
        lead_id: _,
        account_id: _,
        opportunity_id: _,
        owner_id: _,
        starts_at: _,
        ends_at: _,
        attendees,
        location,
        meeting_link,
        remote_access,
        check_list,
        done_at: _,
        outcome: _,
        summary,
    } = draft;
    row::ActiveModel {
        category: Set(category.as_ref().map(Into::into)),
        subject: Set(subject.into()),
        description: Set(description.as_ref().map(Into::into)),
        attendees: Set(Col(Json(attendees.clone()))),
        location: Set(location.as_ref().map(Into::into)),
        meeting_link: Set(meeting_link.as_ref().map(Into::into)),
        remote_access: Set(remote_access.clone().map(|access| Col(Json(access)))),
        check_list: Set(Col(Json(check_list.clone().unwrap_or_default()))),
        summary: Set(summary.as_ref().map(Into::into)),
        ..row
    }
}

pub(super) fn with_state(row: row::ActiveModel, state: &ActivityState) -> row::ActiveModel {
    let ActivityState {
        kind: _,
        status,
        starts_at,
        ends_at,
        done_at,
        outcome,
        summary,
        cancel_reason,
        is_too_long,
        owner_id,
        rule: _,
        due_at,
        has_password: _,
    } = state;
    row::ActiveModel {
        status: Set(Col(*status)),
        starts_at: Set(*starts_at),
        ends_at: Set(*ends_at),
        done_at: Set(*done_at),
        outcome: Set(outcome.map(Col)),
        summary: Set(summary.as_ref().map(Into::into)),
        cancel_reason: Set(cancel_reason.as_ref().map(Into::into)),
        is_too_long: Set(*is_too_long),
        owner_id: Set(owner_id.map(Id::uuid)),
        due_at: Set(*due_at),
        ..row
    }
}
