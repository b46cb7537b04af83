use chot_domain::identity::Actor;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::row::{self, Column};
use crate::accounts::account_row;
use crate::leads::row as lead_row;
use crate::sight;

/// Whether the actor may see an activity: one of somebody within reach, or about an account or a lead in sight. Asked of each row, so
/// for few of them.
pub(super) fn in_sight(actor: &Actor) -> Condition {
    let owned = sight::reach(actor, Column::OwnerId);
    if owned.is_empty() {
        return owned;
    }
    let hangs = sight::hangs_in_sight(actor, (row::Entity, Column::AccountId), (row::Entity, Column::LeadId));
    Condition::any().add(owned).add(hangs)
}

/// The same for a list without an end, the pool aside: what is in sight is gathered by the indexes, which costs as much as there is to
/// see, and not as much as there is.
pub(super) fn gathered(actor: &Actor) -> Condition {
    let owned = sight::reach(actor, Column::OwnerId);
    if owned.is_empty() {
        return owned;
    }
    let accounts = account_row::Entity::find().select_only().column(account_row::Column::Id);
    let accounts = accounts.filter(sight::reach(actor, account_row::Column::HolderId)).into_query();
    let leads = lead_row::Entity::find().select_only().column(lead_row::Column::Id);
    let leads = leads.filter(sight::reach(actor, lead_row::Column::HolderId)).into_query();
    let mut all = identifiers(owned);
    all.union(UnionType::Distinct, identifiers(Condition::all().add(Column::AccountId.in_subquery(accounts))));
    all.union(UnionType::Distinct, identifiers(Condition::all().add(Column::LeadId.in_subquery(leads))));
    Condition::all().add(Column::Id.in_subquery(all))
}

fn identifiers(of: Condition) -> SelectStatement {
    row::Entity::find().select_only().column(Column::Id).filter(of).into_query()
}
