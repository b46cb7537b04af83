//! A month in iCheck's sales department (R-ICHK-65…91): every day by 23:59 salespeople submit evidence for their main
//! opportunities, customer care reviews it, and opportunities without evidence are lost, so that a colleague may try. Only over
//! HTTP; the clock of the sandbox moves the time.

mod care;
mod nights;
mod work;

use chot_tests::fixtures::{Team, account, id, team};
use chot_tests::{Client, Options, World};
use serde_json::{Value, json};

use crate::opportunities::opened;
use crate::telephony::SECRET;

/// The users of the story. It starts on Monday, 23 November 2026, at nine in the morning.
struct Month {
    world: World,
    /// The administrator, who sets up the system and moves its clock.
    admin: Client,
    /// The manager of the salespeople of Hà Nội.
    manager: Client,
    /// A salesperson in Hà Nội.
    lan: Client,
    /// A salesperson in Đà Nẵng, who sees none of Lan's records.
    minh: Client,
    /// Reviews evidence (CSKH).
    care: Client,
}

/// Lan's accounts on Monday morning, and what she hopes to sell.
struct Book {
    /// Wants stamps and thinks about tracing.
    hoa_sen: Value,
    stamps: String,
    tracing: String,
    /// Wants a trade mark registered, and perhaps a printer beside it, which is secondary.
    binh_minh: Value,
    trade_mark: String,
    printer: String,
    /// Wants to be shown how it works.
    warranty: String,
    /// Wants advice by e-mail.
    an_phat: Value,
    barcodes: String,
    /// Wants to be called.
    dai_viet: Value,
    channels: String,
    /// Nobody works on it; a secondary training too.
    tan_tien: Value,
    promotion: String,
    training: String,
    /// Buys, and might buy more.
    kim_long: Value,
    signed: String,
    more: String,
}

impl Month {
    async fn begins() -> Self {
        let world = World::with("icheck", Options { sandbox: true, ..Options::default() }).await;
        let Team { manager, lan, minh } = team(&world).await;
        let (admin, care) = (world.user("admin").await, world.user("customer_care").await);
        admin.put("/telephony/stringee", json!({"signing_secret": SECRET})).await.expect(200);
        Self { world, admin, manager, lan, minh, care }
    }

    /// Moves the time forward, in Hà Nội. The response contains what the system did.
    async fn it_is(&self, day_and_time: &str) -> Value {
        self.admin.post("/sandbox/clock", json!({"to": format!("{day_and_time}:00+07:00")})).await.expect(200)
    }

    /// Lan creates an opportunity for each service that interests a customer.
    async fn lan_opens_her_opportunities(&self) -> Book {
        let lan = &self.lan;
        let legal = json!({"code": "NHAN-HIEU", "name": "Đăng ký nhãn hiệu", "vat_code": "8", "unit_price": "15000000", "category": "legal"});
        let legal = self.admin.post("/products", legal).await.expect(201);
        let (main, side) = (json!({}), json!({"classification": "secondary"}));
        let mut customers = Vec::new();
        for number in 1..=7 {
            customers.push(account(lan, number).await);
        }
        let [hoa_sen, binh_minh, sao_mai, an_phat, dai_viet, tan_tien, kim_long] = customers.try_into().unwrap();
        Book {
            stamps: opened(lan, &hoa_sen, "Tem chống giả", main.clone()).await,
            tracing: opened(lan, &hoa_sen, "Truy xuất nguồn gốc", main.clone()).await,
            trade_mark: opened(lan, &binh_minh, "Nhãn hiệu", json!({"product_ids": [legal["id"]]})).await,
            printer: opened(lan, &binh_minh, "Máy in tem", side.clone()).await,
            warranty: opened(lan, &sao_mai, "Bảo hành điện tử", main.clone()).await,
            barcodes: opened(lan, &an_phat, "Mã số mã vạch", main.clone()).await,
            channels: opened(lan, &dai_viet, "Quản lý phân phối", main.clone()).await,
            promotion: opened(lan, &tan_tien, "Quảng bá thương hiệu", main.clone()).await,
            training: opened(lan, &tan_tien, "Đào tạo", side).await,
            signed: opened(lan, &kim_long, "QR Marketing", main.clone()).await,
            more: opened(lan, &kim_long, "Thêm 20 mã", main).await,
            hoa_sen,
            binh_minh,
            an_phat,
            dai_viet,
            tan_tien,
            kim_long,
        }
    }

    /// The owner of an account, as seen by the administrator, who sees all.
    async fn owner_of(&self, account: &Value) -> Value {
        self.admin.get(&path_of(account)).await.expect(200)["owner_id"].clone()
    }
}

/// The path of an account.
fn path_of(account: &Value) -> String {
    format!("/accounts/{}", id(account))
}

#[tokio::test]
async fn r_ichk_65_to_r_ichk_91_under_icheck_a_month_keeps_what_is_worked_and_frees_what_is_not() {
    let month = Month::begins().await;
    let book = month.lan_opens_her_opportunities().await;
    month.every_main_one_wants_evidence_and_no_secondary_one(&book).await;

    month.lan_sends_a_quotation_with_its_details(&book).await;
    month.lan_quotes_a_legal_service_by_its_name_and_price(&book).await;
    month.lan_demonstrates_and_writes_a_recap(&book).await;
    month.lan_advises_by_e_mail(&book).await;
    month.lan_calls_through_stringee_and_writes_a_recap(&book).await;
    month.a_note_alone_shows_nothing_and_the_call_to_another_neither(&book).await;
    month.kim_long_signs(&book).await;
    month.lan_looks_who_is_in_danger_tonight(&book).await;

    month.on_monday_night_what_shows_nothing_is_lost(&book).await;
    month.minh_takes_the_customer_that_was_freed(&book).await;

    let pending = month.customer_care_draws_at_random_and_never_twice(&book).await;
    month.customer_care_warns_with_a_reason(&book, &pending).await;
    month.lan_repairs_one_with_newer_evidence_and_the_other_with_words(&book).await;
    month.on_tuesday_night_what_was_warned_and_not_repaired_is_lost(&book).await;

    month.two_nights_pass_while_nobody_looks(&book).await;
    month.lan_gives_a_customer_up_by_hand(&book).await;
    month.the_rest_of_the_month_costs_nothing(&book).await;
}
