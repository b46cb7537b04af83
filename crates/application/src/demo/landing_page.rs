use chot_domain::accounts::AssignOwner;
use chot_domain::identity::Actor;
use chot_domain::leads::{LeadFormDraft, LeadId, Submission};
use chot_domain::shared::read;
use chot_persistence::leads::FormByKey;
use serde_json::json;

use super::Story;
use super::calendar::Hour;
use super::numbers::phone;
use super::people::Region;
use super::services::SERVICES;
use crate::Result;
use crate::leads::{self, Received};

/// The first visitors of the landing page, who have been given out since: company, person, need.
const EARLY_VISITORS: [(&str, &str, &str); 4] = [
    ("Công ty TNHH Yến sào Khánh Hòa Xanh", "Mai Thị Diệu", "Tem chống giả cho hũ yến 70 ml, khoảng 30.000 tem."),
    ("Cơ sở Bánh pía Sóc Trăng Tân Huê", "Lâm Chí Vĩ", "Bị nhái nhãn, cần tem và tra cứu trên điện thoại."),
    ("Hợp tác xã Bưởi Phúc Trạch", "Phan Đình Tứ", "Tem cho mùa bưởi, cần giao trước rằm tháng Tám."),
    ("Công ty Cổ phần Rượu Mẫu Sơn Tâm An", "Hoàng Thị Bích", "Báo giá tem phủ cào cho chai 500 ml."),
];

/// Those who came on the last day, and are still new.
const LATE_VISITORS: [(&str, &str, &str); 4] = [
    ("Công ty TNHH Gốm Chu Đậu Việt", "Nguyễn Hữu Chất", "Muốn gắn tem QR lên sản phẩm gốm xuất khẩu."),
    ("Cơ sở Nem chua Thanh Hóa Cô Ba", "Lê Thị Ba", "Cần tem dán hộp quà Tết, số lượng 5.000."),
    ("Công ty TNHH Đông trùng hạ thảo Bắc Kạn", "Triệu Văn Khé", "Hỏi tem chống giả kèm truy xuất nguồn gốc."),
    ("Hợp tác xã Vải thiều Lục Ngạn Sạch", "Giáp Văn Tươi", "Tem cho vụ vải tới, xin gửi mẫu."),
];

impl Story<'_> {
    /// Marketing puts up a landing page for stamps. Its visitors become leads; one who comes back stays the same lead, and a robot is
    /// forgotten.
    pub(super) async fn publish_landing_page(&self) -> Result<()> {
        let draft: LeadFormDraft = read(json!({
            "name": "Trang đích tem chống hàng giả",
            "source": "landing_page",
            "product_id": self.services.first(),
            "field_map": {
                "ten_doanh_nghiep": "name", "nguoi_lien_he": "contact_person", "sdt": "phone", "noi_dung": "need",
            },
            "trap_field": "fax",
            "quota_per_hour": 60,
        }))?;
        let marketing = self.calendar.on((-14, 3), self.staff.actor("marketing")?).await?;
        let id = marketing.write(async |tx| leads::create_form(tx, &draft).await).await?;
        let form = FormByKey { id, draft };

        let early = sent_in(9_000, &EARLY_VISITORS);
        let came = self.visit(&form, (-7, 3), &early).await?;
        self.give_to_the_north(&came).await?;

        let mut late = sent_in(9_100, &LATE_VISITORS);
        late.extend(early.first().cloned());
        late.push(Submission::from_iter([
            ("ten_doanh_nghiep".to_owned(), json!("SEO giá rẻ")),
            ("sdt".to_owned(), json!(phone(9_200))),
            ("fax".to_owned(), json!("https://seo.example.com")),
        ]));
        self.visit(&form, (0, 2), &late).await?;
        Ok(())
    }

    /// Visitors send the form in. These are the leads that came of it.
    async fn visit(&self, form: &FormByKey, hour: Hour, sent: &[Submission]) -> Result<Vec<LeadId>> {
        let visitor = Actor::lead_form(form.id.uuid());
        let received = self.calendar.work(hour, &visitor, sent, async |tx, fields| leads::submit(tx, form, fields).await).await?;
        let new = received.into_iter().filter_map(|received| match received {
            Received::Created(lead) => Some(lead),
            Received::Duplicate(_) | Received::Trapped => None,
        });
        Ok(new.collect())
    }

    /// The head of both teams gives them to the north.
    async fn give_to_the_north(&self, came: &[LeadId]) -> Result<()> {
        let seller = self.staff.on_duty(Region::North, 8)?;
        let order: AssignOwner = read(json!({ "owner_id": seller.id, "reason": format!("Hỏi về {}", SERVICES[0].sale) }))?;
        let head = self.staff.actor("manager")?;
        self.calendar.work((-7, 5), head, came, async |tx, lead| leads::assign(tx, *lead, &order).await).await?;
        Ok(())
    }
}

fn sent_in(first_phone: usize, visitors: &[(&str, &str, &str)]) -> Vec<Submission> {
    let fields = |(at, (company, person, need)): (usize, &(&str, &str, &str))| {
        Submission::from_iter([
            ("ten_doanh_nghiep".to_owned(), json!(company)),
            ("nguoi_lien_he".to_owned(), json!(person)),
            ("sdt".to_owned(), json!(phone(first_phone + at))),
            ("noi_dung".to_owned(), json!(need)),
        ])
    };
    visitors.iter().enumerate().map(fields).collect()
}
