//! The users and records of the demo in the story.

use chot_tests::fixtures::{id, text};
use chot_tests::{Client, World};
use serde_json::Value;

use super::list;

/// The users of the story and one sale: a converted lead with its account and opportunity.
#[derive(Clone)]
pub struct Cast {
    /// The administrator.
    pub admin: Client,
    /// The manager of both teams.
    pub manager: Client,
    /// A salesperson; the story follows her.
    pub lan: Client,
    /// Creates leads.
    pub marketing: Client,
    /// Customer care, reviews evidence.
    pub care: Client,
    /// A client without a credential.
    pub anonymous: Client,
    /// The converted lead.
    pub lead: String,
    /// Its conversion.
    pub conversion: String,
    /// Its account.
    pub account: String,
    /// A contact of the account.
    pub contact: String,
    /// Its open opportunity.
    pub opportunity: String,
    /// Another salesperson.
    pub colleague: String,
    /// A product.
    pub product: String,
}

impl Cast {
    /// Finds them.
    pub async fn of(world: &World) -> Self {
        let (admin, lan) = (world.demo_user("admin").await, world.demo_user("salesperson").await);
        let negotiating = format!("/opportunities?owner_id={}&status=open&stage=negotiating", lan.user_id);
        // Another account of hers was not converted from a lead.
        let opportunity = list(&admin, &negotiating).await.pop().unwrap();
        let account = text(&opportunity, "account_id");
        let conversion = list(&admin, &format!("/conversions?account_id={account}")).await.remove(0);
        let contact = list(&admin, &format!("/contacts?account_id={account}")).await.remove(0);
        let sellers = list(&admin, "/users?role=salesperson&sort=name").await;
        let colleague = sellers.iter().find(|user| user["id"] != lan.user_id).unwrap();
        Self {
            manager: world.demo_user("manager").await,
            marketing: world.demo_user("marketing").await,
            care: world.demo_user("customer_care").await,
            anonymous: world.anonymous(),
            lead: text(&conversion, "lead_id"),
            conversion: id(&conversion),
            contact: id(&contact),
            opportunity: id(&opportunity),
            colleague: id(colleague),
            product: id(&list(&admin, "/products").await[0]),
            account,
            admin,
            lan,
        }
    }
}

/// One of Lan's leads with a status.
pub async fn lead_of_lan(cast: &Cast, status: &str, which: usize) -> Value {
    list(&cast.admin, &format!("/leads?owner_id={}&status={status}", cast.lan.user_id)).await.remove(which)
}
