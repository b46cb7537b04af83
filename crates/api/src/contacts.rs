use actix_web::{HttpRequest, delete, get, patch, post, web::Path};
use chot_application::{Result, accounts as verbs};
use chot_domain::accounts::{ContactDraft, ContactId, ContactPatch};
use chot_domain::identity::Actor;
use chot_domain::shared::Code;
use chot_persistence::accounts::{self, ContactFilter, ContactView};
use chot_persistence::{Page, Tx};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{Answer, Reply};
use crate::extract::{Body, Caller, IfMatch, Nothing, OptionalBody, Patch, Query};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list).service(create).service(get_one).service(update).service(archive).service(restore);
}

/// List contacts.
///
/// The people at accounts within reach of the caller; with `account_id`, those of one account.
#[utoipa::path(tag = "contacts", operation_id = "listContacts", params(ContactFilter), responses((status = 200, body = Page<ContactView>)))]
#[get("/contacts")]
async fn list(request: HttpRequest, caller: Caller, Query(filter): Query<ContactFilter>) -> Answer {
    Ok(Reply::page(&request, &accounts::list_contacts(caller.db(), caller.actor(), &filter).await?))
}

/// Create a contact.
///
/// Adds a person to a customer. A customer has any number of contacts, or none.
#[utoipa::path(tag = "contacts", operation_id = "createContact", request_body = ContactDraft, responses((status = 201, body = ContactView)))]
#[post("/contacts")]
async fn create(caller: Caller, body: Body<ContactDraft>) -> Answer {
    let created = async |tx: &Tx, draft: &ContactDraft| {
        let id = verbs::create_contact(tx, draft).await?;
        Ok(Reply::created(format!("/api/v1/contacts/{id}"), 1, &seen(tx, id).await?))
    };
    caller.post(&body, created).await
}

/// Read a contact.
///
/// One person at a customer.
#[utoipa::path(tag = "contacts", operation_id = "getContact", responses((status = 200, body = ContactView)))]
#[get("/contacts/{contact_id}")]
async fn get_one(caller: Caller, id: Path<ContactId>) -> Answer {
    let contact = accounts::find_contact(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(Reply::record(contact.version, &contact))
}

/// Change a contact.
///
/// Changes what is said about the person.
#[utoipa::path(tag = "contacts", operation_id = "updateContact", request_body = ContactPatch, responses((status = 200, body = ContactView)))]
#[patch("/contacts/{contact_id}")]
async fn update(caller: Caller, id: Path<ContactId>, IfMatch(version): IfMatch, Patch(patch): Patch<ContactDraft>) -> Answer {
    let updated = async |tx: &Tx| {
        verbs::update_contact(tx, *id, &patch, version).await?;
        let contact = seen(tx, *id).await?;
        Ok(Reply::record(contact.version, &contact))
    };
    caller.write(updated).await
}

/// Archive a contact.
///
/// Takes the person out of the working lists. Nothing is lost: the contact can be restored.
#[utoipa::path(tag = "contacts", operation_id = "archiveContact", responses((status = 204)))]
#[delete("/contacts/{contact_id}")]
async fn archive(caller: Caller, id: Path<ContactId>, IfMatch(version): IfMatch) -> Answer {
    let archived = async |tx: &Tx| {
        verbs::archive_contact(tx, *id, version).await?;
        Ok(Reply::nothing())
    };
    caller.write(archived).await
}

/// Restore a contact.
///
/// Brings an archived contact back.
#[utoipa::path(tag = "contacts", operation_id = "restoreContact", responses((status = 200, body = ContactView)))]
#[post("/contacts/{contact_id}/restore")]
async fn restore(caller: Caller, id: Path<ContactId>, OptionalBody(body): OptionalBody<Nothing>) -> Answer {
    let restored = async |tx: &Tx, _: &Nothing| {
        verbs::restore_contact(tx, *id).await?;
        let contact = seen(tx, *id).await?;
        Ok(Reply::record(contact.version, &contact))
    };
    caller.post(&body, restored).await
}

async fn seen(tx: &Tx, id: ContactId) -> Result<ContactView> {
    Ok(accounts::find_contact(tx, &Actor::system(), id).await?.ok_or(Code::NotFound)?)
}
