//! Who and what the story is about: people and records of the demo.

use chot_tests::fixtures::{id, text};
use chot_tests::{Client, World};
use serde_json::Value;

use super::list;

/// The people who act, and the sale that is followed: a lead that became an account with an opportunity.
#[derive(Clone)]
pub struct Cast {
    /// Runs the system.
    pub admin: Client,
    /// Leads both teams.
    pub manager: Client,
    /// Sells; the story follows her.
    pub lan: Client,
    /// Brings leads in.
    pub marketing: Client,
    /// Cares for customers, and reviews evidence.
    pub care: Client,
    /// Somebody without a credential.
    pub anonymous: Client,
    /// Who became the customer.
    pub lead: String,
    /// How.
    pub conversion: String,
    /// The customer.
    pub account: String,
    /// A person there.
    pub contact: String,
    /// The sale under way.
    pub opportunity: String,
    /// A salesperson beside Lan.
    pub colleague: String,
    /// A service.
    pub product: String,
}

impl Cast {
    /// Finds them.
    pub async fn of(world: &World) -> Self {
        let (admin, lan) = (world.demo_user("admin").await, world.demo_user("salesperson").await);
        let negotiating = format!("/opportunities?owner_id={}&status=open&stage=negotiating", lan.user_id);
        // Another account of hers was no lead before.
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

/// One of the leads of Lan in a status.
pub async fn lead_of_lan(cast: &Cast, status: &str, which: usize) -> Value {
    list(&cast.admin, &format!("/leads?owner_id={}&status={status}", cast.lan.user_id)).await.remove(which)
}
