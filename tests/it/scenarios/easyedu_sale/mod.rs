//! The Easy Edu sale, from a lead that marketing assigns to the call a month after the win (R-EDU-01…63, R-EDU-72…76). The story
//! contains what users do and checks what the system does automatically. Only over HTTP; the clock of the sandbox moves the time.

mod closing;
mod demo;
mod first_contact;

use chot_tests::fixtures::{company, id, text};
use chot_tests::{Client, Options, World};
use serde_json::{Value, json};

/// The users of the story. It starts on Monday, 23 November 2026, at nine in the morning.
struct Sale {
    _world: World,
    /// The administrator, who moves the clock.
    admin: Client,
    /// Assigns the leads (Bộ phận MKT).
    marketing: Client,
    /// The manager of the salespeople (Team Leader).
    leader: Client,
    /// A salesperson with too much work.
    ha: Client,
    /// A salesperson.
    nam: Client,
}

impl Sale {
    async fn begins() -> Self {
        let world = World::with("easyedu", Options { sandbox: true, ..Options::default() }).await;
        let team = world.team("Kinh doanh", None).await;
        Self {
            admin: world.user("admin").await,
            marketing: world.user("marketing").await,
            leader: world.member("team_leader", Some(&team)).await,
            ha: world.member("salesperson", Some(&team)).await,
            nam: world.member("salesperson", Some(&team)).await,
            _world: world,
        }
    }

    /// Moves the time forward, in Hà Nội.
    async fn it_is(&self, day_and_time: &str) -> Value {
        self.admin.post("/sandbox/clock", json!({"to": format!("{day_and_time}:00+07:00")})).await.expect(200)
    }

    /// Marketing assigns a new lead to a salesperson; returns its path.
    async fn gives(&self, number: u32, to: &Client) -> String {
        let lead = self.marketing.post("/leads", company(number)).await.expect(201);
        let path = format!("/leads/{}", id(&lead));
        self.marketing.post(&format!("{path}/assign"), json!({"owner_id": to.user_id})).await.expect(200);
        path
    }

    /// Nam's due activities of today, by category.
    async fn due_today(&self) -> Vec<String> {
        self.nam.all("/calendar/due-today").await.iter().map(|one| text(one, "category")).collect()
    }

    /// Nam's planned activities of a category.
    async fn planned(&self, category: &str) -> Vec<Value> {
        self.nam.all(&format!("/activities?status=planned&category={category}&sort=starts_at")).await
    }

    /// Nam's notifications since the last call.
    async fn told(&self) -> Vec<String> {
        let news = self.nam.all("/notifications?is_read=false").await;
        for one in &news {
            self.nam.act(&format!("/notifications/{}/mark-read", id(one))).await.expect(200);
        }
        news.iter().map(|one| text(one, "kind")).collect()
    }
}

/// The tags of a record, by name.
fn tags(record: &Value) -> Vec<&str> {
    let mut tags: Vec<_> = record["tags"].as_array().unwrap().iter().map(|tag| tag["tag"].as_str().unwrap()).collect();
    tags.sort_unstable();
    tags
}

/// The identifier at the end of a path.
fn named_by(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn r_edu_01_to_r_edu_76_under_easyedu_a_lead_is_received_shown_the_product_and_closed() {
    let sale = Sale::begins().await;
    let sao_mai = sale.ha_does_not_call_within_the_hour().await;
    sale.nam_checks_who_it_is(&sao_mai).await;
    sale.what_is_suspect_goes_to_the_leader_and_what_is_bad_back_to_marketing().await;
    sale.nobody_answers_so_the_afternoon_is_for_calling_again(&sao_mai).await;
    sale.what_answers_twice_with_silence_goes_to_remarketing().await;
    sale.the_survey_is_asked_and_the_trial_granted(&sao_mai).await;

    let demo = sale.the_demo_is_booked_and_moved_by_the_customer(&sao_mai).await;
    sale.an_hour_before_the_customer_is_reminded(&demo).await;
    sale.the_demo_takes_too_long_and_leaves_no_password_behind(&demo).await;
    let chance = sale.the_customer_is_keen_and_becomes_a_chance(&sao_mai).await;

    sale.every_day_a_greeting_and_every_third_day_a_push(&chance).await;
    sale.the_trial_ends_by_its_own_clock().await;
    sale.after_seven_days_the_promotion_is_offered(&chance).await;
    sale.closing_does_everything_at_once(&chance).await;
    sale.a_month_later_the_customer_is_called(&chance).await;
}
