use chot_domain::accounts::AccountId;
use chot_domain::history::EventKind;
use chot_domain::identity::{Actor, UserId};
use chot_domain::leads::{ConversionId, LeadDraft, LeadFormId, LeadId, LeadState};
use chot_domain::shared::{CitizenId, Email, Id, Json, Key, PhoneNumber, TaxCode, Text, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::MatchKeys;
use super::query::with_owner_visible_to;
use super::row::{self, contact_point};
use crate::events::NewEvent;
use crate::storage::locked::{Locked, write};
use crate::storage::sort::FAR_FUTURE;
use crate::storage::state::Stateful;
use crate::tags::{StoredTags, TaggedKind};
use crate::{Col, ReadDb, StoreError, Tx};

/// A lead to insert.
pub struct NewLead<'a> {
    /// Its identifier.
    pub id: LeadId,
    /// The draft.
    pub draft: &'a LeadDraft,
    /// The initial state.
    pub state: &'a LeadState,
    /// The web form that created it.
    pub form: Option<LeadFormId>,
}

/// A lead, locked until the end of the unit of work.
pub type LockedLead = Locked<row::Model>;

/// Inserts a lead.
pub async fn insert(tx: &Tx, new: &NewLead<'_>) -> Result<(), StoreError> {
    let creator = tx.actor.user().map(UserId::uuid);
    let row = row::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        tags: Set(StoredTags::default()),
        is_returning_customer: Set(false),
        form_id: Set(new.form.map(LeadFormId::uuid)),
        conversion_id: Set(None),
        account_id: Set(None),
        created_by: Set(creator),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    let row = with_state(with_draft(row, new.draft, tx), new.state, creator);
    row::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    insert_contact_points(tx, new.id, new.draft).await
}

/// The values that identify the customer of a visible lead.
///
/// # Errors
/// `forbidden` without permission to read leads.
pub async fn fingerprint(db: &dyn ReadDb, actor: &Actor, id: LeadId) -> Result<Option<MatchKeys>, StoreError> {
    let row = with_owner_visible_to(actor)?.filter(row::Column::Id.eq(id.uuid())).one(&db.executor()).await?;
    Ok(row.map(|row| MatchKeys::of(&Locked(row).draft())))
}

impl Locked<row::Model> {
    /// The account, if it was converted.
    pub fn account_id(&self) -> Option<AccountId> {
        self.0.account_id.map(Id::new)
    }

    /// The active conversion.
    pub fn conversion_id(&self) -> Option<ConversionId> {
        self.0.conversion_id.map(Id::new)
    }

    /// The lead with this conversion and account, or without. The next change of its state stores them.
    #[must_use]
    pub fn with_conversion(self, conversion: Option<(ConversionId, AccountId)>) -> Self {
        let (conversion_id, account_id) = conversion.map(|(id, account)| (id.uuid(), account.uuid())).unzip();
        Self(row::Model { conversion_id, account_id, ..self.0 })
    }

    /// Its tags, oldest first.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.tags.0.0.iter().map(|tag| tag.tag.as_str())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The draft with the current values. They are not validated: values accepted by older rules stay.
    pub fn draft(&self) -> LeadDraft {
        let row = self.0.clone();
        LeadDraft {
            kind: row.kind.0,
            name: Text::from_stored(row.name),
            phone: row.phone.map(PhoneNumber::from_stored),
            email: row.email.map(Email::from_stored),
            contact_points: row.contact_points.0.0,
            tax_code: row.tax_code.map(TaxCode::from_stored),
            citizen_id: row.citizen_id.map(CitizenId::from_stored),
            source: Some(Key::from_stored(row.source)),
            rank: row.rank.map(Key::from_stored),
            product_id: row.product_id.map(Id::new),
            contact_person: row.contact_person.map(|person| person.0.0),
            profile: row.profile.0.0,
            custom_fields: row.custom_fields.0.0,
            need: row.need.map(Text::from_stored),
            description: row.description.map(Text::from_stored),
            owner_id: row.owner_id.map(Id::new),
        }
    }
}

/// Updates a lead.
pub async fn update(tx: &Tx, lead: &LockedLead, draft: &LeadDraft) -> Result<(), StoreError> {
    write(tx, with_draft(lead.changed(tx), draft, tx)).await?;
    contact_point::Entity::delete_many().filter(contact_point::Column::LeadId.eq(lead.0.id)).exec(&tx.executor()).await?;
    insert_contact_points(tx, lead.id(), draft).await
}

impl Stateful for row::Model {
    type State = LeadState;
    const CARD: Option<TaggedKind> = Some(TaggedKind::Lead);

    fn state(&self) -> LeadState {
        let row = self.clone();
        LeadState {
            status: row.status.0,
            stage: row.stage.map(Key::from_stored),
            owner_id: row.owner_id.map(Id::new),
            assigned_at: row.assigned_at,
            verification: row.verification.map(|found| found.0),
            close_reason: row.close_reason.map(Key::from_stored),
            close_note: row.close_note.map(Text::from_stored),
            follow_up_at: row.follow_up_at,
            is_follow_up_due: row.is_follow_up_due,
            recall_at: row.recall_at,
        }
    }

    fn with_state(&self, row: row::ActiveModel, state: &LeadState) -> row::ActiveModel {
        let row = row::ActiveModel { conversion_id: Set(self.conversion_id), account_id: Set(self.account_id), ..row };
        with_state(row, state, self.created_by)
    }

    fn event(&self, kind: EventKind) -> NewEvent {
        NewEvent::new(kind, LeadId::new(self.id))
    }

    fn is_in_archive(&self) -> bool {
        self.archived_at.is_some()
    }
}

/// The only place that maps the draft to columns: a new field does not compile until it is mapped.
fn with_draft(row: row::ActiveModel, draft: &LeadDraft, tx: &Tx) -> row::ActiveModel {
    let LeadDraft {
        kind,
        name,
        phone,
        email,
        contact_points,
        tax_code,
        citizen_id,
        source,
        rank,
        product_id,
        contact_person,
        profile,
        custom_fields,
        need,
        description,
        owner_id: _,
    } = draft;
    let source = source.as_ref().unwrap_or(&tx.playbook.policies.default_lead_source);
    row::ActiveModel {
        kind: Set(Col(*kind)),
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        phone: Set(phone.as_ref().map(Into::into)),
        email: Set(email.as_ref().map(Into::into)),
        contact_points: Set(Col(Json(contact_points.clone()))),
        tax_code: Set(tax_code.as_ref().map(Into::into)),
        citizen_id: Set(citizen_id.as_ref().map(Into::into)),
        source: Set(source.into()),
        rank: Set(rank.as_ref().map(Into::into)),
        product_id: Set(product_id.map(Id::uuid)),
        contact_person: Set(contact_person.clone().map(|person| Col(Json(person)))),
        profile: Set(Col(Json(profile.clone()))),
        custom_fields: Set(Col(Json(custom_fields.clone()))),
        need: Set(need.as_ref().map(Into::into)),
        description: Set(description.as_ref().map(Into::into)),
        search_text: Set(search_text(draft)),
        ..row
    }
}

fn search_text(draft: &LeadDraft) -> String {
    let person = draft.contact_person.as_ref().map(|person| person.full_name.as_str());
    let parts = [
        Some(draft.name.as_str()),
        draft.phone.as_ref().map(PhoneNumber::as_str),
        draft.email.as_ref().map(Email::as_str),
        draft.tax_code.as_ref().map(TaxCode::as_str),
        person,
    ];
    fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// All values that identify the customer except the lead's own phone and e-mail, including those of the contact person.
async fn insert_contact_points(tx: &Tx, lead: LeadId, draft: &LeadDraft) -> Result<(), StoreError> {
    let person = draft.contact_person.as_ref();
    let of_person =
        [person.and_then(|p| p.phone.as_ref()).map(String::from), person.and_then(|p| p.email.as_ref()).map(String::from)];
    let points = draft.contact_points.iter().filter_map(|point| point.canonical().ok()).chain(of_person.into_iter().flatten());
    let placed = points.zip(0_i64..);
    let rows: Vec<_> = placed
        .map(|(value, place)| contact_point::ActiveModel { lead_id: Set(lead.uuid()), place: Set(place), value: Set(value) })
        .collect();
    if !rows.is_empty() {
        contact_point::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}

fn with_state(row: row::ActiveModel, state: &LeadState, creator: Option<uuid::Uuid>) -> row::ActiveModel {
    let LeadState {
        status,
        stage,
        owner_id,
        assigned_at,
        verification,
        close_reason,
        close_note,
        follow_up_at,
        is_follow_up_due,
        recall_at,
    } = state;
    row::ActiveModel {
        status: Set(Col(*status)),
        stage: Set(stage.as_ref().map(Into::into)),
        owner_id: Set(owner_id.map(Id::uuid)),
        holder_id: Set(owner_id.map(Id::uuid).or(creator)),
        assigned_at: Set(*assigned_at),
        verification: Set(verification.map(Col)),
        close_reason: Set(close_reason.as_ref().map(Into::into)),
        close_note: Set(close_note.as_ref().map(Into::into)),
        follow_up_at: Set(*follow_up_at),
        follow_up_key: Set(follow_up_at.unwrap_or(FAR_FUTURE)),
        is_follow_up_due: Set(*is_follow_up_due),
        recall_at: Set(*recall_at),
        ..row
    }
}
