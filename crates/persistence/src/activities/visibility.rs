use chot_domain::identity::Actor;
use sea_orm::{ColumnTrait, Condition};

use super::row::{self, Column};
use crate::related::{self, Strategy};
use crate::storage::locked::Versioned;
use crate::storage::scope;

/// An activity is visible to everybody who sees a related record, and to its owner. An activity without related record is
/// visible to actors whose scope contains its owner.
pub(crate) fn activity_visible_to(actor: &Actor, asked: Strategy) -> Condition {
    if related::sees_all(actor) {
        return Condition::all();
    }
    let mut ways = related::visible_through(actor, row::Model::PARENTS, asked);
    ways.push(is_done_by(actor));
    ways.push(related::has_no_parent(row::Model::PARENTS).add(scope::owned_by_scope(actor, Column::OwnerId)));
    related::in_any(ways, Column::Id, asked)
}

/// The condition for the actor's own activities.
pub(crate) fn is_done_by(actor: &Actor) -> Condition {
    match actor.user() {
        Some(user) => Condition::all().add(Column::OwnerId.eq(user.uuid())),
        None => scope::nothing(),
    }
}
