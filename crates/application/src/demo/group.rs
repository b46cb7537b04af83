//! A group of companies: the one that decides and buys, and what belongs to it.

use chot_domain::accounts::AccountId;
use chot_domain::shared::read;
use chot_persistence::Tx;
use serde_json::json;

use super::Story;
use super::numbers::{phone, tax_code};
use super::people::Region;
use super::services::SERVICES;
use crate::{Result, accounts, opportunities};

/// The number behind the group's tax code and telephones, beyond those of the leads.
const NUMBER: usize = 5_000;

/// What belongs to the group: name, the last digits of the tax code, address, province.
const CHILDREN: [(&str, &str, &str, &str); 2] = [
    (
        "Tổng Công ty Cổ phần Lương thực Đồng Bằng - Chi nhánh Hải Phòng",
        "001",
        "Số 8 đường Lạch Tray, phường Lê Chân, thành phố Hải Phòng",
        "31",
    ),
    (
        "Tổng Công ty Cổ phần Lương thực Đồng Bằng - Nhà máy Hưng Yên",
        "002",
        "Lô C2 khu công nghiệp Phố Nối A, tỉnh Hưng Yên",
        "33",
    ),
];

/// Whom one talks to: name and job.
const PEOPLE: [(&str, &str); 3] =
    [("Đoàn Hữu Thuận", "Tổng giám đốc"), ("Tạ Thị Bích Liên", "Trưởng ban thương hiệu"), ("Cao Xuân Hợp", "Kế toán trưởng")];

/// The services that are being sold to it, with the stage and the expected revenue.
const SALES: [(usize, &str, &str); 2] = [(1, "negotiating", "480000000"), (0, "quoted", "900000000")];

impl Story<'_> {
    /// A salesperson enters a customer whom no lead announced: a group with a branch and a factory.
    pub(super) async fn win_a_group(&self) -> Result<()> {
        let seller = self.staff.on_duty(Region::North, 0)?;
        let ctx = self.calendar.on((-20, 3), &seller.actor).await?;
        ctx.write(async |tx| {
            let group = enter(tx).await?;
            for (service, stage, revenue) in SALES {
                let sale = json!({
                    "account_id": group,
                    "name": format!("{} (toàn tổng công ty)", SERVICES[service].sale),
                    "product_ids": self.services.get(service).into_iter().collect::<Vec<_>>(),
                    "stage": stage,
                    "expected_revenue": revenue,
                    "stars": 3,
                    "expected_close_on": self.calendar.date(25),
                });
                opportunities::open(tx, &read(sale)?).await?;
            }
            Ok(())
        })
        .await
    }
}

async fn enter(tx: &Tx) -> Result<AccountId> {
    let group = json!({
        "name": "Tổng Công ty Cổ phần Lương thực Đồng Bằng",
        "phone": phone(NUMBER),
        "email": "vanphong@luongthucdongbang.example.vn",
        "tax_code": tax_code(NUMBER),
        "rank": "vip",
        "source": "referral",
        "profile": {
            "business_type": "joint_stock_company",
            "line_of_business": "food",
            "way_of_selling": "finished_goods",
            "address": { "text": "Số 25 đường Lý Thường Kiệt, phường Cửa Nam, thành phố Hà Nội", "province_code": "01" },
            "website": "https://luongthucdongbang.example.vn",
        },
        "description": "Mua tập trung: tổng công ty ký, chi nhánh và nhà máy nhận hàng.",
    });
    let group = accounts::create(tx, &read(group)?).await?;
    accounts::tag(tx, group, &read(json!({ "tag": "vip_care" }))?).await?;
    for (name, branch, address, province) in CHILDREN {
        let child = json!({
            "name": name,
            "parent_id": group,
            "tax_code": format!("{}-{branch}", tax_code(NUMBER)),
            "profile": { "line_of_business": "food", "address": { "text": address, "province_code": province } },
        });
        accounts::create(tx, &read(child)?).await?;
    }
    for (at, (full_name, job_title)) in PEOPLE.into_iter().enumerate() {
        let contact = json!({
            "account_id": group, "full_name": full_name, "job_title": job_title, "phone": phone(NUMBER + 1 + at),
        });
        accounts::create_contact(tx, &read(contact)?).await?;
    }
    Ok(group)
}
