use chrono::{DateTime, Utc};
use sea_orm::DerivePartialModel;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::row::{api_key, team, user};

/// What an API key may do.
pub type StoredScopes = api_key::Scopes;

/// A person who works with the system.
#[derive(Clone, Debug, Serialize, ToSchema, DerivePartialModel)]
#[sea_orm(entity = "user::Entity")]
#[schema(as = User)]
pub struct UserView {
    /// Identifier.
    #[schema(format = Uuid)]
    pub id: Uuid,
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The address to sign in with.
    #[schema(max_length = 254, example = "lan@congty.example.vn")]
    pub email: String,
    /// The person's name as written.
    #[schema(max_length = 200, example = "Nguyễn Thị Lan")]
    pub full_name: String,
    /// The role of the playbook that decides what the user may do and see.
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
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// The team's name.
    #[schema(max_length = 100, example = "Kinh doanh Hà Nội")]
    pub name: String,
    /// The team above it.
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
    /// Counts up with each change; the `ETag` begins with it.
    pub version: i64,
    /// How the key begins, to recognise it by.
    #[schema(max_length = 30, example = "chot_live_k3v9x2ab")]
    pub prefix: String,
    /// What the key is for.
    #[schema(max_length = 100)]
    pub name: String,
    /// The user for whom it acts.
    #[schema(format = Uuid)]
    pub user_id: Uuid,
    /// What it may do, as far as its user may.
    #[schema(value_type = Vec<chot_domain::identity::Permission>, max_items = 60)]
    pub scopes: StoredScopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}
