use actix_web::{HttpRequest, get, patch, post, web::Path};
use chot_application::leads as actions;
use chot_application::leads::Received;
use chot_domain::identity::Actor;
use chot_domain::leads::{LeadFormDraft, LeadFormId, LeadFormPatch, Submission};
use chot_domain::shared::{Code, Key};
use chot_persistence::leads::{self, LeadFormFilter, LeadFormView};
use chot_persistence::{Page, ReadDb, StoreError, Tx};
use serde::Serialize;
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::web::extract::{Body, Caller, Fields, IfMatch, List, Patch, Unread, has_credential, keep_to_rate, state};
use crate::web::network::caller_address;
use crate::web::rate_limits::Policy;
use crate::web::record::Record;
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get_one).service(update).service(submit);
}

impl Record for LeadFormView {
    type Id = LeadFormId;
    const PATH: &'static str = "/api/v1/lead-forms";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: LeadFormId) -> Result<Option<Self>, StoreError> {
        leads::find_form(db, actor, id).await
    }
}

/// List lead forms.
///
/// Returns the public forms that create leads.
#[utoipa::path(tag = "lead-forms", operation_id = "listLeadForms", security(("bearer" = ["lead_forms:write"])),
    params(LeadFormFilter), responses((status = 200, body = Page<LeadFormView>)))]
#[get("/lead-forms")]
async fn list(caller: Caller, query: List<LeadFormFilter>) -> HandlerResult {
    caller.list(query, leads::list_forms).await
}

/// Create a lead form.
///
/// The form gets a public key. With this key, a web page or script can send submissions and do nothing else.
#[utoipa::path(tag = "lead-forms", operation_id = "createLeadForm", security(("bearer" = ["lead_forms:write"])),
    request_body = LeadFormDraft, responses((status = 201, body = LeadFormView)))]
#[post("/lead-forms")]
async fn create(caller: Caller, body: Body<LeadFormDraft>) -> HandlerResult {
    caller.create::<LeadFormView, _>(&body, actions::create_form).await
}

/// Get a lead form.
///
/// Returns one form with its public key.
#[utoipa::path(tag = "lead-forms", operation_id = "getLeadForm", security(("bearer" = ["lead_forms:write"])),
    responses((status = 200, body = LeadFormView)))]
#[get("/lead-forms/{form_id}")]
async fn get_one(caller: Caller, id: Path<LeadFormId>) -> HandlerResult {
    caller.read::<LeadFormView>(*id).await
}

/// Update a lead form.
///
/// An inactive form accepts no submissions. The leads that it created remain.
#[utoipa::path(tag = "lead-forms", operation_id = "updateLeadForm", security(("bearer" = ["lead_forms:write"])),
    request_body = LeadFormPatch, responses((status = 200, body = LeadFormView)))]
#[patch("/lead-forms/{form_id}")]
async fn update(caller: Caller, id: Path<LeadFormId>, seen: IfMatch, Patch(patch): Patch<LeadFormDraft>) -> HandlerResult {
    caller.change::<LeadFormView, _>(*id, &seen, &patch, actions::update_form).await
}

/// The result of a submission.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SubmissionOutcome {
    /// A new lead was created.
    Created,
    /// The person or company is already a lead.
    Duplicate,
}

/// The receipt for a submission.
#[derive(Serialize, ToSchema)]
struct SubmissionReceipt {
    /// Always true.
    received: bool,
    /// The result; only for callers with a token or API key.
    outcome: Option<SubmissionOutcome>,
    /// The new or existing lead; only for callers with a token or API key who may see the lead.
    #[schema(format = Uuid)]
    lead_id: Option<Uuid>,
}

/// The fields of a web form by their own names, such as `ho_ten`: texts, numbers, or lists of texts. The form's `fields` map them to the
/// members of a lead.
struct LeadFormSubmission;

impl PartialSchema for LeadFormSubmission {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .max_properties(Some(100))
            .description(Some(
                "The fields of a web form by their own names, such as `ho_ten`: texts, numbers, or lists of texts.",
            ))
            .build()
            .into()
    }
}

impl ToSchema for LeadFormSubmission {}

/// Submit a lead form.
///
/// Accepts the fields as JSON or as a form. With only the key of the form, the response confirms that they were received. With a
/// token or API key, the response also contains the lead and whether it is new or existed already. Send an `Idempotency-Key`, so
/// that a repeated submission counts once.
#[utoipa::path(tag = "lead-forms", operation_id = "submitLeadForm", security((), ("bearer" = [])),
    request_body(content((LeadFormSubmission = "application/json", example = json!({"ho_ten": "Trần Thị Hương", "sdt": "0912345678"})), (LeadFormSubmission = "application/x-www-form-urlencoded"))),
    responses((status = 202, body = SubmissionReceipt)))]
#[post("/public/lead-forms/{form_key}/submissions")]
async fn submit(request: HttpRequest, key: Path<Key>, body: Unread<Fields>) -> HandlerResult {
    let address = caller_address(&request);
    keep_to_rate(&request, Policy::FormAddress, &address)?;
    let known = if has_credential(&request) { Some(Caller::from_request(&request).await?) } else { None };
    let is_known = known.is_some();
    let form = leads::form_by_key(&state(&request).engine.db, key.as_str()).await?.ok_or(Code::NotFound)?;
    let Fields(body) = body.read().await?;
    let caller = match known {
        Some(caller) => caller,
        None => Caller::anonymous(&request, Actor::lead_form(form.id.uuid())).await?,
    };
    if !is_known && !caller.is_answered().await? {
        let quota = u32::try_from(form.draft.quota_per_hour).unwrap_or_default();
        state(&request).rate_limits.take_form_share(&form.id.to_string(), &address, quota)?;
    }
    let submitted = async |tx: &Tx, fields: &Submission| {
        let received = actions::submit(tx, &form, fields).await?;
        Ok(ApiResponse::accepted(&receipt(received, is_known)))
    };
    caller.post(&body, submitted).await
}

fn receipt(received: Received, is_known: bool) -> SubmissionReceipt {
    let (outcome, lead) = match received {
        Received::Created(lead) => (Some(SubmissionOutcome::Created), Some(lead.uuid())),
        Received::Duplicate { lead, is_visible } => (Some(SubmissionOutcome::Duplicate), is_visible.then(|| lead.uuid())),
        Received::Trapped => (None, None),
    };
    SubmissionReceipt { received: true, outcome: outcome.filter(|_| is_known), lead_id: lead.filter(|_| is_known) }
}
