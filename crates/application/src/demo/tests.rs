use std::collections::BTreeSet;

use chot_domain::leads::LeadDraft;
use chot_domain::playbook::{EMBEDDED, Playbook, embedded};
use chot_domain::shared::{Draft, Id, TaxCode, Violations, fold};
use chrono::{DateTime, TimeDelta, Utc};

use super::*;

/// Each playbook with the content of its demo.
fn demos() -> Vec<(Playbook, Content)> {
    EMBEDDED.iter().map(|(key, _)| (embedded(key).unwrap(), Content::of(key).unwrap())).collect()
}

fn leads(content: &Content) -> Vec<LeadDraft> {
    let services = vec![Id::new(uuid::Uuid::nil()); content.services.len()];
    let source = content.leads.captured_by[0].sources.first();
    let drafts = (0..content.leads.count()).map(|number| prospects::lead(content, number, source, &services));
    drafts.collect::<std::result::Result<_, _>>().unwrap()
}

#[test]
fn every_lead_keeps_the_rules_of_the_playbook() {
    for (playbook, content) in demos() {
        let mut faults = Violations::default();
        for lead in leads(&content) {
            lead.check_against(&playbook, DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(36_500), &mut faults);
        }
        assert_eq!(faults, Violations::default(), "{}", playbook.key);
    }
}

#[test]
fn no_two_leads_are_the_same_customer() {
    for (_, content) in demos() {
        let leads = leads(&content);
        let all_different = |texts: Vec<String>| assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        all_different(leads.iter().map(|lead| fold(lead.name.as_str())).collect());
        all_different(leads.iter().filter_map(|lead| lead.tax_code.as_ref().map(String::from)).collect());
        all_different(leads.iter().filter_map(|lead| lead.citizen_id.as_ref().map(String::from)).collect());
        let persons = || leads.iter().filter_map(|lead| lead.contact_person.as_ref());
        let phones = leads.iter().filter_map(|lead| lead.phone.as_ref()).chain(persons().filter_map(|p| p.phone.as_ref()));
        all_different(phones.map(String::from).collect());
        let emails = leads.iter().filter_map(|lead| lead.email.as_ref()).chain(persons().filter_map(|p| p.email.as_ref()));
        all_different(emails.map(String::from).collect());
    }
}

#[test]
fn branches_bear_the_tax_code_of_their_company() {
    assert!((0..2_000).all(|number| TaxCode::parse(&format!("{}-001", numbers::tax_code(number))).is_ok()));
}

#[test]
fn there_is_one_sign_in_for_each_role() {
    for (playbook, content) in demos() {
        let roles: Vec<String> = playbook.roles.iter().map(|role| String::from(&role.key)).collect();
        let sign_ins = sign_ins(playbook.key.as_str());
        let signed_in: Vec<&str> = sign_ins.iter().map(|sign_in| sign_in.role.as_str()).collect();
        assert_eq!(signed_in.len(), roles.len(), "{}", playbook.key);
        assert_eq!(roles.iter().map(String::as_str).collect::<BTreeSet<_>>(), signed_in.into_iter().collect());
        assert!(content.staff.sign_ins.iter().all(|it| people::user(it, None, Some(PASSWORD)).is_ok()));
    }
}
