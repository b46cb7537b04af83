//! Customers without a lead of the team: a group of companies, and visitors of a landing page.

use serde::Deserialize;

/// A group of companies: the parent, which decides and buys, and its children.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Group {
    pub(in crate::demo) name: String,
    pub(in crate::demo) email: String,
    pub(in crate::demo) rank: String,
    pub(in crate::demo) source: String,
    pub(in crate::demo) business_type: String,
    pub(in crate::demo) line: String,
    pub(in crate::demo) way: String,
    pub(in crate::demo) address: String,
    pub(in crate::demo) province_code: String,
    pub(in crate::demo) website: String,
    pub(in crate::demo) description: String,
    pub(in crate::demo) tag: String,
    /// The suffix of the names of its opportunities.
    pub(in crate::demo) sale_suffix: String,
    pub(in crate::demo) children: Vec<Child>,
    pub(in crate::demo) people: Vec<GroupPerson>,
    pub(in crate::demo) sales: Vec<GroupSale>,
}

/// A child account of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Child {
    pub(in crate::demo) name: String,
    /// The last digits of the tax code.
    pub(in crate::demo) branch: String,
    pub(in crate::demo) address: String,
    pub(in crate::demo) province_code: String,
}

/// A contact of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct GroupPerson {
    pub(in crate::demo) full_name: String,
    pub(in crate::demo) job_title: String,
}

/// An opportunity of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct GroupSale {
    /// An index in `services`.
    pub(in crate::demo) service: usize,
    pub(in crate::demo) stage: String,
    pub(in crate::demo) revenue: String,
}

/// A web form and its visitors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct LandingPage {
    pub(in crate::demo) name: String,
    pub(in crate::demo) source: String,
    /// Visitors whose leads were assigned since.
    pub(in crate::demo) early_visitors: Vec<Visitor>,
    /// Visitors of the last day, whose leads are still new.
    pub(in crate::demo) late_visitors: Vec<Visitor>,
}

/// A visitor who submits a web form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Visitor {
    pub(in crate::demo) company: String,
    pub(in crate::demo) person: String,
    pub(in crate::demo) need: String,
}
