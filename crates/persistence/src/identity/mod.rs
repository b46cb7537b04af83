//! Users, teams, sessions, API keys and the keys that sign access tokens.

mod access;
mod query;
mod row;
mod store;
mod view;

pub use access::{ApiKeySecret, SessionState, SpentToken, actor, api_key, role_of, session, signing_keys};
pub use query::{
    ApiKeyFilter, ApiKeySort, TeamFilter, TeamSort, UserFilter, UserSort, find_api_key, find_team, find_user, has_users,
    list_api_keys, list_teams, list_users,
};
pub(crate) use row::user;
pub use store::{
    LockedApiKey, LockedTeam, LockedUser, NewApiKey, SignIn, active_admins, end_session, end_sessions_of, insert_api_key,
    insert_refresh_token, insert_session, insert_signing_key, insert_team, insert_user, lock_api_key, lock_team, lock_teams,
    lock_user, revoke_api_key, set_password, sign_in_by_email, sign_in_by_id, spend_refresh_token, team_is_below, update_team,
    update_user,
};
pub use view::{ApiKeyView, TeamView, UserView};
