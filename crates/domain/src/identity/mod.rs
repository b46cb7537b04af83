//! Users in teams, each with a role of the playbook, and the API keys that act for them.

mod actor;
mod draft;
mod password;
mod permission;

pub use actor::{Actor, ActorKind, Principal};
pub use draft::{ApiKeyDraft, ChangePassword, RefreshTokens, SignIn, TeamDraft, UserDraft};
pub use password::Password;
pub use permission::{Permission, Permissions, RoleScope};

use crate::shared::{Id, MergePatch};

/// A person who signs in to the system.
pub struct User;
/// A group of users; teams form a tree.
pub struct Team;
/// One sign-in of a user on one device, until sign-out.
pub struct Session;
/// A secret that lets a program act for a user.
pub struct ApiKey;

/// A change to a user.
pub type UserPatch = MergePatch<UserDraft>;
/// A change to a team.
pub type TeamPatch = MergePatch<TeamDraft>;

/// Identifier of a user.
pub type UserId = Id<User>;
/// Identifier of a team.
pub type TeamId = Id<Team>;
/// Identifier of a session.
pub type SessionId = Id<Session>;
/// Identifier of an API key.
pub type ApiKeyId = Id<ApiKey>;
