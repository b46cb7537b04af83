use std::collections::BTreeSet;

use chot_domain::identity::{ApiKeyId, Permission, SessionId, TeamDraft, TeamId, UserDraft, UserId};
use chot_domain::shared::{Document, Email, Id, Key, Outcome, Text, fold};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::access::{SpentToken, teams_from};
use super::row::{api_key, refresh_token, session, signing_key, team, user};
use crate::{Col, Reads, StoreError, Tx};

/// What signing in needs to know of a user.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The user.
    pub user: UserId,
    /// The digest of the password, if one was set.
    pub password_hash: Option<String>,
    /// Whether the user can sign in.
    pub is_active: bool,
}

/// A user as they are, locked by the unit of work until its end.
pub struct LockedUser(user::Model);

impl LockedUser {
    /// Whether the user works here and signs in with the password of that digest.
    pub fn signs_in_with(&self, password_hash: &str) -> bool {
        self.0.is_active && self.0.password_hash.as_deref() == Some(password_hash)
    }

    /// The identifier.
    pub fn id(&self) -> UserId {
        Id::new(self.0.id)
    }

    /// What was said about the user.
    pub fn draft(&self) -> UserDraft {
        let row = self.0.clone();
        UserDraft {
            email: Email::trusted(row.email),
            full_name: Text::trusted(row.full_name),
            role: Key::trusted(row.role),
            team_id: row.team_id.map(Id::new),
            password: None,
            is_active: row.is_active,
        }
    }

    /// Refuses to go on if the caller has seen another version.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Outcome<()> {
        crate::tx::expect_version(self.0.version, seen)
    }
}

fn user_with(row: user::ActiveModel, draft: &UserDraft) -> user::ActiveModel {
    let UserDraft { email, full_name, role, team_id, password: _, is_active } = draft;
    user::ActiveModel {
        email: Set(email.into()),
        full_name: Set(full_name.into()),
        name_key: Set(fold(full_name.as_str())),
        role: Set(role.into()),
        team_id: Set(team_id.map(Id::uuid)),
        is_active: Set(*is_active),
        ..row
    }
}

/// Writes a new user.
///
/// # Errors
/// When the database fails.
pub async fn insert_user(tx: &Tx, id: UserId, draft: &UserDraft, password_hash: Option<String>) -> Result<(), StoreError> {
    let born = user::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        password_hash: Set(password_hash),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    user::Entity::insert(user_with(born, draft)).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks a user.
///
/// # Errors
/// When the database fails.
pub async fn lock_user(tx: &Tx, id: UserId) -> Result<Option<LockedUser>, StoreError> {
    Ok(user::Entity::find_by_id(id.uuid()).lock_exclusive().one(&tx.conn).await?.map(LockedUser))
}

/// Writes what is now said about a user.
///
/// # Errors
/// When the database fails.
pub async fn update_user(tx: &Tx, locked: &LockedUser, draft: &UserDraft) -> Result<(), StoreError> {
    let changed = user::ActiveModel {
        id: Set(locked.0.id),
        version: Set(locked.0.version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    user_with(changed, draft).update(&tx.conn).await?;
    Ok(())
}

/// Writes the digest of a user's password.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &Tx, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    let changed =
        user::ActiveModel { id: Set(id.uuid()), password_hash: Set(Some(password_hash.to_owned())), ..Default::default() };
    changed.update(&tx.conn).await?;
    Ok(())
}

/// How many active users have the role `admin`, other than one.
///
/// # Errors
/// When the database fails.
pub async fn active_admins(tx: &Tx, other_than: UserId) -> Result<u64, StoreError> {
    // All of them are locked, in one order, so that two administrators cannot take each other's right at once.
    let admins = user::Entity::find().filter(user::Column::Role.eq("admin")).filter(user::Column::IsActive.eq(true));
    let locked = admins.order_by_asc(user::Column::Id).lock_exclusive().all(&tx.conn).await?;
    Ok(locked.iter().filter(|admin| admin.id != other_than.uuid()).count() as u64)
}

fn sign_in(row: user::Model) -> SignIn {
    SignIn { user: Id::new(row.id), password_hash: row.password_hash, is_active: row.is_active }
}

/// The user with that e-mail address, for signing in.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_by_email(reads: &impl Reads, email: &Email) -> Result<Option<SignIn>, StoreError> {
    let row = user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(reads.connection()).await?;
    Ok(row.map(sign_in))
}

/// The user of that identifier, for changing the password.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_by_id(reads: &impl Reads, id: UserId) -> Result<Option<SignIn>, StoreError> {
    Ok(user::Entity::find_by_id(id.uuid()).one(reads.connection()).await?.map(sign_in))
}

/// A team as it is, locked by the unit of work until its end.
pub struct LockedTeam(team::Model);

impl LockedTeam {
    /// The identifier.
    pub fn id(&self) -> TeamId {
        Id::new(self.0.id)
    }

    /// What was said about the team.
    pub fn draft(&self) -> TeamDraft {
        TeamDraft { name: Text::trusted(self.0.name.clone()), parent_id: self.0.parent_id.map(Id::new) }
    }

    /// Refuses to go on if the caller has seen another version.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Outcome<()> {
        crate::tx::expect_version(self.0.version, seen)
    }
}

fn team_with(row: team::ActiveModel, draft: &TeamDraft) -> team::ActiveModel {
    let TeamDraft { name, parent_id } = draft;
    team::ActiveModel {
        name: Set(name.into()),
        name_key: Set(fold(name.as_str())),
        parent_id: Set(parent_id.map(Id::uuid)),
        ..row
    }
}

/// Writes a new team.
///
/// # Errors
/// When the database fails.
pub async fn insert_team(tx: &Tx, id: TeamId, draft: &TeamDraft) -> Result<(), StoreError> {
    let born = team::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        archived_at: Set(None),
        ..Default::default()
    };
    team::Entity::insert(team_with(born, draft)).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Locks a team.
///
/// # Errors
/// When the database fails.
pub async fn lock_team(tx: &Tx, id: TeamId) -> Result<Option<LockedTeam>, StoreError> {
    let select = team::Entity::find_by_id(id.uuid()).filter(team::Column::ArchivedAt.is_null());
    Ok(select.lock_exclusive().one(&tx.conn).await?.map(LockedTeam))
}

/// Writes what is now said about a team.
///
/// # Errors
/// When the database fails.
pub async fn update_team(tx: &Tx, locked: &LockedTeam, draft: &TeamDraft) -> Result<(), StoreError> {
    let changed = team::ActiveModel {
        id: Set(locked.0.id),
        version: Set(locked.0.version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    team_with(changed, draft).update(&tx.conn).await?;
    Ok(())
}

/// Locks all teams, so that nobody else changes what stands below what.
///
/// # Errors
/// When the database fails.
pub async fn lock_teams(tx: &Tx) -> Result<(), StoreError> {
    let select = team::Entity::find().select_only().column(team::Column::Id).order_by_asc(team::Column::Id);
    select.lock_exclusive().into_tuple::<Uuid>().all(&tx.conn).await?;
    Ok(())
}

/// Whether a team is `top` itself or stands below it.
///
/// # Errors
/// When the database fails.
pub async fn team_is_below(tx: &Tx, team: TeamId, top: TeamId) -> Result<bool, StoreError> {
    Ok(teams_from(tx, top.uuid()).await?.contains(&team))
}

/// Writes a new session.
///
/// # Errors
/// When the database fails.
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
    session::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &Tx, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::EndedAt.is_null())
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// Ends all sessions of a user, but for one.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of(tx: &Tx, user: UserId, but: Option<SessionId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .filter(session::Column::UserId.eq(user.uuid()))
        .filter(session::Column::EndedAt.is_null())
        .apply_if(but, |update, but| update.filter(session::Column::Id.ne(but.uuid())))
        .exec(&tx.conn)
        .await?;
    Ok(())
}

/// Writes a new refresh token, by its digest.
///
/// # Errors
/// When the database fails.
pub async fn insert_refresh_token(tx: &Tx, token_hash: &str, session: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = refresh_token::ActiveModel {
        token_hash: Set(token_hash.to_owned()),
        session_id: Set(session.uuid()),
        created_at: Set(now),
        spent_at: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// Spends a refresh token. Of two that come at once, one spends it and the other finds it spent.
///
/// # Errors
/// When the database fails.
pub async fn spend_refresh_token(tx: &Tx, token_hash: &str, now: DateTime<Utc>) -> Result<SpentToken, StoreError> {
    let Some(token) = refresh_token::Entity::find_by_id(token_hash).lock_exclusive().one(&tx.conn).await? else {
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
    spent.update(&tx.conn).await?;
    Ok(SpentToken::Good(session, state.user))
}

/// An API key to be written.
pub struct NewApiKey<'a> {
    /// Its identifier.
    pub id: ApiKeyId,
    /// How it begins.
    pub prefix: &'a str,
    /// The digest of its secret.
    pub secret_hash: &'a str,
    /// What it is for.
    pub name: &'a str,
    /// The user for whom it acts.
    pub user: UserId,
    /// What it may do.
    pub scopes: &'a BTreeSet<Permission>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Writes a new API key.
///
/// # Errors
/// When the database fails.
pub async fn insert_api_key(tx: &Tx, new: &NewApiKey<'_>) -> Result<(), StoreError> {
    let row = api_key::ActiveModel {
        id: Set(new.id.uuid()),
        version: Set(1),
        prefix: Set(new.prefix.to_owned()),
        secret_hash: Set(new.secret_hash.to_owned()),
        name: Set(new.name.to_owned()),
        user_id: Set(new.user.uuid()),
        scopes: Set(Col(Document(new.scopes.clone()))),
        created_at: Set(tx.now),
        expires_at: Set(new.expires_at),
        revoked_at: Set(None),
    };
    api_key::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}

/// An API key as it is, locked by the unit of work until its end.
pub struct LockedApiKey(api_key::Model);

impl LockedApiKey {
    /// Refuses to go on if the caller has seen another version.
    ///
    /// # Errors
    /// `version_mismatch`.
    pub fn expect_version(&self, seen: Option<i64>) -> Outcome<()> {
        crate::tx::expect_version(self.0.version, seen)
    }
}

/// Locks one of a user's own API keys that is not revoked.
///
/// # Errors
/// When the database fails.
pub async fn lock_api_key(tx: &Tx, id: ApiKeyId, of: UserId) -> Result<Option<LockedApiKey>, StoreError> {
    let own = api_key::Entity::find_by_id(id.uuid())
        .filter(api_key::Column::UserId.eq(of.uuid()))
        .filter(api_key::Column::RevokedAt.is_null())
        .lock_exclusive();
    Ok(own.one(&tx.conn).await?.map(LockedApiKey))
}

/// Writes that an API key was revoked.
///
/// # Errors
/// When the database fails.
pub async fn revoke_api_key(tx: &Tx, key: &LockedApiKey) -> Result<(), StoreError> {
    let revoked = api_key::ActiveModel {
        id: Set(key.0.id),
        version: Set(key.0.version + 1),
        revoked_at: Set(Some(tx.now)),
        ..Default::default()
    };
    revoked.update(&tx.conn).await?;
    Ok(())
}

/// Writes a new key for signing access tokens.
///
/// # Errors
/// When the database fails.
pub async fn insert_signing_key(tx: &Tx, secret: &str) -> Result<(), StoreError> {
    let row = signing_key::ActiveModel {
        id: Set(tx.new_id::<signing_key::Model>().uuid()),
        secret: Set(secret.to_owned()),
        created_at: Set(tx.now),
    };
    signing_key::Entity::insert(row).exec_without_returning(&tx.conn).await?;
    Ok(())
}
