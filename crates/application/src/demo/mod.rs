//! Demo data that a Vietnamese sales team would recognise, made by the same verbs as the API.
//!
//! It is told in the order of the business: people are hired, services offered, leads come in, are given out, called, found to be
//! real or not and converted; opportunities are worked and closed. It is the same story in every deployment, and its last day is
//! the day before it is loaded, so that boards, due lists and histories have an age.

mod calendar;
mod deals;
mod group;
mod ids;
mod landing_page;
mod lots;
mod names;
mod numbers;
mod people;
mod places;
mod pool;
mod prospects;
mod services;
mod story;

use chot_domain::catalog::ProductId;
use chot_persistence::identity;

use self::calendar::Calendar;
use self::people::Staff;
use crate::opportunities::evidence;
use crate::{Engine, Result};

/// Somebody who can sign in to the demo.
pub struct SignIn {
    /// The role of the playbook.
    pub role: &'static str,
    /// The address to sign in with.
    pub email: &'static str,
    /// The name.
    pub full_name: &'static str,
    /// The password. These are known to everybody: demo data is for demos.
    pub password: &'static str,
}

/// The mail domain of everybody in the demo. It is nobody's: `.example` is reserved (RFC 2606).
pub const MAIL_DOMAIN: &str = "demo.example.vn";

/// The sign-ins of the demo under a playbook.
pub fn sign_ins(_: &str) -> &'static [SignIn] {
    &SIGN_INS
}

/// The sign-ins of the demo: one for each role of the playbook `icheck`.
pub const SIGN_INS: [SignIn; 7] = [
    sign_in("admin", "admin@demo.example.vn", "Phạm Quốc Bảo"),
    sign_in("manager", "manager@demo.example.vn", "Lê Thị Minh Nguyệt"),
    sign_in("sales_leader", "sales_leader@demo.example.vn", "Trần Đức Anh"),
    sign_in("salesperson", "salesperson@demo.example.vn", "Nguyễn Thị Lan"),
    sign_in("marketing", "marketing@demo.example.vn", "Hoàng Mai Phương"),
    sign_in("customer_care", "customer_care@demo.example.vn", "Vũ Thị Hạnh"),
    sign_in("data_employee", "data_employee@demo.example.vn", "Đặng Quang Huy"),
];

/// The password of everybody in the demo.
const PASSWORD: &str = "dung-thu-chot-2026";

const fn sign_in(role: &'static str, email: &'static str, full_name: &'static str) -> SignIn {
    SignIn { role, email, full_name, password: PASSWORD }
}

/// Loads the demo data once; says whether it was not there before. Where there are users already, nothing is done. The playbook in
/// force has to be `icheck`.
///
/// # Errors
/// `not_initialised`; what a verb says when another playbook is in force; when the database fails.
pub async fn load(engine: &Engine) -> Result<bool> {
    if identity::has_users(&engine.db).await? {
        return Ok(false);
    }
    let calendar = Calendar::until_yesterday(engine);
    let staff = people::hire(&calendar).await?;
    let services = services::offer(&calendar, &staff).await?;
    let story = Story { calendar: &calendar, staff: &staff, services: &services };
    story.publish_landing_page().await?;
    let deals = story.sell().await?;
    story.win_a_group().await?;
    story.take_back(&deals).await?;
    story.take_up_again(&deals).await?;
    // The nights of the story were quiet ones: the first check is that of the day on which it is told.
    calendar.now().await?.write(async |tx| evidence::begin_checks_today(tx).await).await?;
    Ok(true)
}

/// What everybody in the story shares: its days, its people, and what they sell.
struct Story<'a> {
    calendar: &'a Calendar,
    staff: &'a Staff,
    services: &'a [ProductId],
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chot_domain::leads::LeadDraft;
    use chot_domain::playbook::embedded;
    use chot_domain::shared::{Draft, Id, TaxCode, Violations, fold};
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;

    fn leads() -> Vec<LeadDraft> {
        let services = vec![Id::new(uuid::Uuid::nil()); services::SERVICES.len()];
        (0..story::LEADS).filter_map(|number| prospects::lead(number, "website", &services).ok()).collect()
    }

    #[test]
    fn every_lead_keeps_the_rules_of_the_playbook() {
        let (leads, icheck) = (leads(), embedded("icheck"));
        assert_eq!(leads.len(), story::LEADS, "some lead is not a draft at all");
        let mut faults = icheck.clone().err().unwrap_or_default();
        for (playbook, lead) in icheck.iter().flat_map(|playbook| leads.iter().map(move |lead| (playbook, lead))) {
            lead.check_against(playbook, DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(36_500), &mut faults);
        }
        assert_eq!(faults, Violations::default());
    }

    #[test]
    fn no_two_leads_are_the_same_customer() {
        let leads = leads();
        let different = |said: fn(&LeadDraft) -> Option<String>| leads.iter().filter_map(said).collect::<BTreeSet<_>>().len();
        assert_eq!(different(|lead| Some(fold(lead.name.as_str()))), story::LEADS);
        assert_eq!(different(|lead| lead.phone.as_ref().map(String::from)), story::LEADS);
        let identity =
            |lead: &LeadDraft| lead.tax_code.as_ref().map(String::from).or_else(|| lead.citizen_id.as_ref().map(String::from));
        assert_eq!(different(identity), story::LEADS);
        let persons = || leads.iter().filter_map(|lead| lead.contact_person.as_ref());
        let phones = leads.iter().filter_map(|lead| lead.phone.as_ref()).chain(persons().filter_map(|p| p.phone.as_ref()));
        let phones: Vec<_> = phones.collect();
        assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len());
        let emails = leads.iter().filter_map(|lead| lead.email.as_ref()).chain(persons().filter_map(|p| p.email.as_ref()));
        let emails: Vec<_> = emails.collect();
        assert_eq!(emails.iter().collect::<BTreeSet<_>>().len(), emails.len());
    }

    #[test]
    fn branches_bear_the_tax_code_of_their_company() {
        assert!((0..2_000).all(|number| TaxCode::parse(&format!("{}-001", numbers::tax_code(number))).is_ok()));
    }

    #[test]
    fn there_is_one_sign_in_for_each_role() {
        let roles: Vec<String> =
            embedded("icheck").iter().flat_map(|icheck| icheck.roles.iter().map(|role| String::from(&role.key))).collect();
        let signed_in: BTreeSet<&str> = SIGN_INS.iter().map(|sign_in| sign_in.role).collect();
        assert_eq!(roles.iter().map(String::as_str).collect::<BTreeSet<_>>(), signed_in);
        assert!(SIGN_INS.iter().all(|it| people::user((it.email, it.full_name, it.role), None, Some(it.password)).is_ok()));
    }
}
