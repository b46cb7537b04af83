//! Users, teams, sessions, API keys and the keys that sign access tokens.

mod access;
mod answering;
mod api_keys;
mod query;
mod row;
mod sessions;
mod teams;
mod users;
mod view;

pub use access::{
    Addressee, ApiKeySecret, SessionState, SigningKey, SpentToken, actor, addressee, api_key, managers_of, role_of, session,
    signing_keys, user_named, users_among,
};
pub(crate) use access::{is_working_key, teams_from};
pub use answering::{answering, is_in_scope};
pub use api_keys::{LockedApiKey, NewApiKey, insert_api_key, lock_api_key, revoke_api_key, revoke_api_keys_of};
pub use query::{
    ApiKeyFilter, TeamFilter, UserFilter, find_api_key, find_team, find_user, has_active_users_at, has_users, list_api_keys,
    list_teams, list_users,
};
pub(crate) use row::user;
pub use sessions::{
    delete_sessions_before, end_session, end_sessions_of, insert_refresh_token, insert_session, insert_signing_key,
    spend_refresh_token,
};
pub use teams::{LockedTeam, insert_team, lock_team, lock_teams, team_is_below, update_team};
pub use users::{LockedUser, SignIn, active_admins, insert_user, set_password, sign_in_by_email, sign_in_by_id, update_user};
pub use view::{ApiKeyView, TeamView, UserView};
