use chot_domain::identity::{SessionId, UserId};
use chot_domain::shared::Id;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::access::SpentToken;
use super::row::{refresh_token, session, signing_key};
use crate::storage::locked::{LockRow, write};
use crate::{StoreError, Tx};

/// Inserts a session.
pub async fn insert_session(
    tx: &Tx,
    id: SessionId,
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = session::ActiveModel {
        id: Set(id.uuid()),
        user_id: Set(user.uuid()),
        created_at: Set(now),
        expires_at: Set(expires_at),
        ended_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Ends a session.
pub async fn end_session(tx: &Tx, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::EndedAt.is_null())
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Ends all sessions of a user except one.
pub async fn end_sessions_of(tx: &Tx, user: UserId, but: Option<SessionId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::UserId.eq(user.uuid()))
        .filter(session::Column::EndedAt.is_null())
        .apply_if(but, |update, but| update.filter(session::Column::Id.ne(but.uuid())))
        .exec(&tx.executor())
        .await?;
    Ok(())
}

/// Inserts a refresh token, by its digest.
pub async fn insert_refresh_token(tx: &Tx, token_hash: &str, session: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = refresh_token::ActiveModel {
        token_hash: Set(token_hash.to_owned()),
        session_id: Set(session.uuid()),
        created_at: Set(now),
        spent_at: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Uses a refresh token. If two calls use it concurrently, the second finds it already used.
pub async fn spend_refresh_token(tx: &Tx, token_hash: &str, now: DateTime<Utc>) -> Result<SpentToken, StoreError> {
    let Some(token) = refresh_token::Entity::find_by_id(token_hash).lock_row().one(&tx.executor()).await? else {
        return Ok(SpentToken::Unknown);
    };
    let session = Id::new(token.session_id);
    if let Some(spent_at) = token.spent_at {
        return Ok(SpentToken::Reused(session, spent_at));
    }
    let Some(state) = super::access::session(tx, session, now).await?.filter(|state| state.is_open) else {
        return Ok(SpentToken::Unknown);
    };
    let spent = refresh_token::ActiveModel { token_hash: Set(token.token_hash), spent_at: Set(Some(now)), ..Default::default() };
    write(tx, spent).await?;
    Ok(SpentToken::Good(session, state.user))
}

/// Inserts a key for signing access tokens, and deletes those that have no valid tokens any more.
pub async fn insert_signing_key(tx: &Tx, secret: &str, now: DateTime<Utc>, signs_from: DateTime<Utc>) -> Result<(), StoreError> {
    for forgotten in super::access::signing_keys(tx).await?.into_iter().filter(|key| !key.may_be_seen(now)) {
        signing_key::Entity::delete_by_id(forgotten.id).exec(&tx.executor()).await?;
    }
    let row = signing_key::ActiveModel {
        id: Set(tx.new_id::<signing_key::Model>().uuid()),
        secret: Set(secret.to_owned()),
        created_at: Set(now),
        signs_from: Set(Some(signs_from)),
    };
    signing_key::Entity::insert(row).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Deletes at most `most` sessions that ended or expired before an instant, with their refresh tokens. Returns the number.
pub async fn delete_sessions_before(tx: &Tx, before: DateTime<Utc>, most: u64) -> Result<u64, StoreError> {
    let is_over = Condition::any().add(session::Column::EndedAt.lt(before)).add(session::Column::ExpiresAt.lt(before));
    let over = session::Entity::find().filter(is_over).limit(most).select_only().column(session::Column::Id);
    let over: Vec<Uuid> = over.into_tuple().all(&tx.executor()).await?;
    let tokens = refresh_token::Entity::delete_many().filter(refresh_token::Column::SessionId.is_in(over.iter().copied()));
    tokens.exec(&tx.executor()).await?;
    Ok(session::Entity::delete_many().filter(session::Column::Id.is_in(over)).exec(&tx.executor()).await?.rows_affected)
}
