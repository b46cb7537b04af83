use chrono::{DateTime, Utc};
use sea_orm::DerivePartialModel;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::row::{api_key, team, user};

/// The permissions of an API key.
pub type StoredScopes = api_key::Scopes;

/// A person who signs in to the system.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "user::Entity")]
#[schema(as = User)]
pub struct UserView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// The e-mail address to sign in with.
    #[schema(max_length = 254, example = "lan@congty.example.vn")]
    pub email: String,
    /// Full name.
    #[schema(max_length = 200, example = "Nguyễn Thị Lan")]
    pub full_name: String,
    /// A role of the playbook. It defines what the user may do and see.
    #[schema(max_length = 50, example = "salesperson")]
    pub role: String,
    /// The team.
    #[schema(format = Uuid)]
    pub team_id: Option<Uuid>,
    /// Whether the user can sign in.
    pub is_active: bool,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A group of users; teams form a tree.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "team::Entity")]
#[schema(as = Team)]
pub struct TeamView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// Name of the team.
    #[schema(max_length = 100, example = "Kinh doanh Hà Nội")]
    pub name: String,
    /// The parent team.
    #[schema(format = Uuid)]
    pub parent_id: Option<Uuid>,
    /// When the team was created.
    pub created_at: DateTime<Utc>,
    /// When the team was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An API key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "api_key::Entity")]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Version number. It grows with each change and is the first part of the `ETag`.
    pub version: i64,
    /// First characters of the key, to recognise it.
    #[schema(max_length = 30, example = "chot_live_k3v9x2ab")]
    pub prefix: String,
    /// Purpose of the key.
    #[schema(max_length = 100)]
    pub name: String,
    /// The user for whom the key acts.
    #[schema(format = Uuid)]
    pub user_id: Uuid,
    /// The permissions of the key. They apply only as far as its user has them.
    #[schema(value_type = Vec<chot_domain::identity::Permission>, max_items = 60)]
    pub scopes: StoredScopes,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}
