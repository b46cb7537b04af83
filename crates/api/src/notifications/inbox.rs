use actix_web::{HttpRequest, get, patch, post, web::Path};
use chot_application::notifications as actions;
use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{EmailChoices, Language, MarkAllRead, NotificationId, PreferencesDraft, PreferencesPatch};
use chot_domain::shared::{Code, DomainError, Nothing};
use chot_persistence::notifications::{self, NotificationFilter, NotificationView, PreferencesView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::notifications::texts;
use crate::web::extract::{Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::messages::Locale;
use crate::web::problem::ApiError;
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(count_unread).service(mark_all_read).service(get_one).service(mark_read);
    config.service(get_preferences).service(update_preferences);
}

impl Record for NotificationView {
    type Id = NotificationId;
    const PATH: &'static str = "/api/v1/notifications";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &impl ReadDb, actor: &Actor, id: NotificationId) -> Result<Option<Self>, StoreError> {
        notifications::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: NotificationId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// Something that the caller was told, in words.
#[derive(Serialize, ToSchema)]
struct Notification {
    #[serde(flatten)]
    facts: NotificationView,
    /// What happened, in a line.
    #[schema(max_length = 1000, example = "Bạn được giao khách hàng tiềm năng Công ty TNHH Hoa Sen")]
    title: String,
    /// What happened and what to do, in a sentence or two.
    #[schema(max_length = 5000)]
    text: String,
    /// Where the record is read, if the caller sees it.
    #[schema(max_length = 200, example = "/api/v1/leads/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10")]
    path: String,
}

impl Notification {
    fn render(facts: NotificationView, locale: Locale) -> Self {
        let words = texts::words(locale, facts.kind.0, &facts.params);
        let path = texts::address(facts.subject_kind.0, facts.subject_id);
        Self { facts, title: words.subject, text: words.text, path }
    }

    fn reply(facts: NotificationView, locale: Locale) -> ApiResponse {
        let version = facts.version;
        ApiResponse::ok(&Self::render(facts, locale)).in_version(version)
    }
}

/// Whose inbox and preferences are meant: those of the user for whom the caller acts.
fn user(caller: &Caller) -> Result<UserId, DomainError> {
    caller.actor().user().ok_or_else(|| Code::NotFound.into())
}

/// The language of the request, or else the one that the user has chosen.
async fn language(request: &HttpRequest, caller: &Caller) -> Result<Locale, ApiError> {
    let header = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
    match Locale::named(header) {
        Some(locale) => Ok(locale),
        None => Ok(notifications::preferences(caller.db(), user(caller)?).await?.language.into()),
    }
}

/// List notifications.
///
/// Your own inbox, the newest first. Texts are in the language of `Accept-Language`, or else in the language of your preferences.
#[utoipa::path(tag = "notifications", operation_id = "listNotifications", security(("bearer" = ["notifications:read"])),
    params(NotificationFilter), responses((status = 200, body = Page<Notification>)))]
#[get("/notifications")]
async fn list(caller: Caller, query: List<NotificationFilter>) -> HandlerResult {
    let locale = language(&query.request, &caller).await?;
    let Page { data, page } = notifications::list(caller.db(), caller.actor(), &query.filter, &query.paging).await?;
    let data: Vec<_> = data.into_iter().map(|facts| Notification::render(facts, locale)).collect();
    Ok(query.page(&Page { data, page }))
}

/// How much is unread.
#[derive(Serialize, ToSchema)]
struct UnreadCount {
    /// How many notifications are unread; 10000 means that many or more.
    #[schema(minimum = 0, maximum = 10000)]
    unread: u64,
}

/// Count unread notifications.
///
/// How many of your notifications are unread.
#[utoipa::path(tag = "notifications", operation_id = "countUnreadNotifications", security(("bearer" = ["notifications:read"])),
    responses((status = 200, body = UnreadCount)))]
#[get("/notifications/unread-count")]
async fn count_unread(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&UnreadCount { unread: notifications::unread(caller.db(), caller.actor()).await? }))
}

/// Get a notification.
///
/// One notification of one's own. Reading it does not mark it as read.
#[utoipa::path(tag = "notifications", operation_id = "getNotification", security(("bearer" = ["notifications:read"])),
    responses((status = 200, body = Notification)))]
#[get("/notifications/{notification_id}")]
async fn get_one(request: HttpRequest, caller: Caller, id: Path<NotificationId>) -> HandlerResult {
    let facts = notifications::find(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Notification::reply(facts, language(&request, &caller).await?))
}

/// Mark a notification as read.
///
/// Marking it again changes nothing.
#[utoipa::path(tag = "notifications", operation_id = "markNotificationRead", security(("bearer" = ["notifications:update"])),
    responses((status = 200, body = Notification)))]
#[post("/notifications/{notification_id}/mark-read")]
async fn mark_read(
    request: HttpRequest,
    caller: Caller,
    id: Path<NotificationId>,
    OptionalBody(body): OptionalBody<Nothing>,
) -> HandlerResult {
    let locale = language(&request, &caller).await?;
    let read = async |tx: &Tx, _: &Nothing| {
        caller.check_version::<NotificationView, _>(tx, *id, async || actions::mark_read(tx, *id).await).await?;
        let facts = notifications::find(tx, &tx.actor, *id).await?.ok_or(Code::NotFound)?;
        Ok(Notification::reply(facts, locale))
    };
    caller.post(&body, read).await
}

/// How much was marked.
#[derive(Serialize, ToSchema)]
struct MarkedRead {
    /// How many notifications were marked as read that were unread before.
    #[schema(minimum = 0)]
    marked: u64,
}

/// Mark all notifications as read.
///
/// All of one's own that are unread, or with `before` those that came before that instant: so that nothing is marked that came after the
/// screen was loaded.
#[utoipa::path(tag = "notifications", operation_id = "markAllNotificationsRead", security(("bearer" = ["notifications:update"])),
    request_body = MarkAllRead, responses((status = 200, body = MarkedRead)))]
#[post("/notifications/mark-all-read")]
async fn mark_all_read(caller: Caller, OptionalBody(body): OptionalBody<MarkAllRead>) -> HandlerResult {
    let marked = async |tx: &Tx, order: &MarkAllRead| {
        Ok(ApiResponse::ok(&MarkedRead { marked: actions::mark_all_read(tx, order).await? }))
    };
    caller.post(&body, marked).await
}

/// How the caller wants to be told of things.
#[derive(Serialize, ToSchema)]
struct NotificationPreferences {
    /// Counts up with each change; the `ETag` begins with it.
    version: i64,
    /// The language of e-mails, and of the inbox where the request names none in `Accept-Language`.
    language: Language,
    /// Which kinds of notifications come by e-mail as well. The inbox gets every kind.
    email: EmailChoices,
    /// Whether this deployment sends e-mails at all. If it does not, the choices are kept for the day when it does.
    is_email_available: bool,
}

impl NotificationPreferences {
    fn reply(stored: PreferencesView, is_email_available: bool) -> ApiResponse {
        let PreferencesView { version, language, email } = stored;
        ApiResponse::ok(&Self { version, language, email, is_email_available }).in_version(version)
    }
}

/// Get the notification preferences.
///
/// The language, and for each kind of notification whether it comes by e-mail as well.
#[utoipa::path(tag = "notifications", operation_id = "getNotificationPreferences",
    responses((status = 200, body = NotificationPreferences)))]
#[get("/me/notification-preferences")]
async fn get_preferences(caller: Caller) -> HandlerResult {
    let stored = notifications::preferences(caller.db(), user(&caller)?).await?;
    Ok(NotificationPreferences::reply(stored, caller.ctx.engine.mailer.is_some()))
}

/// Update the notification preferences.
///
/// `{"email": {"lead_follow_up_due": true}}` changes one choice and leaves the others. What was written before keeps its language.
#[utoipa::path(tag = "notifications", operation_id = "updateNotificationPreferences",
    security(("bearer" = ["notifications:update"])),
    request_body(content = PreferencesPatch, example = json!({"language": "en", "email": {"lead_follow_up_due": true}})),
    responses((status = 200, body = NotificationPreferences)))]
#[patch("/me/notification-preferences")]
async fn update_preferences(caller: Caller, seen: IfMatch, Patch(patch): Patch<PreferencesDraft>) -> HandlerResult {
    let user = user(&caller)?;
    let changed = async |tx: &Tx, patch: &PreferencesPatch| {
        seen.run(&tx.actor, async |version| actions::update_preferences(tx, user, patch, version).await).await?;
        Ok(NotificationPreferences::reply(notifications::preferences(tx, user).await?, tx.sends_mail))
    };
    caller.patch(&patch, changed).await
}
