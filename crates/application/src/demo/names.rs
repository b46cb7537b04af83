//! Names of persons and companies as they occur in Vietnam. Nobody is meant.

use chot_domain::shared::fold;

use super::lots::pick;

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

/// A trade, with its words in the playbook.
#[derive(Clone, Copy)]
pub(super) struct Trade {
    name: &'static str,
    /// Its line of business.
    pub(super) line: &'static str,
    /// Its way of selling.
    pub(super) way: &'static str,
    /// Whether cooperatives live by it.
    is_farming: bool,
}

const fn trade(name: &'static str, line: &'static str, way: &'static str) -> Trade {
    Trade { name, line, way, is_farming: false }
}

const fn farming(name: &'static str, line: &'static str, way: &'static str) -> Trade {
    Trade { name, line, way, is_farming: true }
}

const TRADES: [Trade; 16] = [
    farming("Nông sản", "agriculture", "fresh_produce"),
    trade("Thực phẩm", "food", "finished_goods"),
    trade("Dược phẩm", "pharmaceuticals", "finished_goods"),
    trade("Mỹ phẩm", "cosmetics", "finished_goods"),
    farming("Thủy sản", "agriculture", "semi_finished_goods"),
    farming("Chè", "beverages", "finished_goods"),
    farming("Cà phê", "beverages", "raw_materials"),
    trade("Nước mắm", "food", "finished_goods"),
    farming("Mật ong", "food", "finished_goods"),
    trade("Thực phẩm chức năng", "dietary_supplements", "finished_goods"),
    trade("Phân bón", "agricultural_supplies", "finished_goods"),
    trade("Đồ uống", "beverages", "finished_goods"),
    trade("Mẹ và Bé", "mother_and_baby", "finished_goods"),
    trade("May mặc", "fashion", "finished_goods"),
    trade("Gia dụng", "household_goods", "finished_goods"),
    trade("Bao bì", "other", "packaging"),
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

/// How a company's name begins, and its business type in the playbook.
const LEGAL_FORMS: [(&str, &str); 8] = [
    ("Công ty TNHH", "limited_liability_company"),
    ("Công ty TNHH", "limited_liability_company"),
    ("Công ty TNHH", "limited_liability_company"),
    ("Công ty TNHH MTV", "limited_liability_company"),
    ("Công ty Cổ phần", "joint_stock_company"),
    ("Công ty Cổ phần", "joint_stock_company"),
    ("Doanh nghiệp tư nhân", "private_enterprise"),
    ("Hộ kinh doanh", "household_business"),
];

const FARMERS_FORMS: [(&str, &str); 4] = [
    ("Hợp tác xã", "cooperative"),
    ("Công ty TNHH", "limited_liability_company"),
    ("Công ty Cổ phần", "joint_stock_company"),
    ("Hộ kinh doanh", "household_business"),
];

/// A person's name.
pub(super) struct Person {
    family: &'static str,
    middle: &'static str,
    given: &'static str,
    /// Whether it is a woman's.
    pub(super) is_woman: bool,
}

/// The person of that number. No two of the first five hundred share family name and given name.
pub(super) fn person(number: usize) -> Person {
    let family = number % FAMILIES.len();
    let given = (number / FAMILIES.len() + 7 * family) % (MEN.len() + WOMEN.len());
    let is_woman = given >= MEN.len();
    let (given, middles) = if is_woman { (WOMEN[given - MEN.len()], WOMENS_MIDDLES) } else { (MEN[given], MENS_MIDDLES) };
    Person { family: FAMILIES[family], middle: pick(number, "middle name", &middles), given, is_woman }
}

impl Person {
    /// The name as written.
    pub(super) fn full_name(&self) -> String {
        format!("{} {} {}", self.family, self.middle, self.given)
    }

    /// The name as it stands before the @ of an e-mail address.
    pub(super) fn mailbox(&self) -> String {
        fold(&format!("{} {}", self.given, self.family)).replace(' ', ".")
    }
}

/// A company.
pub(super) struct Company {
    /// Its name as registered.
    pub(super) name: String,
    /// Its business type in the playbook.
    pub(super) business_type: &'static str,
    /// What it lives by.
    pub(super) trade: Trade,
    /// Its domain on the internet.
    pub(super) domain: String,
}

/// The company of that number. No two of the first 768 share trade and brand.
pub(super) fn company(number: usize) -> Company {
    let at = number % TRADES.len();
    let trade = TRADES[at];
    let brand = BRANDS[(number / TRADES.len() + 7 * at) % BRANDS.len()];
    let legal_forms: &[_] = if trade.is_farming { &FARMERS_FORMS } else { &LEGAL_FORMS };
    let (legal_form, business_type) = pick(number, "legal form", legal_forms);
    let domain = fold(&format!("{} {brand}", trade.name)).replace(' ', "") + ".example.vn";
    Company { name: format!("{legal_form} {} {brand}", trade.name), business_type, trade, domain }
}
