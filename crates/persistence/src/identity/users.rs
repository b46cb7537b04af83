use chot_domain::identity::{UserDraft, UserId};
use chot_domain::shared::{Email, Id, Key, Text, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::row::user;
use crate::storage::locked::{LockRow, Locked, write};
use crate::{ReadDb, StoreError, Tx};

/// The data of a user needed to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The user.
    pub user: UserId,
    /// The e-mail address.
    pub email: Email,
    /// Full name.
    pub full_name: String,
    /// The digest of the password, if one was set.
    pub password_hash: Option<String>,
    /// Whether the user can sign in.
    pub is_active: bool,
}

/// A user, locked until the end of the unit of work.
pub type LockedUser = Locked<user::Model>;

impl Locked<user::Model> {
    /// Whether the user is active and has this password digest.
    pub fn signs_in_with(&self, password_hash: &str) -> bool {
        self.0.is_active && self.0.password_hash.as_deref() == Some(password_hash)
    }

    /// The draft with the current values.
    pub fn draft(&self) -> UserDraft {
        let row = self.0.clone();
        UserDraft {
            email: Email::from_stored(row.email),
            full_name: Text::from_stored(row.full_name),
            role: Key::from_stored(row.role),
            team_id: row.team_id.map(Id::new),
            password: None,
            is_active: row.is_active,
            keep_keys: false,
        }
    }
}

fn user_with(row: user::ActiveModel, draft: &UserDraft) -> user::ActiveModel {
    let UserDraft { email, full_name, role, team_id, password: _, is_active, keep_keys: _ } = draft;
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

/// Inserts a user.
pub async fn insert_user(tx: &Tx, id: UserId, draft: &UserDraft, password_hash: Option<String>) -> Result<(), StoreError> {
    let row = user::ActiveModel {
        id: Set(id.uuid()),
        version: Set(1),
        password_hash: Set(password_hash),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    user::Entity::insert(user_with(row, draft)).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Updates a user.
pub async fn update_user(tx: &Tx, locked: &LockedUser, draft: &UserDraft) -> Result<(), StoreError> {
    write(tx, user_with(locked.changed(tx), draft)).await
}

/// Stores the digest of a user's password.
pub async fn set_password(tx: &Tx, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    let changed =
        user::ActiveModel { id: Set(id.uuid()), password_hash: Set(Some(password_hash.to_owned())), ..Default::default() };
    write(tx, changed).await
}

/// The number of active users with the role `admin`, other than this one.
pub async fn active_admins(tx: &Tx, other_than: UserId) -> Result<u64, StoreError> {
    // All of them are locked in a fixed order, so that two administrators cannot remove each other's role concurrently.
    let admins = user::Entity::find().filter(user::Column::Role.eq("admin")).filter(user::Column::IsActive.eq(true));
    let locked = admins.order_by_asc(user::Column::Id).lock_row().all(&tx.executor()).await?;
    Ok(locked.iter().filter(|admin| admin.id != other_than.uuid()).count() as u64)
}

fn sign_in(row: user::Model) -> SignIn {
    SignIn {
        user: Id::new(row.id),
        email: Email::from_stored(row.email),
        full_name: row.full_name,
        password_hash: row.password_hash,
        is_active: row.is_active,
    }
}

/// The user with this e-mail address, to sign in.
pub async fn sign_in_by_email(db: &dyn ReadDb, email: &Email) -> Result<Option<SignIn>, StoreError> {
    let row = user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(&db.executor()).await?;
    Ok(row.map(sign_in))
}

/// The user with this identifier, to change the password.
pub async fn sign_in_by_id(db: &dyn ReadDb, id: UserId) -> Result<Option<SignIn>, StoreError> {
    Ok(user::Entity::find_by_id(id.uuid()).one(&db.executor()).await?.map(sign_in))
}
