use chot_domain::identity::Actor;
use sea_orm::{ColumnTrait, Condition};

use super::row::{self, Column};
use crate::locked::Versioned;
use crate::related::{self, Asked};
use crate::sight;

/// Activities are seen by those who see a record to which they are related, and by those who do them. What is related to nothing is seen
/// by those who reach whoever does it.
pub(crate) fn in_sight(actor: &Actor, asked: Asked) -> Condition {
    if related::sees_all(actor) {
        return Condition::all();
    }
    let mut ways = related::ways_through(actor, row::Model::PARENTS, asked);
    ways.push(is_done_by(actor));
    ways.push(related::hangs_on_nothing(row::Model::PARENTS).add(sight::reach(actor, Column::OwnerId)));
    related::in_any(ways, Column::Id, asked)
}

/// What the actor does.
pub(crate) fn is_done_by(actor: &Actor) -> Condition {
    match actor.user() {
        Some(user) => Condition::all().add(Column::OwnerId.eq(user.uuid())),
        None => sight::nothing(),
    }
}
