use chot_domain::catalog::ProductId;
use chot_domain::shared::read;
use serde_json::json;

use super::calendar::Calendar;
use super::lots::pick;
use super::people::Staff;
use crate::{Result, catalog};

/// A service of iCheck, and how customers come to want it.
pub(super) struct Service {
    code: &'static str,
    name: &'static str,
    category: &'static str,
    /// Đồng for one unit, without tax.
    unit_price: &'static str,
    vat_code: &'static str,
    unit: &'static str,
    description: &'static str,
    /// What a sale of it is called.
    pub(super) sale: &'static str,
    /// What leads say that they need.
    pub(super) needs: [&'static str; 3],
}

/// What the company sells.
pub(super) const SERVICES: [Service; 6] = [
    Service {
        code: "TEM",
        name: "Tem chống hàng giả",
        category: "anti_counterfeit_stamps",
        unit_price: "450",
        vat_code: "8",
        unit: "tem",
        description: "Tem QR biến đổi, phủ cào, tra cứu trên ứng dụng iCheck.",
        sale: "Tem QR chống giả cho lô hàng quý tới",
        needs: [
            "Bị làm giả tại chợ đầu mối, cần tem dán nắp cho 20.000 sản phẩm.",
            "Cần báo giá tem phủ cào, giao trong hai tuần.",
            "Muốn thay tem vỡ đang dùng bằng tem QR.",
        ],
    },
    Service {
        code: "TRUYXUAT",
        name: "Truy xuất nguồn gốc",
        category: "traceability",
        unit_price: "12000000",
        vat_code: "8",
        unit: "năm",
        description: "Nhật ký sản xuất điện tử và trang truy xuất cho từng lô, theo TCVN 12850.",
        sale: "Truy xuất nguồn gốc cho 20 mã sản phẩm",
        needs: [
            "Siêu thị yêu cầu truy xuất nguồn gốc trước khi lên kệ.",
            "Chuẩn bị xuất khẩu, cần nhật ký vùng trồng điện tử.",
            "Cần truy xuất cho sản phẩm OCOP 4 sao.",
        ],
    },
    Service {
        code: "PHAPLY",
        name: "Pháp lý (công bố sản phẩm)",
        category: "legal",
        unit_price: "6500000",
        vat_code: "8",
        unit: "hồ sơ",
        description: "Tự công bố, đăng ký bản công bố sản phẩm và đăng ký mã số mã vạch.",
        sale: "Hồ sơ công bố cho 5 sản phẩm mới",
        needs: [
            "Sắp ra sản phẩm mới, chưa có hồ sơ công bố.",
            "Cần kiểm nghiệm và tự công bố ba sản phẩm.",
            "Hồ sơ công bố bị trả lại, nhờ tư vấn làm lại.",
        ],
    },
    Service {
        code: "LOYALTY",
        name: "Loyalty tích điểm",
        category: "qr_marketing",
        unit_price: "36000000",
        vat_code: "not_subject",
        unit: "gói",
        description: "Phần mềm tích điểm, đổi quà cho đại lý và người tiêu dùng qua quét mã.",
        sale: "Chương trình tích điểm cho đại lý",
        needs: [
            "Muốn giữ chân đại lý bằng tích điểm đổi quà.",
            "Cần biết khách mua ở đâu, mua lại bao lâu một lần.",
            "Đang tích điểm bằng giấy, muốn chuyển sang quét mã.",
        ],
    },
    Service {
        code: "MARKETING",
        name: "Marketing trên ứng dụng",
        category: "brand_promotion",
        unit_price: "25000000",
        vat_code: "10",
        unit: "chiến dịch",
        description: "Quảng bá thương hiệu và chiến dịch quét mã trúng thưởng trên ứng dụng iCheck.",
        sale: "Chiến dịch quét mã trúng thưởng dịp Tết",
        needs: [
            "Cần chiến dịch quét mã trúng thưởng dịp Tết.",
            "Muốn giới thiệu sản phẩm mới tới người dùng iCheck.",
            "Cần đẩy bán hàng ở kênh siêu thị trong quý này.",
        ],
    },
    Service {
        code: "BAOVE",
        name: "Bảo vệ thương hiệu",
        category: "distribution_control",
        unit_price: "48000000",
        vat_code: "8",
        unit: "năm",
        description: "Giám sát hàng giả, hàng tràn vùng trên thị trường và sàn thương mại điện tử.",
        sale: "Giám sát hàng giả trên sàn thương mại điện tử",
        needs: [
            "Phát hiện hàng nhái trên sàn thương mại điện tử.",
            "Hàng tràn vùng giữa các nhà phân phối, cần kiểm soát.",
            "Cần bằng chứng để làm việc với quản lý thị trường.",
        ],
    },
];

/// Which service a lead wants, as its place in [`SERVICES`].
pub(super) fn wanted_by(number: usize) -> usize {
    pick(number, "service", &[0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5])
}

/// The administrator enters the catalogue.
pub(super) async fn offer(calendar: &Calendar, staff: &Staff) -> Result<Vec<ProductId>> {
    let admin = staff.actor("admin")?;
    calendar
        .work((-59, 2), admin, &SERVICES, async |tx, service| {
            let draft = json!({
                "code": service.code,
                "name": service.name,
                "category": service.category,
                "unit_price": service.unit_price,
                "vat_code": service.vat_code,
                "unit": service.unit,
                "description": service.description,
            });
            catalog::create(tx, &read(draft)?).await
        })
        .await
}
