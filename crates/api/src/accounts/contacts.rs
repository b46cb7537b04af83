use actix_web::{delete, get, patch, post, web::Path};
use chot_application::accounts as actions;
use chot_domain::accounts::{ContactDraft, ContactId, ContactPatch};
use chot_domain::identity::Actor;
use chot_domain::shared::Nothing;
use chot_persistence::accounts::{self, ContactFilter, ContactView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Body, Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get_one).service(update).service(archive).service(restore);
}

impl Record for ContactView {
    type Id = ContactId;
    const PATH: &'static str = "/api/v1/contacts";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: ContactId) -> Result<Option<Self>, StoreError> {
        accounts::find_contact(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: ContactId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List contacts.
///
/// Returns the contacts of the accounts that you may see. With `account_id`, returns those of one account.
#[utoipa::path(tag = "contacts", operation_id = "listContacts", security(("bearer" = ["accounts:read"])), params(ContactFilter),
    responses((status = 200, body = Page<ContactView>)))]
#[get("/contacts")]
async fn list(caller: Caller, query: List<ContactFilter>) -> HandlerResult {
    caller.list(query, accounts::list_contacts).await
}

/// Create a contact.
///
/// Adds a person to an account. An account has any number of contacts, or none.
#[utoipa::path(tag = "contacts", operation_id = "createContact", security(("bearer" = ["accounts:update"])),
    request_body = ContactDraft, responses((status = 201, body = ContactView)))]
#[post("/contacts")]
async fn create(caller: Caller, body: Body<ContactDraft>) -> HandlerResult {
    caller.create::<ContactView, _>(&body, actions::create_contact).await
}

/// Get a contact.
///
/// Returns one person at an account.
#[utoipa::path(tag = "contacts", operation_id = "getContact", security(("bearer" = ["accounts:read"])),
    responses((status = 200, body = ContactView)))]
#[get("/contacts/{contact_id}")]
async fn get_one(caller: Caller, id: Path<ContactId>) -> HandlerResult {
    caller.read::<ContactView>(*id).await
}

/// Update a contact.
///
/// Updates fields of the contact.
#[utoipa::path(tag = "contacts", operation_id = "updateContact", security(("bearer" = ["accounts:update"])),
    request_body = ContactPatch, responses((status = 200, body = ContactView)))]
#[patch("/contacts/{contact_id}")]
async fn update(caller: Caller, id: Path<ContactId>, seen: IfMatch, Patch(patch): Patch<ContactDraft>) -> HandlerResult {
    caller.change::<ContactView, _>(*id, &seen, &patch, actions::update_contact).await
}

/// Archive a contact.
///
/// Removes the contact from lists. It can be restored.
#[utoipa::path(tag = "contacts", operation_id = "archiveContact", security(("bearer" = ["accounts:archive"])),
    responses((status = 204)))]
#[delete("/contacts/{contact_id}")]
async fn archive(caller: Caller, id: Path<ContactId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<ContactView>(*id, &seen, actions::archive_contact).await
}

/// Restore a contact.
///
/// Restores an archived contact.
#[utoipa::path(tag = "contacts", operation_id = "restoreContact", security(("bearer" = ["accounts:archive"])),
    responses((status = 200, body = ContactView)))]
#[post("/contacts/{contact_id}/restore")]
async fn restore(caller: Caller, id: Path<ContactId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<ContactView, _>(*id, &body, async |tx, id, _| actions::restore_contact(tx, id).await).await
}
