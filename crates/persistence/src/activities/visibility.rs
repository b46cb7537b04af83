use chot_domain::identity::Actor;
use sea_orm::{ColumnTrait, Condition};

use super::row::{self, Column};
use crate::related::{self, Strategy};
use crate::storage::locked::Versioned;
use crate::storage::scope;

/// Activities are seen by those who see a record to which they are related, and by those who do them. What is related to nothing is seen
/// by those who reach whoever does it.
pub(crate) fn activity_visible_to(actor: &Actor, asked: Strategy) -> Condition {
    if related::sees_all(actor) {
        return Condition::all();
    }
    let mut ways = related::visible_through(actor, row::Model::PARENTS, asked);
    ways.push(is_done_by(actor));
    ways.push(related::has_no_parent(row::Model::PARENTS).add(scope::owned_by_scope(actor, Column::OwnerId)));
    related::in_any(ways, Column::Id, asked)
}

/// What the actor does.
pub(crate) fn is_done_by(actor: &Actor) -> Condition {
    match actor.user() {
        Some(user) => Condition::all().add(Column::OwnerId.eq(user.uuid())),
        None => scope::nothing(),
    }
}
