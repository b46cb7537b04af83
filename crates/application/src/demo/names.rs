//! Typical Vietnamese names of persons and companies. They do not refer to real ones.

use chot_domain::shared::fold;

use super::content::{Customers, Trade};
use super::random::pick;

const FAMILIES: [&str; 13] = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Huỳnh"];

const MENS_MIDDLES: [&str; 5] = ["Văn", "Đức", "Quang", "Hữu", "Thành"];

const WOMENS_MIDDLES: [&str; 5] = ["Thị", "Thị Thu", "Thị Ngọc", "Thị Kim", "Thanh"];

const MEN: [&str; 20] = [
    "Dũng", "Hùng", "Cường", "Tuấn", "Nam", "Long", "Quân", "Sơn", "Thắng", "Bình", "Đạt", "Hiếu", "Khoa", "Lâm", "Minh",
    "Nghĩa", "Phúc", "Tài", "Trung", "Việt",
];

const WOMEN: [&str; 21] = [
    "Lan",
    "Hương",
    "Mai",
    "Thảo",
    "Hạnh",
    "Ngọc",
    "Trang",
    "Linh",
    "Nga",
    "Yến",
    "Phượng",
    "Thủy",
    "Hiền",
    "Oanh",
    "Quỳnh",
    "Vân",
    "Xuân",
    "Hằng",
    "Nhung",
    "Thanh",
    "Tuyết",
];

const BRANDS: [&str; 48] = [
    "Hoa Sen",
    "An Phú",
    "Minh Khang",
    "Đại Phát",
    "Tân Thành",
    "Sông Hồng",
    "Tây Bắc",
    "Cao Nguyên",
    "Phú Quốc",
    "Mộc Châu",
    "Đà Lạt",
    "Tân Cương",
    "Bảo Lộc",
    "Hưng Thịnh",
    "Trường Sinh",
    "Thiên Ân",
    "Việt Hưng",
    "Nam Dương",
    "Đông Đô",
    "Hải Long",
    "Bình Minh",
    "Phương Nam",
    "Kim Long",
    "Ngọc Linh",
    "Hà Giang",
    "Quảng Ninh",
    "Phan Thiết",
    "Lý Sơn",
    "Cần Giờ",
    "Gò Công",
    "Vĩnh Hảo",
    "Sao Mai",
    "Lam Sơn",
    "Thành Công",
    "Nguyễn Gia",
    "Trần Gia",
    "Lê Gia",
    "Phạm Gia",
    "Hoàng Gia",
    "Đặng Gia",
    "Bùi Gia",
    "Thanh Hà",
    "Hương Việt",
    "Đất Lành",
    "Suối Xanh",
    "Rừng Vàng",
    "Biển Bạc",
    "Hạt Ngọc",
];

/// A person's name.
pub(super) struct Person {
    family: &'static str,
    middle: &'static str,
    given: &'static str,
    /// Whether it is the name of a woman.
    pub(super) is_woman: bool,
}

/// The person with that number. Among the first five hundred, no two share family name and given name.
pub(super) fn person(number: usize) -> Person {
    let family = number % FAMILIES.len();
    let given = (number / FAMILIES.len() + 7 * family) % (MEN.len() + WOMEN.len());
    let is_woman = given >= MEN.len();
    let (given, middles) = if is_woman { (WOMEN[given - MEN.len()], WOMENS_MIDDLES) } else { (MEN[given], MENS_MIDDLES) };
    let middle = pick(number, "middle name", &middles).copied().unwrap_or_default();
    Person { family: FAMILIES[family], middle, given, is_woman }
}

impl Person {
    /// The full name.
    pub(super) fn full_name(&self) -> String {
        format!("{} {} {}", self.family, self.middle, self.given)
    }

    /// The name as the local part of an e-mail address.
    pub(super) fn mailbox(&self) -> String {
        fold(&format!("{} {}", self.given, self.family)).replace(' ', ".")
    }
}

/// A company.
pub(super) struct Company<'a> {
    /// Its registered name.
    pub(super) name: String,
    /// Its business type in the playbook.
    pub(super) business_type: Option<&'a str>,
    /// Its trade.
    pub(super) trade: &'a Trade,
    /// Its internet domain.
    pub(super) domain: String,
}

impl Customers {
    /// The company with that number, if there are trades. Among the first 48 of each trade, no two share trade and brand.
    pub(super) fn company(&self, number: usize) -> Option<Company<'_>> {
        let at = number.checked_rem(self.trades.len())?;
        let trade = self.trades.get(at)?;
        let brand = BRANDS[(number / self.trades.len() + 7 * at) % BRANDS.len()];
        let legal_forms = if trade.is_farming { &self.farmers_legal_forms } else { &self.legal_forms };
        let legal_form = pick(number, "legal form", legal_forms);
        let prefix = legal_form.map(|form| form.prefix.as_str()).unwrap_or_default();
        let domain = fold(&format!("{} {brand}", trade.name)).replace(' ', "") + ".example.vn";
        let name = format!("{prefix} {} {brand}", trade.name).trim().to_owned();
        Some(Company { name, business_type: legal_form.map(|form| form.business_type.as_str()), trade, domain })
    }
}
