use actix_web::{get, post, web::Path};
use chot_application::leads as actions;
use chot_domain::identity::Actor;
use chot_domain::leads::{GrantTrial, LeadId, TrialId};
use chot_domain::shared::Nothing;
use chot_persistence::leads::{self, LeadView, TrialFilter, TrialView};
use chot_persistence::{Page, ReadDb, StoreError, Tx, lock};

use crate::web::extract::{Caller, List, OptionalBody};
use crate::web::record::Record;
use crate::web::response::HandlerResult;
use crate::web::routing::Routes;

pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get_one).service(grant).service(end);
}

impl Record for TrialView {
    type Id = TrialId;
    const PATH: &'static str = "/api/v1/trials";

    fn version(&self) -> i64 {
        self.version
    }

    async fn find(db: &dyn ReadDb, actor: &Actor, id: TrialId) -> Result<Option<Self>, StoreError> {
        leads::find_trial(db, actor, id).await
    }

    async fn lock_version(tx: &Tx, id: TrialId) -> Result<Option<i64>, StoreError> {
        Ok(lock(tx, id).await?.map(|record| record.version()))
    }
}

/// List trials.
///
/// Returns the trials of the product that were granted to leads that you may see, newest first. `status=running&sort=ends_at`
/// lists the trials that end next.
#[utoipa::path(tag = "trials", operation_id = "listTrials", security(("bearer" = ["leads:read"])), params(TrialFilter),
    responses((status = 200, body = Page<TrialView>)))]
#[get("/trials")]
async fn list(caller: Caller, query: List<TrialFilter>) -> HandlerResult {
    caller.list(query, leads::list_trials).await
}

/// Get a trial.
///
/// Returns one trial: start, end, the address at which the customer uses it, and whether it is still running.
#[utoipa::path(tag = "trials", operation_id = "getTrial", security(("bearer" = ["leads:read"])),
    responses((status = 200, body = TrialView)))]
#[get("/trials/{trial_id}")]
async fn get_one(caller: Caller, id: Path<TrialId>) -> HandlerResult {
    caller.read::<TrialView>(*id).await
}

/// Grant a trial.
///
/// Grants the lead free use of the product from now on, for the number of days in the playbook (`cadence.trial_days`). The lead
/// becomes `qualified`. The trial ends automatically, and the salesperson is notified. A lead has one trial at a time.
#[utoipa::path(tag = "trials", operation_id = "grantTrial", security(("bearer" = ["leads:update"])), request_body = GrantTrial,
    responses((status = 201, body = TrialView)))]
#[post("/leads/{lead_id}/trials")]
async fn grant(caller: Caller, lead: Path<LeadId>, OptionalBody(body): OptionalBody<GrantTrial>) -> HandlerResult {
    let granted = async |tx: &Tx, order: &GrantTrial| {
        caller.check_version::<LeadView, _>(tx, *lead, async || actions::grant_trial(tx, *lead, order).await).await
    };
    caller.create::<TrialView, _>(&body, granted).await
}

/// End a trial.
///
/// Ends the trial now.
#[utoipa::path(tag = "trials", operation_id = "endTrial", security(("bearer" = ["leads:update"])),
    responses((status = 200, body = TrialView)))]
#[post("/trials/{trial_id}/end")]
async fn end(caller: Caller, id: Path<TrialId>, OptionalBody(body): OptionalBody<Nothing>) -> HandlerResult {
    caller.act::<TrialView, _>(*id, &body, async |tx, id, _| actions::end_trial(tx, id).await).await
}
