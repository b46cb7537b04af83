use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::shared::{Code, DomainError};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::{Tx, activities};

use crate::{Result, checks, secrets};

/// Creates a secret address for calendar programs and returns the secret once; it is stored as a digest. The previous address
/// stops working.
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

/// Deletes the caller's address.
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

/// Deletes a user's address, if there is one, because somebody else may know it.
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
