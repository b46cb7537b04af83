use chot_domain::history::EventKind;
use chot_domain::identity::{ChangePassword, RefreshTokens, SessionId, SignIn, UserId};
use chot_domain::shared::{Clock, Code, SystemClock, Violations};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::identity::{self, SpentToken};
use chot_persistence::{Tx, lock_unscoped};
use chrono::TimeDelta;

use crate::{Ctx, Result, secrets};

/// A session that was started or refreshed.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Its user.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The token that refreshes the session, once.
    pub refresh_token: String,
}

/// A session that is not refreshed ends after this time.
const SESSION: TimeDelta = TimeDelta::days(30);

/// Two requests with the same token within this time come from one impatient client, not from a thief.
const HURRY: TimeDelta = TimeDelta::seconds(2);

/// Starts a session. Sessions and tokens use the machine's clock.
///
/// # Errors
/// `invalid_credentials`, whatever does not match.
pub async fn sign_in(ctx: &Ctx, credentials: &SignIn) -> Result<SignedIn> {
    let known = identity::sign_in_by_email(&ctx.engine.db, &credentials.email).await?;
    let hash = known.as_ref().filter(|user| user.is_active).and_then(|user| user.password_hash.clone());
    let fits = secrets::verify_password(credentials.password.as_str(), hash.clone()).await?;
    let (user, hash) = known.filter(|_| fits).map(|known| known.user).zip(hash).ok_or(Code::InvalidCredentials)?;
    let refresh_token = secrets::random_text(32)?;
    ctx.write(async |tx| {
        require_same_password(tx, user, &hash).await?;
        let (session, now) = (tx.new_id(), SystemClock.now());
        identity::insert_session(tx, session, user, now, now + SESSION).await?;
        identity::insert_refresh_token(tx, &secrets::digest(&refresh_token), session, now).await?;
        Ok(SignedIn { user, session, refresh_token: refresh_token.clone() })
    })
    .await
}

/// Verifying takes time, and the password may have been changed meanwhile. A sign-in with the old password then fails.
async fn require_same_password(tx: &Tx, user: UserId, hash: &str) -> Result<()> {
    let user = lock_unscoped(tx, user).await?;
    if user.is_some_and(|user| user.signs_in_with(hash)) { Ok(()) } else { Err(Code::InvalidCredentials.into()) }
}

/// The result of using a refresh token.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// The session continues.
    Good(SignedIn),
    /// The token was used before: it may be stolen, so the session was ended.
    Ended,
    /// Another request is using it at this moment.
    InProgress,
    /// The token does not exist, or its session has ended.
    Unknown,
}

/// Refreshes a session. A refresh token can be used once; using it again ends the session, because it may be stolen.
pub async fn refresh(ctx: &Ctx, spent: &RefreshTokens) -> Result<Refreshed> {
    let next = secrets::random_text(32)?;
    let hash = secrets::digest(spent.refresh_token.as_str());
    ctx.write(async |tx| spend(tx, &hash, &next).await).await
}

/// Returns `Ok` in every case, so that the end of a session is committed and not rolled back with the error.
async fn spend(tx: &Tx, hash: &str, next: &str) -> Result<Refreshed> {
    let now = SystemClock.now();
    match identity::spend_refresh_token(tx, hash, now).await? {
        SpentToken::Unknown => Ok(Refreshed::Unknown),
        SpentToken::Reused(_, spent_at) if now - spent_at < HURRY => Ok(Refreshed::InProgress),
        SpentToken::Reused(session, _) => {
            identity::end_session(tx, session, now).await?;
            if let Some(state) = identity::session(tx, session, now).await? {
                let reused = NewEvent::new(EventKind::UserRefreshTokenReused, state.user);
                append(tx, reused.fact("session_id", session)).await?;
            }
            Ok(Refreshed::Ended)
        }
        SpentToken::Good(session, user) => {
            identity::insert_refresh_token(tx, &secrets::digest(next), session, now).await?;
            Ok(Refreshed::Good(SignedIn { user, session, refresh_token: next.to_owned() }))
        }
    }
}

/// Ends a session.
pub async fn sign_out(tx: &Tx, session: SessionId) -> Result<()> {
    Ok(identity::end_session(tx, session, SystemClock.now()).await?)
}

/// Changes the actor's password. All other sessions end.
///
/// # Errors
/// A wrong current password; a new password that contains the user's name or e-mail address.
pub async fn change_password(ctx: &Ctx, session: SessionId, order: &ChangePassword) -> Result<()> {
    let user = ctx.actor.user().ok_or(Code::Forbidden)?;
    let known = identity::sign_in_by_id(&ctx.engine.db, user).await?.ok_or(Code::Forbidden)?;
    let before = known.password_hash.unwrap_or_default();
    if !secrets::verify_password(order.current_password.as_str(), Some(before.clone())).await? {
        return Err(Violations::one("/current_password", "wrong_password").into());
    }
    order.check_owner(&known.email, &known.full_name).into_result(())?;
    let hash = secrets::hash_password(order.new_password.as_str()).await?;
    ctx.write(async |tx| {
        require_same_password(tx, user, &before).await?;
        identity::set_password(tx, user, &hash).await?;
        identity::end_sessions_of(tx, user, Some(session), SystemClock.now()).await?;
        Ok(append(tx, NewEvent::new(EventKind::UserPasswordChanged, user)).await?)
    })
    .await
}
