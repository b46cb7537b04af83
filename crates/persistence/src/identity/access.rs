use std::collections::BTreeSet;

use chot_domain::identity::{Actor, ApiKeyId, Permission, Principal, RoleScope, SessionId, TeamId, UserId};
use chot_domain::playbook::{Playbook, Role};
use chot_domain::shared::{Id, Key};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::row::{api_key, session, signing_key, team, user};
use crate::{ReadDb, StoreError};

/// The data of a session that a request needs.
#[derive(Clone, Copy, Debug)]
pub struct SessionState {
    /// The user of the session.
    pub user: UserId,
    /// Whether it is still valid.
    pub is_open: bool,
}

/// The result of using a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpentToken {
    /// It was valid and is used now.
    Good(SessionId, UserId),
    /// It was already used, at this time.
    Reused(SessionId, DateTime<Utc>),
    /// It is unknown, or its session has ended.
    Unknown,
}

/// The data of an API key that a request needs.
#[derive(Clone, Debug)]
pub struct ApiKeySecret {
    /// Its identifier.
    pub id: ApiKeyId,
    /// The user for whom the key acts.
    pub user: UserId,
    /// The digest of its secret.
    pub secret_hash: String,
    /// The permissions of the key.
    pub scopes: BTreeSet<Permission>,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The session with this identifier.
pub async fn session(db: &dyn ReadDb, id: SessionId, now: DateTime<Utc>) -> Result<Option<SessionState>, StoreError> {
    let row = session::Entity::find_by_id(id.uuid()).one(&db.executor()).await?;
    Ok(row.map(|row| SessionState { user: Id::new(row.user_id), is_open: row.ended_at.is_none() && row.expires_at > now }))
}

/// The API key with this prefix, unless it is revoked.
pub async fn api_key(db: &dyn ReadDb, prefix: &str) -> Result<Option<ApiKeySecret>, StoreError> {
    let select = api_key::Entity::find().filter(api_key::Column::Prefix.eq(prefix)).filter(api_key::Column::RevokedAt.is_null());
    let row = select.one(&db.executor()).await?;
    Ok(row.map(|row| ApiKeySecret {
        id: Id::new(row.id),
        user: Id::new(row.user_id),
        secret_hash: row.secret_hash,
        scopes: row.scopes.0.0,
        expires_at: row.expires_at,
    }))
}

/// Whether an API key is valid: not revoked and not expired.
pub(crate) async fn is_working_key(db: &dyn ReadDb, id: ApiKeyId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let key = api_key::Entity::find_by_id(id.uuid()).filter(api_key::Column::RevokedAt.is_null());
    let key = key.one(&db.executor()).await?;
    Ok(key.is_some_and(|key| key.expires_at.is_none_or(|at| at > now)))
}

/// The actor for an active user, with the role's permissions and the visible teams.
pub async fn actor(db: &dyn ReadDb, playbook: &Playbook, user: UserId) -> Result<Option<Actor>, StoreError> {
    let active = user::Entity::find_by_id(user.uuid()).filter(user::Column::IsActive.eq(true));
    let Some(row) = active.one(&db.executor()).await? else {
        return Ok(None);
    };
    let Some(role) = playbook.role(&row.role) else {
        return Ok(None);
    };
    let teams = match row.team_id {
        Some(team) => teams_from(db, team).await?,
        None => Vec::new(),
    };
    Ok(Some(Actor { who: Principal::User(user), permissions: role.granted(), scope: role.scope, teams }))
}

/// The role of an active user; `None` if the user is inactive or does not exist.
pub async fn role_of(db: &dyn ReadDb, user: UserId) -> Result<Option<Key>, StoreError> {
    let working = user::Entity::find_by_id(user.uuid()).filter(user::Column::IsActive.eq(true));
    let role = working.select_only().column(user::Column::Role).into_tuple::<String>().one(&db.executor()).await?;
    Ok(role.map(Key::from_stored))
}

/// The active user with this e-mail address or identifier.
pub async fn user_named(db: &dyn ReadDb, name: &str) -> Result<Option<UserId>, StoreError> {
    let is_theirs = match name.parse::<UserId>() {
        Ok(id) => user::Column::Id.eq(id.uuid()),
        Err(_) => user::Column::Email.eq(name),
    };
    let select = user::Entity::find().filter(is_theirs).filter(user::Column::IsActive.eq(true)).select_only();
    let found = select.column(user::Column::Id).into_tuple::<Uuid>().one(&db.executor()).await?;
    Ok(found.map(Id::new))
}

/// Those of the given users that exist.
pub async fn users_among(db: &dyn ReadDb, ids: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let select = user::Entity::find().filter(user::Column::Id.is_in(ids)).select_only().column(user::Column::Id);
    Ok(select.into_tuple().all(&db.executor()).await?)
}

/// The recipient of an e-mail.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// Name and address of an active user; `None` if the user is inactive or does not exist.
pub async fn addressee(db: &dyn ReadDb, user: UserId) -> Result<Option<Addressee>, StoreError> {
    let working = user::Entity::find_by_id(user.uuid()).filter(user::Column::IsActive.eq(true));
    let columns = working.select_only().columns([user::Column::FullName, user::Column::Email]);
    let found: Option<(String, String)> = columns.into_tuple().one(&db.executor()).await?;
    Ok(found.map(|(name, email)| Addressee { name, email }))
}

/// The managers of a user: the active users in the same team or a team above it, whose role has a larger scope than `own` and
/// may assign leads.
pub async fn managers_of(db: &dyn ReadDb, playbook: &Playbook, user: UserId) -> Result<Vec<UserId>, StoreError> {
    let team = user::Entity::find_by_id(user.uuid()).select_only().column(user::Column::TeamId);
    let Some(team) = team.into_tuple::<Option<Uuid>>().one(&db.executor()).await?.flatten() else {
        return Ok(Vec::new());
    };
    let leads = |role: &&Role| role.scope != RoleScope::Own && role.granted().contains(Permission::LeadsAssign);
    let roles: Vec<&str> = playbook.roles.iter().filter(leads).map(|role| role.key.as_str()).collect();
    let managers = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::IsActive.eq(true))
        .filter(user::Column::Role.is_in(roles))
        .filter(user::Column::TeamId.is_in(teams_up_from(db, team).await?))
        .filter(user::Column::Id.ne(user.uuid()))
        .order_by_asc(user::Column::Id);
    let found: Vec<Uuid> = managers.into_tuple().all(&db.executor()).await?;
    Ok(found.into_iter().map(Id::new).collect())
}

/// A team and all teams above it.
pub(super) async fn teams_up_from(db: &dyn ReadDb, bottom: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let all = team_tree(db).await?;
    let mut found = vec![bottom];
    let above = |team: Uuid| all.iter().find(|(id, _)| *id == team).and_then(|(_, above)| *above);
    while let Some(next) = found.last().copied().and_then(above).filter(|next| !found.contains(next)) {
        found.push(next);
    }
    Ok(found)
}

/// Every team with its parent. There are few teams, so the tree is processed in memory.
async fn team_tree(db: &dyn ReadDb) -> Result<Vec<(Uuid, Option<Uuid>)>, StoreError> {
    let columns = team::Entity::find().select_only().columns([team::Column::Id, team::Column::ParentId]);
    Ok(columns.into_tuple().all(&db.executor()).await?)
}

/// A team and all teams below it.
pub(crate) async fn teams_from(db: &dyn ReadDb, top: Uuid) -> Result<Vec<TeamId>, StoreError> {
    let all = team_tree(db).await?;
    let mut found = vec![top];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        let below = all.iter().filter(|(id, above)| *above == Some(parent) && !found.contains(id)).map(|(id, _)| *id);
        found.extend(below.collect::<Vec<_>>());
        next += 1;
    }
    Ok(found.into_iter().map(Id::new).collect())
}

/// A key that signs access tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// Its identifier, contained in tokens.
    pub id: Uuid,
    /// The key: Ed25519 in PKCS #8, as base64.
    pub secret: String,
    /// When it starts signing.
    pub signs_from: DateTime<Utc>,
    /// When the next key starts signing instead.
    pub signs_until: Option<DateTime<Utc>>,
}

/// How long tokens of a key are accepted after its last signature: longer than the lifetime of any token, to allow for clock
/// differences.
const SEEN_AFTER: TimeDelta = TimeDelta::hours(1);

impl SigningKey {
    /// Whether a valid token of this key can still exist.
    pub fn may_be_seen(&self, now: DateTime<Utc>) -> bool {
        self.signs_until.is_none_or(|until| until + SEEN_AFTER > now)
    }
}

/// The keys that sign access tokens, newest first.
pub async fn signing_keys(db: &dyn ReadDb) -> Result<Vec<SigningKey>, StoreError> {
    let mut rows = signing_key::Entity::find().all(&db.executor()).await?;
    let begins = |row: &signing_key::Model| row.signs_from.unwrap_or(row.created_at);
    rows.sort_by_key(|row| std::cmp::Reverse((begins(row), row.id)));
    let mut next = None;
    let keys = rows.into_iter().map(|row| {
        let signs_from = begins(&row);
        SigningKey { id: row.id, secret: row.secret, signs_from, signs_until: next.replace(signs_from) }
    });
    Ok(keys.collect())
}
