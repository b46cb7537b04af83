//! What falls due by the calendar and not by what somebody did: set as soon as it is found missing.

use chot_domain::identity::Actor;
use chot_persistence::opportunities::evidence as stored;

use crate::opportunities::evidence;
use crate::{Engine, Result};

/// Sets what is missing. It costs one look into an index while nothing is.
///
/// # Errors
/// When the database fails.
pub async fn ensure(engine: &Engine) -> Result<()> {
    let ctx = engine.act_as(Actor::system()).await?;
    let wants_check = ctx.playbook.policies.primary_opportunities_need_evidence;
    if wants_check && !stored::is_check_planned(&engine.db).await? {
        ctx.write(async |tx| evidence::plan_first_check(tx).await).await?;
    }
    Ok(())
}
