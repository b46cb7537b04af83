//! How leads become customers, and opportunities are advised, quoted, negotiated, won and lost.

use chot_domain::accounts::AccountId;
use chot_domain::leads::{ConvertLead, LeadId};
use chot_domain::opportunities::{OpportunityId, OpportunityPatch};
use chot_domain::shared::{Code, read};
use chot_domain::telephony::CallDraft;
use chot_persistence::{Tx, leads as stored};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::Story;
use super::lots::pick;
use super::names::person;
use super::numbers::phone;
use super::people::Member;
use super::services::{SERVICES, wanted_by};
use crate::leads::{self, Converted};
use crate::{Result, accounts, opportunities, telephony};

/// How far the main opportunity of a customer comes, in the order of the process: what is lost was quoted before, what is won was
/// negotiated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Journey {
    /// No further than its opening.
    Opened,
    /// The customer was advised.
    Advised,
    /// A quotation was sent.
    Quoted,
    /// The customer said no to it.
    Lost,
    /// The terms are being negotiated.
    Negotiated,
    /// It is sold.
    Won,
}

/// A customer that was a lead, with its main opportunity and perhaps a second one.
pub(super) struct Deal {
    /// The number of the lead.
    pub(super) number: usize,
    /// How far it comes.
    pub(super) journey: Journey,
    /// The customer.
    pub(super) account: AccountId,
    main: OpportunityId,
    second: Option<OpportunityId>,
}

/// Expected revenues, in millions of đồng.
const MILLIONS: [u32; 12] = [18, 24, 36, 45, 60, 75, 90, 120, 150, 180, 240, 360];

const ACCOUNT_TAGS: [Option<&str>; 6] = [Some("vip_care"), Some("large_scale"), None, None, None, None];

const WIN_NOTES: [&str; 5] = [
    "Khách chốt sau buổi demo tại nhà máy",
    "Đã ký hợp đồng, giao đợt đầu tháng sau",
    "Chốt gói năm, tặng thêm thiết kế tem",
    "Khách đồng ý giá, chuyển khoản trước 50 %",
    "Thắng nhờ có mẫu tem trong ba ngày",
];

/// Lost reasons, and what the customer said.
const REFUSALS: [(&str, &str); 7] = [
    ("price", "Giá cao hơn bên đang dùng khoảng 20 %"),
    ("competitor", "Đã ký với đơn vị in tem quen ở địa phương"),
    ("no_need", "Siêu thị không còn yêu cầu truy xuất cho mặt hàng này"),
    ("no_budget", "Công ty mẹ cắt ngân sách marketing năm nay"),
    ("wrong_service", "Cần phần mềm quản lý kho, không phải tem"),
    ("no_response", "Gửi báo giá rồi không phản hồi, gọi không nghe"),
    ("price", "Xin giảm 30 % nhưng không đáp ứng được"),
];

impl Story<'_> {
    /// A lead becomes a customer, usually just as it is.
    pub(super) async fn make_customer(&self, tx: &Tx, lead: LeadId, number: usize, journey: Journey) -> Result<Deal> {
        let Converted::Done(conversion) = leads::convert(tx, lead, &self.order(number)?).await? else {
            return Err(Code::InternalError.into());
        };
        // What else is done in this unit is not done because of this conversion.
        tx.because_of(None);
        let made = stored::lock_conversion(tx, conversion).await?.ok_or(Code::NotFound)?;
        let opened = made.created_opportunities();
        let main = opened.first().copied().ok_or(Code::NotFound)?;
        Ok(Deal { number, journey, account: made.account().0, main, second: opened.get(1).copied() })
    }

    /// How the lead is to be converted: as it is, with its opportunity in the salesperson's own words, or with a second service beside.
    fn order(&self, number: usize) -> Result<ConvertLead> {
        let wanted = wanted_by(number);
        let also = (wanted + 1) % SERVICES.len();
        let mut said = self.expectations(number);
        said.insert("name".to_owned(), json!(SERVICES[wanted].sale));
        let beside = json!({
            "name": SERVICES[also].sale,
            "product_ids": self.services.get(also).into_iter().collect::<Vec<_>>(),
            "expected_revenue": revenue(number, "beside"),
            "stars": 1,
        });
        Ok(read(match pick(number, "order", &["as it is", "as it is", "as it is", "in words", "with a second"]) {
            "in words" => json!({ "opportunities": [{ "fields": said }] }),
            "with a second" => {
                json!({ "opportunities": [{ "fields": said }, { "fields": beside, "classification": "secondary" }] })
            }
            _ => json!({}),
        })?)
    }

    /// What the salesperson expects of the main opportunity.
    fn expectations(&self, number: usize) -> Map<String, Value> {
        let closes = self.calendar.date(pick(number, "closes", &[5, 9, 14, 20, 30, 45]));
        Map::from_iter([
            ("expected_revenue".to_owned(), json!(revenue(number, "main"))),
            ("stars".to_owned(), json!(pick(number, "stars", &[1, 1, 2, 2, 3]))),
            ("expected_close_on".to_owned(), json!(closes)),
        ])
    }

    /// The salesperson works on the opportunities, each as far as it comes.
    pub(super) async fn pursue(&self, seller: &Member, day: i64, deals: &[Deal]) -> Result<()> {
        let (calendar, seller) = (self.calendar, &seller.actor);
        let advised = as_far_as(deals, Journey::Advised);
        calendar.work((day, 7), seller, &advised, async |tx, deal| advise(tx, deal).await).await?;
        calendar.work((day + 1, 3), seller, deals, async |tx, deal| get_acquainted(tx, deal).await).await?;
        let quoted = as_far_as(deals, Journey::Quoted);
        calendar.work((day + 2, 4), seller, &quoted, async |tx, deal| self.quote(tx, deal).await).await?;
        let negotiated = as_far_as(deals, Journey::Negotiated);
        calendar.work((day + 4, 3), seller, &negotiated, async |tx, deal| move_on(tx, deal, "negotiating").await).await?;
        let decided: Vec<&Deal> = deals.iter().filter(|deal| matches!(deal.journey, Journey::Lost | Journey::Won)).collect();
        calendar.work((day + 7, 8), seller, &decided, async |tx, deal| self.close(tx, deal).await).await?;
        Ok(())
    }

    /// With the quotation, the salesperson says what is expected of the opportunity.
    async fn quote(&self, tx: &Tx, deal: &Deal) -> Result<()> {
        let expected = OpportunityPatch::from(self.expectations(deal.number));
        opportunities::update(tx, deal.main, &expected, None).await?;
        move_on(tx, deal, "quoted").await
    }

    /// The customer decides. Who says no to the only main opportunity goes back into the pool.
    async fn close(&self, tx: &Tx, deal: &Deal) -> Result<()> {
        if deal.journey == Journey::Won {
            let note = pick(deal.number, "won", &WIN_NOTES);
            return opportunities::win(tx, deal.main, &read(json!({ "note": note }))?).await;
        }
        let (reason, feedback) = pick(deal.number, "lost", &REFUSALS);
        let again = pick(deal.number, "again", &[None, Some(30), Some(60), Some(90)]).map(|day| self.calendar.date(day));
        let said = json!({ "reason": reason, "customer_feedback": feedback, "next_approach_on": again });
        opportunities::lose(tx, deal.main, &read(said)?).await
    }
}

fn as_far_as(deals: &[Deal], journey: Journey) -> Vec<&Deal> {
    deals.iter().filter(|deal| deal.journey >= journey).collect()
}

/// The salesperson calls through the exchange, which is evidence that the opportunity is worked.
async fn advise(tx: &Tx, deal: &Deal) -> Result<()> {
    let call: CallDraft = read(json!({
        "provider": "demo",
        "call_id": format!("demo-{}", deal.number),
        "status": "ended",
        "occurred_at": tx.now,
        "direction": "outbound",
        "answer_seconds": pick(deal.number, "talked", &[95, 140, 210, 320, 480]),
        "opportunity_id": deal.main,
    }))?;
    telephony::hear(tx, &call.report(), TimeDelta::zero()).await?;
    move_on(tx, deal, "advising").await
}

async fn move_on(tx: &Tx, deal: &Deal, stage: &str) -> Result<()> {
    opportunities::move_to(tx, deal.main, &read(json!({ "stage": stage }))?).await
}

/// The salesperson comes to know more people there, and what kind of customer it is.
async fn get_acquainted(tx: &Tx, deal: &Deal) -> Result<()> {
    let number = deal.number;
    if pick(number, "bookkeeper", &[true, false, false]) {
        let bookkeeper = json!({
            "account_id": deal.account,
            "full_name": person(300 + number).full_name(),
            "job_title": "Kế toán trưởng",
            "phone": phone(3_000 + number),
        });
        accounts::create_contact(tx, &read(bookkeeper)?).await?;
    }
    if let Some(tag) = pick(number, "account tag", &ACCOUNT_TAGS) {
        accounts::tag(tx, deal.account, &read(json!({ "tag": tag }))?).await?;
    }
    if let Some(second) = deal.second {
        opportunities::tag(tx, second, &read(json!({ "tag": "cross_sell" }))?).await?;
    }
    Ok(())
}

/// An expected revenue in đồng.
pub(super) fn revenue(number: usize, of: &str) -> String {
    format!("{}000000", pick(number, of, &MILLIONS))
}
