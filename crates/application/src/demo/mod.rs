//! Demo data that a Vietnamese sales team would recognise, created by the same actions as the API.
//!
//! It follows the order of the business: users are created, services offered, leads created, assigned, called, verified and
//! converted; opportunities are worked on and closed. The content is in the document of the playbook, below `stories`; the
//! actions follow from the rules of the playbook. The story is the same in every deployment of a playbook. Its last day is the
//! day before it is loaded, so that boards, due lists and timelines look realistic.

mod activities;
mod attachments;
mod calendar;
mod content;
mod evidence;
mod group;
mod ids;
mod landing_page;
mod leads;
mod names;
mod numbers;
mod opportunities;
mod parking;
mod people;
mod places;
mod pool;
mod prospects;
mod random;
mod services;
mod support;

use chot_domain::catalog::ProductId;
use chot_domain::playbook::Playbook;
use chot_domain::shared::Code;
use chot_persistence::identity;

use self::calendar::Calendar;
use self::content::Content;
use self::evidence::WithoutEvidence;
use self::people::Staff;
use crate::opportunities::evidence::begin_checks_today;
use crate::{Engine, Result};

/// A user who can sign in to the demo.
pub struct SignIn {
    /// The role of the playbook.
    pub role: String,
    /// The e-mail address for signing in.
    pub email: String,
    /// The name.
    pub full_name: String,
    /// The password. It is public: demo data is only for demos.
    pub password: &'static str,
}

/// The e-mail domain of all demo users. It cannot exist: `.example` is reserved (RFC 2606).
pub const MAIL_DOMAIN: &str = "demo.example.vn";

/// The password of all demo users.
const PASSWORD: &str = "dung-thu-chot-2026";

/// The sign-ins of the demo of a playbook: one for each role. Empty if there is no demo for it.
pub fn sign_ins(playbook_key: &str) -> Vec<SignIn> {
    let employees = Content::of(playbook_key).map(|content| content.staff.sign_ins).unwrap_or_default();
    let sign_ins = employees.into_iter().map(|employee| {
        let email = employee.email();
        SignIn { role: employee.role, email, full_name: employee.full_name, password: PASSWORD }
    });
    sign_ins.collect()
}

/// Loads the demo of the active playbook into a deployment without users.
///
/// # Errors
/// `not_initialised`; `not_found` if there is no demo for the playbook; `already_exists` if there are users.
pub async fn load(engine: &Engine) -> Result<()> {
    if identity::has_users(&engine.db).await? {
        return Err(Code::AlreadyExists.into());
    }
    let (_, playbook) = engine.playbook().await?;
    let content = Content::of(playbook.key.as_str())?;
    let calendar = Calendar::until_yesterday(engine);
    let staff = people::hire(&calendar, &content.staff).await?;
    let services = services::offer(&calendar, &staff, &content.services).await?;
    let story = Story { calendar: &calendar, content: &content, playbook: &playbook, staff: &staff, services: &services };
    story.load().await?;
    people::issue_api_keys(&calendar, &staff, &content.api_keys).await
}

/// The shared data of the story: its days, the content of the playbook, the users and the products.
struct Story<'a> {
    calendar: &'a Calendar,
    content: &'a Content,
    playbook: &'a Playbook,
    staff: &'a Staff,
    services: &'a [ProductId],
}

impl Story<'_> {
    async fn load(&self) -> Result<()> {
        self.publish_landing_page().await?;
        let (sales, leads) = self.sell().await?;
        let of_group = self.win_a_group().await?;
        let taken_back = self.take_back(&sales).await?;
        let taken_up = self.take_up_again(&sales, &taken_back).await?;
        if self.playbook.policies.primary_opportunities_need_evidence {
            // There are no checks for the days of the story: the first check is on the day of loading.
            self.calendar.now().await?.write(async |tx| begin_checks_today(tx).await).await?;
        }
        self.plan_activities(&sales).await?;
        self.attach_files(&sales, &leads).await?;
        let without_evidence = WithoutEvidence { of_group: &of_group, taken_up: &taken_up, taken_back: &taken_back };
        self.prove(&sales, &without_evidence).await?;
        self.ask_for_support(&sales, &leads).await?;
        self.enter_twice().await
    }
}

#[cfg(test)]
mod tests;
