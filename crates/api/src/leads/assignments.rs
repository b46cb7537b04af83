use actix_web::get;
use chot_persistence::Page;
use chot_persistence::leads::{self, LeadAssignmentFilter, LeadAssignmentView, RecallCount, RecallReportFilter};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::extract::{Caller, List, Query};
use crate::web::response::{ApiResponse, HandlerResult};
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(recall_report).service(list);
}

/// List lead assignments.
///
/// Returns each assignment of a lead to a salesperson in your scope, newest first: who assigned it, and whether the lead was
/// recalled because it was not contacted in time. `is_recalled=true` lists the recalls.
#[utoipa::path(tag = "lead-assignments", operation_id = "listLeadAssignments", security(("bearer" = ["leads:read"])),
    params(LeadAssignmentFilter), responses((status = 200, body = Page<LeadAssignmentView>)))]
#[get("/lead-assignments")]
async fn list(caller: Caller, query: List<LeadAssignmentFilter>) -> HandlerResult {
    caller.list(query, leads::list_assignments).await
}

/// How often leads were recalled from salespeople.
#[derive(Serialize, ToSchema)]
struct RecallReport {
    /// One entry for each salesperson, most recalls first.
    #[schema(max_items = 10000)]
    data: Vec<RecallCount>,
}

/// Get the recall report.
///
/// Returns for each salesperson in your scope: how many times a lead was assigned to them in that period, and how many of these
/// were recalled because the lead was not contacted within the minutes of the playbook (`cadence.lead_recall`).
#[utoipa::path(tag = "lead-assignments", operation_id = "reportLeadRecalls", security(("bearer" = ["leads:read"])),
    params(RecallReportFilter), responses((status = 200, body = RecallReport)))]
#[get("/lead-assignments/recall-report")]
async fn recall_report(caller: Caller, Query(filter): Query<RecallReportFilter>) -> HandlerResult {
    Ok(ApiResponse::ok(&RecallReport { data: leads::recall_report(caller.db(), caller.actor(), &filter).await? }))
}
