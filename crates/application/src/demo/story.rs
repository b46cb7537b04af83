//! How leads come in, are given out, called, found to be real or not, and become customers.

use chot_domain::leads::LeadId;
use chot_domain::shared::read;
use chot_persistence::Tx;
use serde_json::json;

use super::Story;
use super::deals::{Deal, Journey};
use super::lots::pick;
use super::people::{Member, Region};
use super::places::place;
use super::prospects;
use crate::{Result, leads};

/// So many leads come in, by the landing page aside.
pub(super) const LEADS: usize = 240;

/// So many of them come in on one day.
const IN_A_BATCH: usize = 24;

/// The day on which the first come in.
const FIRST_BATCH: i64 = -54;

/// So many days lie between two batches.
const DAYS_BETWEEN: usize = 6;

/// A lead, and what becomes of it.
struct Case {
    number: usize,
    lead: LeadId,
    region: Region,
    fate: Fate,
}

/// What becomes of a lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is new, and nobody's.
    Waiting,
    /// A salesperson has it, and has not called yet.
    Given,
    /// It was called.
    Called,
    /// It is real.
    Real,
    /// It turned out not to be real.
    NotReal,
    /// It was closed as junk.
    Junk,
    /// It was handed back.
    Returned,
    /// It was parked.
    Parked,
    /// It became a customer.
    Customer(Journey),
}

/// The fates of a batch.
const FATES: [Fate; IN_A_BATCH] = {
    use Fate::{Called, Customer, Given, Junk, NotReal, Parked, Real, Returned};
    use Journey::{Advised, Lost, Negotiated, Opened, Quoted, Won};
    [
        Customer(Advised),
        Called,
        Customer(Won),
        Parked,
        Customer(Quoted),
        Given,
        Customer(Lost),
        Called,
        Customer(Negotiated),
        Junk,
        Real,
        Customer(Opened),
        Customer(Won),
        Returned,
        Called,
        Customer(Quoted),
        Parked,
        Customer(Lost),
        NotReal,
        Customer(Advised),
        Given,
        Customer(Negotiated),
        Called,
        Real,
    ]
};

/// Nobody has touched the last batch yet, nor half of the one before it.
fn fate(number: usize) -> Fate {
    if number >= LEADS - IN_A_BATCH - IN_A_BATCH / 2 { Fate::Waiting } else { FATES[number % IN_A_BATCH] }
}

/// Who enters leads, and where those come from.
const CAPTURED_BY: [(&str, &[&str]); 4] = [
    ("marketing", &["website", "facebook", "facebook", "email", "icheck_app"]),
    ("data_employee", &["data_team", "data_team", "telesales"]),
    ("marketing", &["fair", "seminar", "website", "facebook"]),
    ("customer_care", &["hotline", "hotline", "referral", "icheck_app", "other"]),
];

const CALL_NOTES: [&str; 7] = [
    "Đã gọi, khách hẹn gửi báo giá",
    "Khách đang họp, hẹn gọi lại chiều mai",
    "Đã nói chuyện với giám đốc, quan tâm tem QR",
    "Đã kết bạn Zalo và gửi tài liệu giới thiệu",
    "Gặp kế toán, xin lịch họp với sếp",
    "Gọi hai lần chưa nghe máy, đã nhắn tin",
    "Khách so sánh với bên đang dùng, cần gửi mẫu",
];

const TAGS: [Option<&str>; 9] = [
    Some("hot"),
    Some("needs_recap"),
    Some("used_competitor"),
    Some("large_scale"),
    Some("data_to_complete"),
    None,
    None,
    None,
    None,
];

/// Junk reasons, and what is said about them.
const JUNK: [(&str, &str); 5] = [
    ("wrong_number", "Gọi ba lần đều báo số không liên lạc được"),
    ("not_a_business", "Chỉ hỏi mua lẻ, không kinh doanh"),
    ("dissolved", "Tra cứu thuế: đã ngừng hoạt động"),
    ("wrong_tax_code", "Mã số trên hồ sơ không khớp với tên"),
    ("fake_information", "Người nghe máy không biết gì về đăng ký"),
];

const RETURN_REASONS: [&str; 4] = [
    "Khách ở khu vực của đội khác",
    "Khách yêu cầu làm việc với quản lý",
    "Trùng khách của đồng nghiệp đang chăm sóc",
    "Khách cần tư vấn kỹ thuật sâu hơn",
];

const PARKING_REASONS: [&str; 5] = [
    "Quý sau mới có ngân sách",
    "Đang đổi bao bì, hẹn khi in xong",
    "Chờ hội đồng quản trị duyệt",
    "Xong mùa vụ mới làm",
    "Đang còn tem cũ, dùng hết mới đặt",
];

/// The days on which parked leads fall due: some at once, most in the days to come.
const FOLLOW_UP_DAYS: [i64; 9] = [0, 0, 2, 3, 4, 6, 8, 21, 60];

impl Story<'_> {
    /// Batch by batch, leads are captured, given out and sold to.
    pub(super) async fn sell(&self) -> Result<Vec<Deal>> {
        let mut deals = Vec::new();
        for (batch, day) in (FIRST_BATCH..=0).step_by(DAYS_BETWEEN).enumerate() {
            let cases = self.capture(batch, day).await?;
            self.give_out(batch, day, &cases).await?;
            for region in [Region::North, Region::South] {
                let seller = self.staff.on_duty(region, batch)?;
                let theirs = those(&cases, |case| case.region == region && case.fate != Fate::Waiting);
                self.take_from_pool(seller, day, &theirs).await?;
                self.call(seller, day + 1, &theirs).await?;
                self.find_out(seller, day + 2, &theirs).await?;
                let won_over = self.convert(seller, day + 3, &theirs).await?;
                self.pursue(seller, day + 4, &won_over).await?;
                deals.extend(won_over);
            }
        }
        Ok(deals)
    }

    async fn capture(&self, batch: usize, day: i64) -> Result<Vec<Case>> {
        let (role, sources) = CAPTURED_BY[batch % CAPTURED_BY.len()];
        let numbers: Vec<usize> = (batch * IN_A_BATCH..(batch + 1) * IN_A_BATCH).collect();
        let entered = self.calendar.work((day, 2), self.staff.actor(role)?, &numbers, async |tx, number| {
            let draft = prospects::lead(*number, pick(*number, "source", sources), self.services)?;
            let lead = leads::create(tx, &draft).await?;
            Ok(Case { number: *number, lead, region: place(*number).region, fate: fate(*number) })
        });
        entered.await
    }

    /// The head of both teams gives most leads to the salespeople on duty.
    async fn give_out(&self, batch: usize, day: i64, cases: &[Case]) -> Result<()> {
        let given = those(cases, |case| case.fate != Fate::Waiting && !case.is_claimed());
        let assigned = self.calendar.work((day, 4), self.staff.actor("manager")?, &given, async |tx, case| {
            let seller = self.staff.on_duty(case.region, batch)?;
            leads::assign(tx, case.lead, &read(json!({ "owner_id": seller.id }))?).await
        });
        assigned.await.map(drop)
    }

    /// What was not given out is there for the taking.
    async fn take_from_pool(&self, seller: &Member, day: i64, cases: &[&Case]) -> Result<()> {
        let free: Vec<LeadId> = cases.iter().filter(|case| case.is_claimed()).map(|case| case.lead).collect();
        let claimed = self.calendar.work((day, 5), &seller.actor, &free, async |tx, lead| leads::claim(tx, *lead).await);
        claimed.await.map(drop)
    }

    async fn call(&self, seller: &Member, day: i64, cases: &[&Case]) -> Result<()> {
        let due: Vec<&Case> = cases.iter().copied().filter(|case| case.fate != Fate::Given).collect();
        let called = self.calendar.work((day, 3), &seller.actor, &due, async |tx, case| {
            let note = pick(case.number, "call", &CALL_NOTES);
            leads::mark_contacted(tx, case.lead, &read(json!({ "note": note }))?).await?;
            if let Some(tag) = pick(case.number, "tag", &TAGS) {
                leads::tag(tx, case.lead, &read(json!({ "tag": tag }))?).await?;
            }
            Ok(())
        });
        called.await.map(drop)
    }

    async fn find_out(&self, seller: &Member, day: i64, cases: &[&Case]) -> Result<()> {
        let found = self.calendar.work((day, 7), &seller.actor, cases, async |tx, case| self.settle(tx, case).await);
        found.await.map(drop)
    }

    /// What the salesperson found out about a lead decides what becomes of it.
    async fn settle(&self, tx: &Tx, case: &Case) -> Result<()> {
        let (number, lead) = (case.number, case.lead);
        match case.fate {
            Fate::Waiting | Fate::Given | Fate::Called => Ok(()),
            Fate::Real | Fate::Customer(_) => leads::verify(tx, lead, &read(json!({ "result": "real" }))?).await,
            Fate::NotReal => {
                let (reason, note) = pick(number, "not real", &JUNK);
                leads::verify(tx, lead, &read(json!({ "result": "not_real", "reason": reason, "note": note }))?).await
            }
            Fate::Junk => {
                let (reason, note) = pick(number, "junk", &JUNK);
                leads::junk(tx, lead, &read(json!({ "reason": reason, "note": note }))?).await
            }
            Fate::Returned => {
                let reason = pick(number, "returned", &RETURN_REASONS);
                leads::return_(tx, lead, &read(json!({ "reason": reason }))?).await
            }
            Fate::Parked => {
                let reason = pick(number, "parked", &PARKING_REASONS);
                let follow_up_at = self.calendar.at((pick(number, "follow-up", &FOLLOW_UP_DAYS), 2));
                leads::recycle(tx, lead, &read(json!({ "follow_up_at": follow_up_at, "reason": reason }))?).await
            }
        }
    }

    async fn convert(&self, seller: &Member, day: i64, cases: &[&Case]) -> Result<Vec<Deal>> {
        let customers = cases.iter().filter_map(|case| match case.fate {
            Fate::Customer(journey) => Some((case.lead, case.number, journey)),
            _ => None,
        });
        let customers: Vec<_> = customers.collect();
        let deals = self.calendar.work((day, 3), &seller.actor, &customers, async |tx, customer| {
            let (lead, number, journey) = *customer;
            self.make_customer(tx, lead, number, journey).await
        });
        deals.await
    }
}

impl Case {
    /// Whether a salesperson takes it from the pool, rather than being given it.
    fn is_claimed(&self) -> bool {
        self.number % 6 == 5
    }
}

fn those(cases: &[Case], wanted: impl Fn(&Case) -> bool) -> Vec<&Case> {
    cases.iter().filter(|case| wanted(case)).collect()
}
