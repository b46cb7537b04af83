//! Notifications of users. Other actions call [`notify`]; a user marks notifications as read and sets preferences.

use chot_domain::deliveries::DeliveryKind;
use chot_domain::history::EventKind;
use chot_domain::identity::{Permission, UserId};
use chot_domain::notifications::{EmailContent, MarkAllRead, NewNotification, NotificationId, PreferencesPatch};
use chot_domain::shared::Code;
use chot_persistence::deliveries::{self, NewDelivery};
use chot_persistence::events::{NewEvent, append};
use chot_persistence::identity::Addressee;
use chot_persistence::{Tx, crash_points, identity, lock, notifications};

use crate::{Result, checks};

/// Notifies a user: in the inbox, and by e-mail if the user chose it for this kind and the deployment sends e-mails. Actors are
/// not notified of their own actions, and inactive users are not notified.
pub async fn notify(tx: &Tx, notification: &NewNotification) -> Result<()> {
    if tx.actor.user() == Some(notification.user) {
        return Ok(());
    }
    let Some(addressee) = identity::addressee(tx, notification.user).await? else {
        return Ok(());
    };
    let id = tx.new_id();
    notifications::insert(tx, id, notification).await?;
    crash_points::hit("notice.written").await;
    if tx.sends_mail { write_to(tx, id, notification, addressee).await } else { Ok(()) }
}

/// Notifies the managers of the user in the notification, instead of that user.
pub async fn notify_managers(tx: &Tx, notification: &NewNotification) -> Result<()> {
    for manager in identity::managers_of(tx, &tx.playbook, notification.user).await? {
        notify(tx, &notification.to(manager)).await?;
    }
    Ok(())
}

async fn write_to(tx: &Tx, id: NotificationId, notification: &NewNotification, addressee: Addressee) -> Result<()> {
    let preferences = notifications::preferences(tx, notification.user).await?;
    if !preferences.email.wants(notification.kind) {
        return Ok(());
    }
    let letter = EmailContent::of(notification, &addressee.name, preferences.language);
    let delivery = NewDelivery {
        kind: DeliveryKind::Email,
        to: addressee.email,
        payload: serde_json::to_value(letter).unwrap_or_default(),
        dedupe_key: format!("notification:{id}"),
        notification: Some(id),
    };
    Ok(deliveries::enqueue(tx, &delivery).await?)
}

/// Marks one of the actor's notifications as read (idempotent). It stores no event.
///
/// # Errors
/// `not_found` if it belongs to another user.
pub async fn mark_read(tx: &Tx, id: NotificationId) -> Result<()> {
    let notification = lock(tx, id).await?.ok_or(Code::NotFound)?;
    tx.require(Permission::NotificationsUpdate)?;
    if notification.is_read() { Ok(()) } else { Ok(notifications::mark_read(tx, &notification).await?) }
}

/// Marks as read what arrived before an instant. Returns the number.
pub async fn mark_all_read(tx: &Tx, order: &MarkAllRead) -> Result<u64> {
    tx.require(Permission::NotificationsUpdate)?;
    let user = checks::acting_user(tx)?;
    checks::validate(tx, order).into_result(())?;
    Ok(notifications::mark_all_read(tx, user, order.before).await?)
}

/// Updates the notification preferences of a user.
///
/// # Errors
/// Violations of the result; `version_mismatch`.
pub async fn update_preferences(tx: &Tx, user: UserId, patch: &PreferencesPatch, seen: Option<i64>) -> Result<()> {
    tx.require(Permission::NotificationsUpdate)?;
    let preferences = notifications::lock_preferences(tx, user).await?;
    let patched = checks::patched(tx, patch, &preferences.draft(), async |after| Ok(checks::validate(tx, after))).await?;
    preferences.expect_version(seen)?;
    let Some((after, changed)) = patched else {
        return Ok(());
    };
    notifications::write_preferences(tx, &preferences, &after).await?;
    Ok(append(tx, NewEvent::new(EventKind::UserNotificationPreferencesUpdated, user).changes(changed)).await?)
}
