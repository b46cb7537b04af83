use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::shared::{Id, Text};
use chot_domain::teamwork::{SupportRequestDraft, SupportRequestId, SupportState};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::row;
use crate::events::NewEvent;
use crate::related::RelatedRecords;
use crate::storage::locked::Locked;
use crate::storage::state::Stateful;
use crate::{Col, StoreError, Tx};

/// A support request to insert.
pub struct NewSupportRequest<'a> {
    /// Its identifier.
    pub id: SupportRequestId,
    /// The draft.
    pub draft: &'a SupportRequestDraft,
    /// The related record.
    pub about: &'a RelatedRecords,
    /// The user who asks.
    pub requester: UserId,
    /// The user who should answer; none if there are several managers.
    pub addressee: Option<UserId>,
}

/// A support request, locked until the end of the unit of work.
pub type LockedSupportRequest = Locked<row::Model>;

impl row::Model {
    fn related(&self) -> RelatedRecords {
        RelatedRecords {
            lead: self.lead_id.map(Id::new),
            account: self.account_id.map(Id::new),
            opportunity: self.opportunity_id.map(Id::new),
            ..RelatedRecords::default()
        }
    }
}

impl Locked<row::Model> {
    /// The related records.
    pub fn related(&self) -> RelatedRecords {
        self.0.related()
    }

    /// The user who asks.
    pub fn requester(&self) -> UserId {
        Id::new(self.0.requester_id)
    }

    /// The user who should answer.
    pub fn addressee(&self) -> Option<UserId> {
        self.0.addressee_id.map(Id::new)
    }
}

/// Inserts a support request.
pub async fn insert(tx: &Tx, new: &NewSupportRequest<'_>) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        lead_id: Set(new.about.lead.map(Id::uuid)),
        account_id: Set(new.about.account.map(Id::uuid)),
        opportunity_id: Set(new.about.opportunity.map(Id::uuid)),
        requester_id: Set(new.requester.uuid()),
        addressee_id: Set(new.addressee.map(Id::uuid)),
        reason: Set((&new.draft.reason).into()),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    row::Entity::insert(with_state(row, &SupportState::initial())).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

impl Stateful for row::Model {
    type State = SupportState;

    fn state(&self) -> SupportState {
        let row = self.clone();
        SupportState {
            status: row.status.0,
            answer: row.answer.map(Text::from_stored),
            verdict: row.verdict.map(|verdict| verdict.0),
            answered_by: row.answered_by.map(Id::new),
            answered_at: row.answered_at,
        }
    }

    fn with_state(&self, row: row::ActiveModel, state: &SupportState) -> row::ActiveModel {
        with_state(row, state)
    }

    fn event(&self, kind: EventKind) -> NewEvent {
        self.related().event(kind, SupportRequestId::new(self.id))
    }

    fn is_in_archive(&self) -> bool {
        false
    }
}

fn with_state(row: row::ActiveModel, state: &SupportState) -> row::ActiveModel {
    let SupportState { status, answer, verdict, answered_by, answered_at } = state;
    row::ActiveModel {
        status: Set(Col(*status)),
        answer: Set(answer.as_ref().map(Into::into)),
        verdict: Set(verdict.map(Col)),
        answered_by: Set(answered_by.map(Id::uuid)),
        answered_at: Set(*answered_at),
        ..row
    }
}
