use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::leads::LeadId;
use chot_domain::opportunities::{Classification, OpportunityDraft, OpportunityId, OpportunityState};
use chot_domain::shared::{ColumnValue, Id, Key, PhoneNumber, Text, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::{self, product};
use crate::events::NewEvent;
use crate::storage::locked::{Locked, write};
use crate::storage::sort::FAR_FUTURE;
use crate::storage::state::Stateful;
use crate::tags::{StoredTags, TaggedKind};
use crate::{Col, StoreError, Tx};

/// An opportunity to insert.
pub struct NewOpportunity<'a> {
    /// Its identifier.
    pub id: OpportunityId,
    /// The draft.
    pub draft: &'a OpportunityDraft,
    /// The initial state.
    pub state: &'a OpportunityState,
    /// The owner of the account.
    pub owner: UserId,
    /// The lead that it was converted from.
    pub lead: Option<LeadId>,
}

/// An opportunity, locked until the end of the unit of work.
pub type LockedOpportunity = Locked<row::Model>;

impl Locked<row::Model> {
    /// The account of the customer.
    pub fn account_id(&self) -> AccountId {
        Id::new(self.0.account_id)
    }

    /// The owner, a salesperson.
    pub fn owner_id(&self) -> Option<UserId> {
        self.0.owner_id.map(Id::new)
    }

    /// Short description of what may be sold.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Primary or secondary.
    pub fn classification(&self) -> Classification {
        self.0.classification.0
    }
}

/// Inserts an opportunity.
pub async fn insert(tx: &Tx, new: &NewOpportunity<'_>) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        tags: Set(StoredTags::default()),
        account_id: Set(new.draft.account_id.uuid()),
        owner_id: Set(Some(new.owner.uuid())),
        lead_id: Set(new.lead.map(LeadId::uuid)),
        classification: Set(Col(new.draft.classification)),
        currency: Set((&tx.playbook.currency).into()),
        created_by: Set(tx.actor.user().map(UserId::uuid)),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    let row = with_state(with_draft(row, new.draft), new.state);
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    insert_products(tx, new.id, new.draft).await
}

/// The draft with the current values.
pub async fn draft(tx: &Tx, opportunity: &LockedOpportunity) -> Result<OpportunityDraft, StoreError> {
    let offered = product::Entity::find()
        .filter(product::Column::OpportunityId.eq(opportunity.0.id))
        .order_by_asc(product::Column::Place)
        .select_only()
        .column(product::Column::ProductId);
    let products: Vec<Uuid> = offered.into_tuple().all(&tx.executor()).await?;
    let row = opportunity.0.clone();
    Ok(OpportunityDraft {
        account_id: Id::new(row.account_id),
        name: Text::from_stored(row.name),
        phone: row.phone.map(PhoneNumber::from_stored),
        owner_id: row.owner_id.map(Id::new),
        product_ids: products.into_iter().map(Id::new).collect(),
        classification: row.classification.0,
        expected_revenue: row.expected_revenue.map(|revenue| revenue.0),
        stars: i32::try_from(row.stars).unwrap_or_default(),
        expected_close_on: row.expected_close_on,
        stage: Some(Key::from_stored(row.stage)),
        description: row.description.map(Text::from_stored),
    })
}

/// Updates an opportunity.
pub async fn update(tx: &Tx, opportunity: &LockedOpportunity, draft: &OpportunityDraft) -> Result<(), StoreError> {
    write(tx, with_draft(opportunity.changed(tx), draft)).await?;
    product::Entity::delete_many().filter(product::Column::OpportunityId.eq(opportunity.0.id)).exec(&tx.executor()).await?;
    insert_products(tx, opportunity.id(), draft).await
}

impl Stateful for row::Model {
    type State = OpportunityState;
    const CARD: Option<TaggedKind> = Some(TaggedKind::Opportunity);

    fn state(&self) -> OpportunityState {
        let row = self.clone();
        OpportunityState {
            status: row.status.0,
            stage: Key::from_stored(row.stage),
            stage_entered_at: row.stage_entered_at,
            evidence_status: row.evidence_status.0,
            open_since: row.open_since,
            evidence_changed_at: row.evidence_changed_at,
            newest_proof: row.newest_proof_id.map(Id::new),
            lost_reason: row.lost_reason.map(Key::from_stored),
            customer_feedback: row.customer_feedback.map(Text::from_stored),
            next_approach_on: row.next_approach_on,
            closed_at: row.closed_at,
            demonstrated_at: row.demonstrated_at,
            closing_due_at: row.closing_due_at,
        }
    }

    fn with_state(&self, row: row::ActiveModel, state: &OpportunityState) -> row::ActiveModel {
        with_state(row, state)
    }

    fn event(&self, kind: EventKind) -> NewEvent {
        NewEvent::new(kind, OpportunityId::new(self.id)).account(AccountId::new(self.account_id))
    }

    fn is_in_archive(&self) -> bool {
        self.archived_at.is_some()
    }
}

fn with_draft(row: row::ActiveModel, draft: &OpportunityDraft) -> row::ActiveModel {
    let OpportunityDraft {
        account_id: _,
        name,
        phone,
        owner_id: _,
        product_ids: _,
        classification: _,
        expected_revenue,
        stars,
        expected_close_on,
        stage: _,
        description,
    } = draft;
    let parts = [Some(name.as_str()), phone.as_ref().map(PhoneNumber::as_str)];
    row::ActiveModel {
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        phone: Set(phone.as_ref().map(Into::into)),
        expected_revenue: Set(expected_revenue.map(Col)),
        revenue_key: Set(expected_revenue.map_or(-1, |revenue| revenue.raw())),
        stars: Set((*stars).into()),
        expected_close_on: Set(*expected_close_on),
        close_key: Set(expected_close_on.unwrap_or(FAR_FUTURE.date_naive())),
        description: Set(description.as_ref().map(Into::into)),
        search_text: Set(fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))),
        ..row
    }
}

fn with_state(row: row::ActiveModel, state: &OpportunityState) -> row::ActiveModel {
    let OpportunityState {
        status,
        stage,
        stage_entered_at,
        evidence_status,
        open_since,
        evidence_changed_at,
        newest_proof,
        lost_reason,
        customer_feedback,
        next_approach_on,
        closed_at,
        demonstrated_at,
        closing_due_at,
    } = state;
    row::ActiveModel {
        status: Set(Col(*status)),
        stage: Set(stage.into()),
        stage_entered_at: Set(*stage_entered_at),
        evidence_status: Set(Col(*evidence_status)),
        open_since: Set(*open_since),
        evidence_changed_at: Set(*evidence_changed_at),
        newest_proof_id: Set(newest_proof.map(Id::uuid)),
        lost_reason: Set(lost_reason.as_ref().map(Into::into)),
        customer_feedback: Set(customer_feedback.as_ref().map(Into::into)),
        next_approach_on: Set(*next_approach_on),
        closed_at: Set(*closed_at),
        demonstrated_at: Set(*demonstrated_at),
        closing_due_at: Set(*closing_due_at),
        ..row
    }
}

async fn insert_products(tx: &Tx, id: OpportunityId, draft: &OpportunityDraft) -> Result<(), StoreError> {
    let placed = draft.product_ids.iter().zip(0_i64..);
    let rows: Vec<_> = placed
        .map(|(product, place)| product::ActiveModel {
            opportunity_id: Set(id.uuid()),
            product_id: Set(product.uuid()),
            place: Set(place),
        })
        .collect();
    if !rows.is_empty() {
        product::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}
