use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Code, DomainError};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, activities};

use crate::{Result, checks, secrets};

/// Makes a secret address at which calendar programs read the caller's calendar; the one before is good for nothing any more. The
/// secret is answered once and stored as a digest.
///
/// # Errors
/// `forbidden`.
pub async fn create_feed(tx: &Tx) -> Result<String> {
    let user = owner(tx)?;
    let secret = secrets::random_text(32)?;
    activities::replace_feed(tx, user, &secrets::digest(&secret), tx.actor.api_key()).await?;
    append(tx, NewEvent::new(EventKind::UserCalendarFeedCreated, user)).await?;
    Ok(secret)
}

/// Gives the caller's address up.
///
/// # Errors
/// `forbidden`; `not_found` if there is none; `version_mismatch`.
pub async fn revoke_feed(tx: &Tx, seen: Option<i64>) -> Result<()> {
    let user = owner(tx)?;
    let version = activities::lock_feed(tx, user).await?.ok_or(Code::NotFound)?;
    if seen.is_some_and(|seen| seen != version) {
        return Err(DomainError::from(Code::VersionMismatch).fact("version", version).into());
    }
    activities::revoke_feed(tx, user).await?;
    Ok(append(tx, NewEvent::new(EventKind::UserCalendarFeedRevoked, user)).await?)
}

/// Takes a user's address away, if there is one: somebody may know it who should not.
pub(crate) async fn end_feed_of(tx: &Tx, user: UserId) -> Result<()> {
    if activities::lock_feed(tx, user).await?.is_none() {
        return Ok(());
    }
    activities::revoke_feed(tx, user).await?;
    Ok(append(tx, NewEvent::new(EventKind::UserCalendarFeedRevoked, user)).await?)
}

fn owner(tx: &Tx) -> Result<UserId> {
    tx.require(Permission::ActivitiesRead)?;
    checks::acting_user(tx)
}
