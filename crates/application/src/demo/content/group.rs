//! Customers who come on a way of their own: a group of companies, and visitors of a web page.

use serde::Deserialize;

/// A group of companies: the one that decides and buys, and what belongs to it.
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
    /// What stands behind the names of its opportunities.
    pub(in crate::demo) sale_suffix: String,
    pub(in crate::demo) children: Vec<Child>,
    pub(in crate::demo) people: Vec<GroupPerson>,
    pub(in crate::demo) sales: Vec<GroupSale>,
}

/// What belongs to a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Child {
    pub(in crate::demo) name: String,
    /// The last digits of the tax code.
    pub(in crate::demo) branch: String,
    pub(in crate::demo) address: String,
    pub(in crate::demo) province_code: String,
}

/// Whom one talks to at a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct GroupPerson {
    pub(in crate::demo) full_name: String,
    pub(in crate::demo) job_title: String,
}

/// What is being sold to a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct GroupSale {
    /// A place in `services`.
    pub(in crate::demo) service: usize,
    pub(in crate::demo) stage: String,
    pub(in crate::demo) revenue: String,
}

/// A web form, and who sends it in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct LandingPage {
    pub(in crate::demo) name: String,
    pub(in crate::demo) source: String,
    /// Those who have been given out since.
    pub(in crate::demo) early_visitors: Vec<Visitor>,
    /// Those who came on the last day, and are still new.
    pub(in crate::demo) late_visitors: Vec<Visitor>,
}

/// Who sends a web form in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo) struct Visitor {
    pub(in crate::demo) company: String,
    pub(in crate::demo) person: String,
    pub(in crate::demo) need: String,
}
