use uuid::Uuid;

use super::{ApiKeyId, Permission, Permissions, RoleScope, TeamId, UserId};
use crate::shared::{Code, DomainError, StringEnum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A signed-in user.
    User,
    /// A program with an API key. It acts for the user who created the key.
    ApiKey,
    /// A public web form.
    LeadForm,
    /// The system: a timer that fell due, or the command line.
    System,
}

impl StringEnum for ActorKind {}

/// The identity of an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A signed-in user.
    User(UserId),
    /// A program with an API key, and the user of the key.
    ApiKey(ApiKeyId, UserId),
    /// A public web form, by identifier.
    LeadForm(Uuid),
    /// The system.
    System,
}

/// Who acts, with which permissions and scope. Read once per request; every action and every query checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The identity.
    pub who: Principal,
    /// The permissions.
    pub permissions: Permissions,
    /// The scope of visible records.
    pub scope: RoleScope,
    /// The actor's team and all teams below it.
    pub teams: Vec<TeamId>,
}

impl Actor {
    /// The system: timers, the command line, demo data.
    pub fn system() -> Self {
        Self { who: Principal::System, permissions: Permissions::all(), scope: RoleScope::All, teams: Vec::new() }
    }

    /// A public web form: it may create leads and sees no records.
    pub fn lead_form(form: Uuid) -> Self {
        Self {
            who: Principal::LeadForm(form),
            permissions: [Permission::LeadsCreate].into_iter().collect(),
            scope: RoleScope::Own,
            teams: Vec::new(),
        }
    }

    /// The API key of the request, if any.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        match self.who {
            Principal::ApiKey(key, _) => Some(key),
            Principal::User(_) | Principal::LeadForm(_) | Principal::System => None,
        }
    }

    /// Whether the actor has the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Requires a permission.
    ///
    /// # Errors
    /// [`Code::Forbidden`] with the name of the missing permission.
    pub fn require(&self, permission: Permission) -> Result<(), DomainError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(DomainError::from(Code::Forbidden).fact("permission", permission))
    }

    /// The user who acts or for whom the API key acts, if any.
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Principal::User(user) | Principal::ApiKey(_, user) => Some(user),
            Principal::LeadForm(_) | Principal::System => None,
        }
    }

    /// The kind of the actor.
    pub fn kind(&self) -> ActorKind {
        match self.who {
            Principal::User(_) => ActorKind::User,
            Principal::ApiKey(..) => ActorKind::ApiKey,
            Principal::LeadForm(_) => ActorKind::LeadForm,
            Principal::System => ActorKind::System,
        }
    }

    /// The identifier of the user, API key or web form.
    pub fn id(&self) -> Option<Uuid> {
        match self.who {
            Principal::User(user) => Some(user.uuid()),
            Principal::ApiKey(key, _) => Some(key.uuid()),
            Principal::LeadForm(form) => Some(form),
            Principal::System => None,
        }
    }
}
