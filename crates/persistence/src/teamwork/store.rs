use chot_domain::identity::UserId;
use chot_domain::shared::{Id, Text};
use chot_domain::teamwork::{SupportRequestDraft, SupportRequestId, SupportStanding};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::query::reachable;
use super::row;
use crate::activities::About;
use crate::locked::{Locked, write};
use crate::{Col, StoreError, Tx};

/// A request for support to be written.
pub struct NewSupportRequest<'a> {
    /// Its identifier.
    pub id: SupportRequestId,
    /// What was said.
    pub draft: &'a SupportRequestDraft,
    /// The record that it is about.
    pub about: &'a About,
    /// Who asks.
    pub requester: UserId,
    /// Who is to answer; nobody in particular, where several lead.
    pub addressee: Option<UserId>,
}

/// A request for support as it is, locked by the unit of work until its end.
pub type LockedSupportRequest = Locked<row::Model>;

impl Locked<row::Model> {
    /// What it is about.
    pub fn about(&self) -> About {
        About {
            lead: self.0.lead_id.map(Id::new),
            account: self.0.account_id.map(Id::new),
            opportunity: self.0.opportunity_id.map(Id::new),
            stage: None,
        }
    }

    /// Who asks.
    pub fn requester(&self) -> UserId {
        Id::new(self.0.requester_id)
    }

    /// Who is to answer.
    pub fn addressee(&self) -> Option<UserId> {
        self.0.addressee_id.map(Id::new)
    }

    /// Where it stands.
    pub fn standing(&self) -> SupportStanding {
        let row = self.0.clone();
        SupportStanding {
            status: row.status.0,
            answer: row.answer.map(Text::trusted),
            verdict: row.verdict.map(|verdict| verdict.0),
            answered_by: row.answered_by.map(Id::new),
            answered_at: row.answered_at,
        }
    }
}

/// Writes a new request for support.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: &NewSupportRequest<'_>) -> Result<(), StoreError> {
    let born = row::ActiveModel {
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
    row::Entity::insert(with_standing(born, &SupportStanding::at_birth())).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks a request for support that the actor may see.
///
/// # Errors
/// `forbidden` without the right to see such requests; when the database fails.
pub async fn lock(tx: &Tx, id: SupportRequestId) -> Result<Option<LockedSupportRequest>, StoreError> {
    let seen = reachable(&tx.actor)?.filter(row::Column::Id.eq(id.uuid())).lock_exclusive();
    Ok(seen.one(&tx.conn).await?.map(Locked))
}

/// Writes where a request for support now stands.
///
/// # Errors
/// When the database fails.
pub async fn stand(tx: &Tx, request: &LockedSupportRequest, standing: &SupportStanding) -> Result<(), StoreError> {
    write(tx, with_standing(request.changed(tx), standing)).await
}

fn with_standing(row: row::ActiveModel, standing: &SupportStanding) -> row::ActiveModel {
    let SupportStanding { status, answer, verdict, answered_by, answered_at } = standing;
    row::ActiveModel {
        status: Set(Col(*status)),
        answer: Set(answer.as_ref().map(Into::into)),
        verdict: Set(verdict.map(Col)),
        answered_by: Set(answered_by.map(Id::uuid)),
        answered_at: Set(*answered_at),
        ..row
    }
}
