use chot_domain::accounts::{AccountDraft, AccountId, AccountState};
use chot_domain::history::EventKind;
use chot_domain::identity::UserId;
use chot_domain::shared::{CitizenId, Email, Id, Json, Key, PhoneNumber, TaxCode, Text, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{contact_row, row};
use crate::events::NewEvent;
use crate::storage::locked::{self, Locked};
use crate::storage::state::Stateful;
use crate::tags::{StoredTags, TaggedKind};
use crate::{Col, ReadDb, StoreError, Tx};

/// An account, locked until the end of the unit of work.
pub type LockedAccount = Locked<row::Model>;

impl Locked<row::Model> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The owner, a salesperson.
    pub fn owner_id(&self) -> Option<UserId> {
        self.0.owner_id.map(Id::new)
    }

    /// Whether it has a parent account.
    pub fn is_child(&self) -> bool {
        self.0.parent_id.is_some()
    }

    /// The draft with the current values.
    pub fn draft(&self) -> AccountDraft {
        let row = self.0.clone();
        AccountDraft {
            kind: row.kind.0,
            name: Text::from_stored(row.name),
            parent_id: row.parent_id.map(Id::new),
            phone: row.phone.map(PhoneNumber::from_stored),
            email: row.email.map(Email::from_stored),
            tax_code: row.tax_code.map(TaxCode::from_stored),
            citizen_id: row.citizen_id.map(CitizenId::from_stored),
            rank: row.rank.map(Key::from_stored),
            source: row.source.map(Key::from_stored),
            profile: row.profile.0.0,
            custom_fields: row.custom_fields.0.0,
            description: row.description.map(Text::from_stored),
            owner_id: row.owner_id.map(Id::new),
        }
    }
}

/// Inserts an account.
///
/// # Errors
/// When the identity number is taken.
pub async fn insert(tx: &Tx, id: AccountId, draft: &AccountDraft) -> Result<(), StoreError> {
    let creator = tx.actor.user().map(UserId::uuid);
    let row = row::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        tags: Set(StoredTags::default()),
        created_by: Set(creator),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    let row = with_state(row, &AccountState::new(draft.owner_id), creator);
    row::Entity::insert(with_draft(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates an account.
///
/// # Errors
/// When the identity number is taken.
pub async fn update(tx: &Tx, account: &LockedAccount, draft: &AccountDraft) -> Result<(), StoreError> {
    locked::write(tx, with_draft(account.changed(tx), draft)).await
}

impl Stateful for row::Model {
    type State = AccountState;
    const CARD: Option<TaggedKind> = Some(TaggedKind::Account);

    fn state(&self) -> AccountState {
        AccountState {
            account_type: self.account_type.0,
            stage: self.stage.clone().map(Key::from_stored),
            customer_status: self.customer_status.clone().map(Key::from_stored),
            owner_id: self.owner_id.map(Id::new),
        }
    }

    fn with_state(&self, row: row::ActiveModel, state: &AccountState) -> row::ActiveModel {
        with_state(row, state, self.created_by)
    }

    fn event(&self, kind: EventKind) -> NewEvent {
        let id = AccountId::new(self.id);
        NewEvent::new(kind, id).account(id)
    }

    fn is_in_archive(&self) -> bool {
        self.archived_at.is_some()
    }
}

/// Visibility follows the owner, or the creator while there is no owner.
fn with_state(row: row::ActiveModel, state: &AccountState, creator: Option<Uuid>) -> row::ActiveModel {
    let owner = state.owner_id.map(UserId::uuid);
    row::ActiveModel {
        account_type: Set(Col(state.account_type)),
        stage: Set(state.stage.as_ref().map(Into::into)),
        customer_status: Set(state.customer_status.as_ref().map(Into::into)),
        owner_id: Set(owner),
        holder_id: Set(owner.or(creator)),
        ..row
    }
}

/// The child accounts that are not archived.
pub async fn children(tx: &Tx, id: AccountId) -> Result<Vec<AccountId>, StoreError> {
    let below = row::Entity::find().filter(row::Column::ParentId.eq(id.uuid())).filter(row::Column::ArchivedAt.is_null());
    let ids = below.select_only().column(row::Column::Id).into_tuple::<Uuid>().all(&tx.executor()).await?;
    Ok(ids.into_iter().map(Id::new).collect())
}

/// The account that already has an identity number, other than `except`.
pub async fn id_by_identity(
    db: &dyn ReadDb,
    tax_code: Option<&TaxCode>,
    citizen_id: Option<&CitizenId>,
    except: Option<AccountId>,
) -> Result<Option<AccountId>, StoreError> {
    let number = match (tax_code, citizen_id) {
        (Some(code), _) => row::Column::TaxCode.eq(code.as_str()),
        (None, Some(number)) => row::Column::CitizenId.eq(number.as_str()),
        (None, None) => return Ok(None),
    };
    let select =
        row::Entity::find().filter(row::Column::ArchivedAt.is_null()).filter(number).select_only().column(row::Column::Id);
    let found: Option<uuid::Uuid> = select.into_tuple().one(&db.executor()).await?;
    Ok(found.map(Id::new).filter(|id| Some(*id) != except))
}

/// The account with a phone number, its own or that of a contact. `None` if several accounts match.
pub async fn id_by_phone(db: &dyn ReadDb, phone: &PhoneNumber) -> Result<Option<AccountId>, StoreError> {
    let own = row::Entity::find()
        .filter(row::Column::Phone.eq(phone.as_str()))
        .filter(row::Column::ArchivedAt.is_null())
        .select_only()
        .column(row::Column::Id)
        .limit(2);
    let of_people = contact_row::Entity::find()
        .filter(contact_row::Column::Phone.eq(phone.as_str()))
        .filter(contact_row::Column::ArchivedAt.is_null())
        .select_only()
        .column(contact_row::Column::AccountId)
        .distinct()
        .limit(2);
    let mut found: Vec<Uuid> = own.into_tuple().all(&db.executor()).await?;
    found.extend(of_people.into_tuple::<Uuid>().all(&db.executor()).await?);
    found.sort_unstable();
    found.dedup();
    Ok(<[Uuid; 1]>::try_from(found).ok().map(|[id]| Id::new(id)))
}

fn with_draft(row: row::ActiveModel, draft: &AccountDraft) -> row::ActiveModel {
    let AccountDraft {
        kind,
        name,
        parent_id,
        phone,
        email,
        tax_code,
        citizen_id,
        rank,
        source,
        profile,
        custom_fields,
        description,
        owner_id: _,
    } = draft;
    row::ActiveModel {
        kind: Set(Col(*kind)),
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        parent_id: Set(parent_id.map(Id::uuid)),
        phone: Set(phone.as_ref().map(Into::into)),
        email: Set(email.as_ref().map(Into::into)),
        tax_code: Set(tax_code.as_ref().map(Into::into)),
        citizen_id: Set(citizen_id.as_ref().map(Into::into)),
        rank: Set(rank.as_ref().map(Into::into)),
        source: Set(source.as_ref().map(Into::into)),
        profile: Set(Col(Json(profile.clone()))),
        custom_fields: Set(Col(Json(custom_fields.clone()))),
        description: Set(description.as_ref().map(Into::into)),
        search_text: Set(search_text(draft)),
        ..row
    }
}

fn search_text(draft: &AccountDraft) -> String {
    let parts = [
        Some(draft.name.as_str()),
        draft.phone.as_ref().map(PhoneNumber::as_str),
        draft.email.as_ref().map(Email::as_str),
        draft.tax_code.as_ref().map(TaxCode::as_str),
        draft.citizen_id.as_ref().map(CitizenId::as_str),
    ];
    fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
