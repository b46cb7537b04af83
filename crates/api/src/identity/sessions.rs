use actix_web::{HttpRequest, post};
use chot_application::identity::{self, Refreshed, SignedIn};
use chot_domain::identity::{Actor, ChangePassword, RefreshTokens, SignIn};
use chot_domain::shared::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::authentication::TOKEN_SECONDS;
use crate::web::extract::{Body, Caller, Unread, keep_to_rate, state};
use crate::web::network::caller_address;
use crate::web::rate_limits::Policy;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(sign_in).service(refresh).service(sign_out).service(change_password);
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
struct TokenPair {
    /// Send this as `Authorization: Bearer …`.
    #[schema(max_length = 2000)]
    access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10, example = "Bearer")]
    token_type: &'static str,
    /// Lifetime of the access token, in seconds.
    #[schema(minimum = 1, maximum = 86400, example = 900)]
    expires_in: i64,
    /// Send it once to `POST /api/v1/auth/refresh` to get new tokens.
    #[schema(max_length = 200)]
    refresh_token: String,
}

async fn tokens(request: &HttpRequest, signed_in: SignedIn) -> HandlerResult {
    let access_token = state(request).authentication.token(signed_in.user, signed_in.session).await?;
    let refresh_token = signed_in.refresh_token;
    Ok(ApiResponse::ok(&TokenPair { access_token, token_type: "Bearer", expires_in: TOKEN_SECONDS, refresh_token }))
}

/// Sign in.
///
/// Starts a session with e-mail address and password. More than ten attempts in a minute for one e-mail address from one network
/// address are refused with 429. So are more than a hundred attempts in a minute for one e-mail address from network addresses
/// where the user has not signed in before.
#[utoipa::path(tag = "sessions", operation_id = "signIn", security(()), request_body = SignIn,
    responses((status = 200, body = TokenPair)))]
#[post("/auth/login")]
async fn sign_in(request: HttpRequest, body: Unread<Body<SignIn>>) -> HandlerResult {
    let address = caller_address(&request);
    keep_to_rate(&request, Policy::SignInAddress, &address)?;
    let body = body.read().await?;
    let credentials = body.right()?;
    let (email, known) = (credentials.email.as_str(), &state(&request).known_addresses);
    keep_to_rate(&request, Policy::SignIn, &format!("{email} {address}"))?;
    if !known.knows(email, &address) {
        keep_to_rate(&request, Policy::SignInAccount, email)?;
    }
    let caller = Caller::anonymous(&request, Actor::system()).await?;
    let signed_in = identity::sign_in(&caller.ctx, credentials).await?;
    known.remember(email, &address);
    tokens(&request, signed_in).await
}

/// Refresh the tokens.
///
/// Exchanges a refresh token for new tokens. A refresh token can be used once. If it is used again, the session ends, because the
/// token may be stolen. If two requests arrive at the same time, the slower one gets 409 `refresh_in_progress`.
#[utoipa::path(tag = "sessions", operation_id = "refreshTokens", security(()), request_body = RefreshTokens,
    responses((status = 200, body = TokenPair)))]
#[post("/auth/refresh")]
async fn refresh(request: HttpRequest, body: Unread<Body<RefreshTokens>>) -> HandlerResult {
    keep_to_rate(&request, Policy::SignInAddress, &caller_address(&request))?;
    let body = body.read().await?;
    let caller = Caller::anonymous(&request, Actor::system()).await?;
    match identity::refresh(&caller.ctx, body.right()?).await? {
        Refreshed::Good(signed_in) => tokens(&request, signed_in).await,
        Refreshed::Ended => {
            caller.rights_changed();
            Err(Code::InvalidRefreshToken.into())
        }
        Refreshed::InProgress => Err(Code::RefreshInProgress.into()),
        Refreshed::Unknown => Err(Code::InvalidRefreshToken.into()),
    }
}

/// Sign out.
///
/// Ends the session of the access token. Its refresh token becomes invalid.
#[utoipa::path(tag = "sessions", operation_id = "signOut", responses((status = 204)))]
#[post("/auth/logout")]
async fn sign_out(caller: Caller) -> HandlerResult {
    let session = caller.session()?;
    caller.ctx.write(async |tx| identity::sign_out(tx, session).await).await?;
    caller.rights_changed();
    Ok(ApiResponse::nothing())
}

/// Change your password.
///
/// Changes your own password. All your other sessions end.
#[utoipa::path(tag = "sessions", operation_id = "changePassword", request_body = ChangePassword, responses((status = 204)))]
#[post("/auth/password")]
async fn change_password(request: HttpRequest, caller: Caller, body: Body<ChangePassword>) -> HandlerResult {
    let session = caller.session()?;
    keep_to_rate(&request, Policy::SignIn, &session.to_string())?;
    identity::change_password(&caller.ctx, session, body.right()?).await?;
    caller.rights_changed();
    Ok(ApiResponse::nothing())
}
