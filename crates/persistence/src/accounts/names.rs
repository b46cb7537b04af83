use std::collections::HashMap;

use chot_domain::identity::Actor;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{contact_row, contacts, query, row};
use crate::identity::user;
use crate::{ReadDb, StoreError};

/// The data of a record that an actor may know: its name, the name of its owner, and whether the actor can open it.
pub(crate) struct KnownName {
    pub name: String,
    pub owner_name: Option<String>,
    pub is_visible: bool,
}

/// The names of accounts: of those visible to the actor and, if outsiders see cards, of all others.
pub(crate) async fn names(
    db: &dyn ReadDb,
    actor: &Actor,
    cards: bool,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, KnownName>, StoreError> {
    let mut known = HashMap::new();
    let on_cards = row::Entity::find().left_join(user::Entity).filter(row::Column::ArchivedAt.is_null());
    let wanted = [cards.then_some((on_cards, false)), Some((query::with_owner_visible_to(actor)?, true))];
    // Visible accounts come last and overwrite the others.
    for (select, is_visible) in wanted.into_iter().flatten() {
        let select = select.filter(row::Column::Id.is_in(ids.clone())).select_only();
        let select = select.columns([row::Column::Id, row::Column::Name]).column(user::Column::FullName);
        let found: Vec<(Uuid, String, Option<String>)> = select.into_tuple().all(&db.executor()).await?;
        known.extend(found.into_iter().map(|(id, name, owner_name)| (id, KnownName { name, owner_name, is_visible })));
    }
    Ok(known)
}

/// The names of the contacts visible to the actor.
pub(crate) async fn contact_names(
    db: &dyn ReadDb,
    actor: &Actor,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, KnownName>, StoreError> {
    let select = contacts::all_visible_to(actor)?.filter(contact_row::Column::Id.is_in(ids)).select_only();
    let select = select.columns([contact_row::Column::Id, contact_row::Column::FullName]);
    let found: Vec<(Uuid, String)> = select.into_tuple().all(&db.executor()).await?;
    Ok(found.into_iter().map(|(id, name)| (id, KnownName { name, owner_name: None, is_visible: true })).collect())
}
