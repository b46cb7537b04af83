use actix_web::{delete, get, patch, post, web::Path};
use chot_application::accounts as actions;
use chot_domain::accounts::{
    AccountDraft, AccountId, AccountPatch, AssignOwner, ChangeCustomerStatus, MoveCard, ReleaseAccount, TagRecord,
};
use chot_domain::identity::Actor;
use chot_domain::shared::{Code, Key, Nothing};
use chot_persistence::accounts::{self, AccountCard, AccountCounters, AccountFilter, AccountOrCard, AccountView, CardFilter};
use chot_persistence::events::{EventView, TimelineFilter};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Body, Caller, IfMatch, List, OptionalBody, Patch};
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(cards).service(create).service(get_one).service(update).service(archive).service(restore);
    config
        .service(assign)
        .service(claim)
        .service(release)
        .service(move_to)
        .service(change_customer_status)
        .service(tag)
        .service(untag);
    config.service(counters).service(timeline);
}

impl Record for AccountView {
    type Id = AccountId;
    const PATH: &'static str = "/api/v1/accounts";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: AccountId) -> Result<Option<Self>, StoreError> {
        accounts::find(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: AccountId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List accounts.
///
/// Returns the accounts that you may see, newest first. Your role decides which: your own, your team's or all.
// R-ICHK-31, R-ICHK-32.
#[utoipa::path(tag = "accounts", operation_id = "listAccounts", security(("bearer" = ["accounts:read"])), params(AccountFilter),
    responses((status = 200, body = Page<AccountView>)))]
#[get("/accounts")]
async fn list(caller: Caller, query: List<AccountFilter>) -> HandlerResult {
    if query.filter.tax_code.is_some() || query.filter.citizen_id.is_some() {
        caller.keep_to_lookups(&query.request)?;
    }
    caller.list(query, accounts::list).await
}

/// List account cards.
///
/// Without parameters, returns the pool: accounts without an owner, if you may claim them. With `tax_code` or `citizen_id`, returns
/// the one account with that number, whoever owns it, if the playbook shows cards. A card has name, identity number and owner.
// R-ICHK-35.
#[utoipa::path(tag = "accounts", operation_id = "listAccountCards", params(CardFilter),
    responses((status = 200, body = Page<AccountCard>)))]
#[get("/account-cards")]
async fn cards(caller: Caller, query: List<CardFilter>) -> HandlerResult {
    if query.filter.tax_code.is_some() || query.filter.citizen_id.is_some() {
        caller.keep_to_lookups(&query.request)?;
    }
    let all_see_cards = caller.ctx.playbook.policies.outsiders_see_account_cards;
    Ok(query.page(&accounts::cards(caller.db(), caller.actor(), all_see_cards, &query.filter, &query.paging).await?))
}

/// Create an account.
///
/// The account starts as a prospect. You are its owner unless you send `owner_id`. If another account has the same tax code or
/// citizen identity number, the request is refused and the response contains the card of that account.
#[utoipa::path(tag = "accounts", operation_id = "createAccount", security(("bearer" = ["accounts:create"])),
    request_body = AccountDraft, responses((status = 201, body = AccountView)))]
#[post("/accounts")]
async fn create(caller: Caller, body: Body<AccountDraft>) -> HandlerResult {
    caller.create::<AccountView, _>(&body, actions::create).await
}

/// Get an account.
///
/// If you may see the account, returns all of it (`view` is `full`). If not, and the playbook shows cards, returns only name,
/// identity number and owner (`view` is `card`). A card has no version and no `ETag`.
#[utoipa::path(tag = "accounts", operation_id = "getAccount", responses((status = 200, body = AccountOrCard)))]
#[get("/accounts/{account_id}")]
async fn get_one(caller: Caller, id: Path<AccountId>) -> HandlerResult {
    let all_see_cards = caller.ctx.playbook.policies.outsiders_see_account_cards;
    let found = accounts::find_or_card(caller.db(), caller.actor(), all_see_cards, *id).await?.ok_or(Code::NotFound)?;
    Ok(match &found {
        AccountOrCard::Account(account) => ApiResponse::ok(&found).in_version(account.version),
        AccountOrCard::Card(_) => ApiResponse::ok(&found),
    })
}

/// Update an account.
///
/// Updates fields of the account. To change its owner, type, stage or customer status, use the actions.
#[utoipa::path(tag = "accounts", operation_id = "updateAccount", security(("bearer" = ["accounts:update"])),
    request_body = AccountPatch, responses((status = 200, body = AccountView)))]
#[patch("/accounts/{account_id}")]
async fn update(caller: Caller, id: Path<AccountId>, seen: IfMatch, Patch(patch): Patch<AccountDraft>) -> HandlerResult {
    caller.change::<AccountView, _>(*id, &seen, &patch, actions::update).await
}

/// Archive an account.
///
/// Removes the account from lists and frees its identity number. Refused while the account has open opportunities or child
/// accounts.
#[utoipa::path(tag = "accounts", operation_id = "archiveAccount", security(("bearer" = ["accounts:archive"])),
    responses((status = 204)))]
#[delete("/accounts/{account_id}")]
async fn archive(caller: Caller, id: Path<AccountId>, seen: IfMatch) -> HandlerResult {
    caller.archive::<AccountView>(*id, &seen, actions::archive).await
}

/// Restore an account.
///
/// Restores an archived account. Refused if another account now has its identity number.
#[utoipa::path(tag = "accounts", operation_id = "restoreAccount", security(("bearer" = ["accounts:archive"])),
    responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/restore")]
async fn restore(caller: Caller, id: Path<AccountId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, async |tx, id, _| actions::restore(tx, id).await).await
}

/// Assign an account.
///
/// Sets the owner of the account and of its open opportunities.
#[utoipa::path(tag = "accounts", operation_id = "assignAccount", security(("bearer" = ["accounts:assign"])),
    request_body = AssignOwner, responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/assign")]
async fn assign(caller: Caller, id: Path<AccountId>, body: Body<AssignOwner>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, actions::assign).await
}

/// Claim an account.
///
/// Makes you the owner of an account in the pool. If several users claim it at once, one gets it and the others get 409
/// `not_in_pool`.
#[utoipa::path(tag = "accounts", operation_id = "claimAccount", security(("bearer" = ["accounts:claim"])),
    responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/claim")]
async fn claim(caller: Caller, id: Path<AccountId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, async |tx, id, _| actions::claim(tx, id).await).await
}

/// Release an account.
///
/// Removes the owner of the account and of its open opportunities. The account returns to the pool. The reason is stored in its
/// events.
#[utoipa::path(tag = "accounts", operation_id = "releaseAccount", security(("bearer" = ["accounts:release"])),
    request_body = ReleaseAccount, responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/release")]
async fn release(caller: Caller, id: Path<AccountId>, body: Body<ReleaseAccount>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, actions::release).await
}

/// Move an account to another stage.
///
/// Moves the account to a pipeline stage for accounts, such as a stage after the sale.
#[utoipa::path(tag = "accounts", operation_id = "moveAccount", security(("bearer" = ["accounts:update"])),
    request_body = MoveCard, responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/move")]
async fn move_to(caller: Caller, id: Path<AccountId>, body: Body<MoveCard>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, actions::move_to).await
}

/// Set the customer status of an account.
///
/// Sets a customer status of the playbook. The customer status is independent of the stage on a board. If the playbook defines
/// it, the system also sets the status automatically after a successful presentation and when an opportunity is won.
#[utoipa::path(tag = "accounts", operation_id = "changeCustomerStatus", security(("bearer" = ["accounts:update"])),
    request_body = ChangeCustomerStatus, responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/customer-status")]
async fn change_customer_status(caller: Caller, id: Path<AccountId>, body: Body<ChangeCustomerStatus>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, actions::change_customer_status).await
}

/// Add a tag to an account.
///
/// Adds a tag of the playbook to the account. Adding it again changes nothing. If the playbook assigns this tag to a stage (see
/// `stages[].tag` of the playbook), the account moves to that stage and keeps the tag while it is there.
#[utoipa::path(tag = "accounts", operation_id = "tagAccount", security(("bearer" = ["accounts:update"])),
    request_body = TagRecord, responses((status = 200, body = AccountView)))]
#[post("/accounts/{account_id}/tags")]
async fn tag(caller: Caller, id: Path<AccountId>, body: Body<TagRecord>) -> HandlerResult {
    caller.act::<AccountView, _>(*id, &body, actions::tag).await
}

/// Remove a tag from an account.
///
/// Removes a tag from the account. The tag of its current stage cannot be removed: move the account instead.
#[utoipa::path(tag = "accounts", operation_id = "untagAccount", security(("bearer" = ["accounts:update"])),
    responses((status = 200, body = AccountView)))]
#[delete("/accounts/{account_id}/tags/{tag}")]
async fn untag(caller: Caller, path: Path<(AccountId, Key)>) -> HandlerResult {
    let (id, name) = path.into_inner();
    caller.act::<AccountView, _>(id, &Body::nothing(), async |tx, id, _| actions::untag(tx, id, name.as_str()).await).await
}

/// Get the counters of an account.
///
/// Returns the numbers of opportunities, contacts and child accounts.
#[utoipa::path(tag = "accounts", operation_id = "getAccountCounters", security(("bearer" = ["accounts:read"])),
    responses((status = 200, body = AccountCounters)))]
#[get("/accounts/{account_id}/counters")]
async fn counters(caller: Caller, id: Path<AccountId>) -> HandlerResult {
    let counters = accounts::counters(caller.db(), caller.actor(), *id).await?.ok_or(Code::NotFound)?;
    Ok(ApiResponse::ok(&counters))
}

/// List the events of an account.
///
/// Returns the events of the account, of its contacts, opportunities and activities, and of the leads that were converted into it,
/// newest first.
// R-ICHK-20…23.
#[utoipa::path(tag = "accounts", operation_id = "listAccountTimeline", security(("bearer" = ["accounts:read"])),
    params(TimelineFilter), responses((status = 200, body = Page<EventView>)))]
#[get("/accounts/{account_id}/timeline")]
async fn timeline(caller: Caller, id: Path<AccountId>, query: List<TimelineFilter>) -> HandlerResult {
    let found =
        accounts::timeline(caller.db(), caller.actor(), *id, &query.filter, &query.paging).await?.ok_or(Code::NotFound)?;
    Ok(query.page(&found))
}
