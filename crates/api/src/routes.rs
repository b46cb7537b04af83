//! The routes of the API, one line for each context.

use crate::web::routing::Routes;
use crate::{
    accounts, activities, attachments, catalog, deliveries, events, health, identity, leads, notifications, opportunities,
    playbook, sandbox, teamwork, telephony, timers,
};

/// Everything below `/api/v1`, one line for each context.
pub fn api(config: &mut impl Routes) {
    identity::routes(config);
    playbook::routes(config);
    catalog::routes(config);
    leads::routes(config);
    accounts::routes(config);
    opportunities::routes(config);
    activities::routes(config);
    attachments::routes(config);
    teamwork::routes(config);
    notifications::routes(config);
    telephony::routes(config);
    events::routes(config);
    timers::routes(config);
    deliveries::routes(config);
    sandbox::routes(config);
}

/// The sections of the contract with their descriptions, in order.
pub fn tags() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let contexts = [
        identity::TAGS,
        playbook::TAGS,
        catalog::TAGS,
        leads::TAGS,
        accounts::TAGS,
        opportunities::TAGS,
        activities::TAGS,
        attachments::TAGS,
        teamwork::TAGS,
        notifications::TAGS,
        telephony::TAGS,
        events::TAGS,
        timers::TAGS,
        deliveries::TAGS,
        sandbox::TAGS,
        health::TAGS,
    ];
    contexts.into_iter().flatten()
}

/// Routes outside of `/api/v1`.
pub fn outside(config: &mut impl Routes) {
    identity::public_keys::routes(config);
    health::routes(config);
}
