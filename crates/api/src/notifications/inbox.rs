use actix_web::{HttpRequest, get, patch, post, web::Path};
use chot_application::notifications as actions;
use chot_domain::identity::{Actor, UserId};
use chot_domain::notifications::{EmailChoices, Language, MarkAllRead, NotificationId, PreferencesDraft, PreferencesPatch};
use chot_domain::shared::{Code, DomainError, Nothing};
use chot_persistence::notifications::{self, NotificationFilter, NotificationView, PreferencesView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};
use serde::Serialize;
use utoipa::ToSchema;

use crate::notifications::texts;
use crate::web::extract::{Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::messages::Locale;
use crate::web::problem::ApiError;
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(count_unread).service(mark_all_read).service(get_one).service(mark_read);
    config.service(get_preferences).service(update_preferences);
}

impl Record for NotificationView {
    type Id = NotificationId;
    const PATH: &'static str = "/api/v1/notifications";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: NotificationId) -> Result<Option<Self>, StoreError> {
        notifications::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: NotificationId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// A notification of the caller, with its texts.
#[derive(Serialize, ToSchema)]
struct Notification {
    #[serde(flatten)]
    facts: NotificationView,
    /// What happened, in one line.
    #[schema(max_length = 1000, example = "Bạn được giao khách hàng tiềm năng Công ty TNHH Hoa Sen")]
    title: String,
    /// What happened and what to do, in one or two sentences.
    #[schema(max_length = 5000)]
    text: String,
    /// The path of the record, readable if the caller may see it.
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

/// The owner of the inbox and the preferences: the user for whom the caller acts.
fn user(caller: &Caller) -> Result<UserId, DomainError> {
    caller.actor().user().ok_or_else(|| Code::NotFound.into())
}

/// The language of the request, otherwise the one of the user's preferences.
async fn language(request: &HttpRequest, caller: &Caller) -> Result<Locale, ApiError> {
    let header = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
    match Locale::named(header) {
        Some(locale) => Ok(locale),
        None => Ok(notifications::preferences(caller.db(), user(caller)?).await?.language.into()),
    }
}

/// List notifications.
///
/// Returns your own notifications, newest first. Texts are in the language of `Accept-Language`. Without that header, they are in
/// the language of your preferences.
#[utoipa::path(tag = "notifications", operation_id = "listNotifications", security(("bearer" = ["notifications:read"])),
    params(NotificationFilter), responses((status = 200, body = Page<Notification>)))]
#[get("/notifications")]
async fn list(caller: Caller, query: List<NotificationFilter>) -> HandlerResult {
    let locale = language(&query.request, &caller).await?;
    let Page { data, page } = notifications::list(caller.db(), caller.actor(), &query.filter, &query.paging).await?;
    let data: Vec<_> = data.into_iter().map(|facts| Notification::render(facts, locale)).collect();
    Ok(query.page(&Page { data, page }))
}

/// The number of unread notifications.
#[derive(Serialize, ToSchema)]
struct UnreadCount {
    /// The number of unread notifications; 10000 means that many or more.
    #[schema(minimum = 0, maximum = 10000)]
    unread: u64,
}

/// Count unread notifications.
///
/// Returns the number of your unread notifications.
#[utoipa::path(tag = "notifications", operation_id = "countUnreadNotifications", security(("bearer" = ["notifications:read"])),
    responses((status = 200, body = UnreadCount)))]
#[get("/notifications/unread-count")]
async fn count_unread(caller: Caller) -> HandlerResult {
    Ok(ApiResponse::ok(&UnreadCount { unread: notifications::unread(caller.db(), caller.actor()).await? }))
}

/// Get a notification.
///
/// Returns one of your own notifications. Reading it does not mark it as read.
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

/// The number of notifications that were marked.
#[derive(Serialize, ToSchema)]
struct MarkedRead {
    /// How many unread notifications were marked as read.
    #[schema(minimum = 0)]
    marked: u64,
}

/// Mark all notifications as read.
///
/// Marks all your unread notifications. With `before`, marks only those that arrived before that instant. So notifications that
/// arrived after the screen was loaded stay unread.
#[utoipa::path(tag = "notifications", operation_id = "markAllNotificationsRead", security(("bearer" = ["notifications:update"])),
    request_body = MarkAllRead, responses((status = 200, body = MarkedRead)))]
#[post("/notifications/mark-all-read")]
async fn mark_all_read(caller: Caller, OptionalBody(body): OptionalBody<MarkAllRead>) -> HandlerResult {
    let marked = async |tx: &Tx, order: &MarkAllRead| {
        Ok(ApiResponse::ok(&MarkedRead { marked: actions::mark_all_read(tx, order).await? }))
    };
    caller.post(&body, marked).await
}

/// How the caller is notified.
#[derive(Serialize, ToSchema)]
struct NotificationPreferences {
    /// Increases with each change; the `ETag` begins with it.
    version: i64,
    /// The language of e-mails, and of the inbox if the request has no `Accept-Language`.
    language: Language,
    /// Which kinds of notifications are also sent by e-mail. The inbox gets every kind.
    email: EmailChoices,
    /// Whether this deployment sends e-mails. If not, the choices are stored but have no effect.
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
/// Returns the language, and for each kind of notification whether it is also sent by e-mail.
#[utoipa::path(tag = "notifications", operation_id = "getNotificationPreferences",
    responses((status = 200, body = NotificationPreferences)))]
#[get("/me/notification-preferences")]
async fn get_preferences(caller: Caller) -> HandlerResult {
    let stored = notifications::preferences(caller.db(), user(&caller)?).await?;
    Ok(NotificationPreferences::reply(stored, caller.ctx.engine.mailer.is_some()))
}

/// Update the notification preferences.
///
/// `{"email": {"lead_follow_up_due": true}}` changes one choice and keeps the others. A new language does not change earlier
/// e-mails.
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
