//! Names, numbers and addresses as they occur in Vietnam. Nobody and no company is meant, but every number keeps its rules, and none
//! comes twice.

use chot_domain::shared::fold;

use super::people::Region;

const FAMILIES: [&str; 13] =
    ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Huỳnh"];

const MENS_MIDDLES: [&str; 5] = ["Văn", "Đức", "Quang", "Hữu", "Thành"];

const WOMENS_MIDDLES: [&str; 5] = ["Thị", "Thị Thu", "Thị Ngọc", "Thị Kim", "Thanh"];

const MEN: [&str; 20] = [
    "Dũng", "Hùng", "Cường", "Tuấn", "Nam", "Long", "Quân", "Sơn", "Thắng", "Bình", "Đạt", "Hiếu", "Khoa", "Lâm", "Minh",
    "Nghĩa", "Phúc", "Tài", "Trung", "Việt",
];

const WOMEN: [&str; 21] = [
    "Lan", "Hương", "Mai", "Thảo", "Hạnh", "Ngọc", "Trang", "Linh", "Nga", "Yến", "Phượng", "Thủy", "Hiền", "Oanh", "Quỳnh",
    "Vân", "Xuân", "Hằng", "Nhung", "Thanh", "Tuyết",
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
    "Hoa Sen", "An Phú", "Minh Khang", "Đại Phát", "Tân Thành", "Sông Hồng", "Tây Bắc", "Cao Nguyên", "Phú Quốc", "Mộc Châu",
    "Đà Lạt", "Tân Cương", "Bảo Lộc", "Hưng Thịnh", "Trường Sinh", "Thiên Ân", "Việt Hưng", "Nam Dương", "Đông Đô", "Hải Long",
    "Bình Minh", "Phương Nam", "Kim Long", "Ngọc Linh", "Hà Giang", "Quảng Ninh", "Phan Thiết", "Lý Sơn", "Cần Giờ", "Gò Công",
    "Vĩnh Hảo", "Sao Mai", "Lam Sơn", "Thành Công", "Nguyễn Gia", "Trần Gia", "Lê Gia", "Phạm Gia", "Hoàng Gia", "Đặng Gia",
    "Bùi Gia", "Thanh Hà", "Hương Việt", "Đất Lành", "Suối Xanh", "Rừng Vàng", "Biển Bạc", "Hạt Ngọc",
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

/// A place, with the code of its province.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Whose team sells there.
    pub(super) region: Region,
    /// The official code.
    pub(super) province_code: &'static str,
    name: &'static str,
}

const fn north(province_code: &'static str, name: &'static str) -> Place {
    Place { region: Region::North, province_code, name }
}

const fn south(province_code: &'static str, name: &'static str) -> Place {
    Place { region: Region::South, province_code, name }
}

const PLACES: [Place; 16] = [
    north("01", "phường Cầu Giấy, thành phố Hà Nội"),
    north("01", "phường Hoàng Mai, thành phố Hà Nội"),
    north("24", "phường Kinh Bắc, tỉnh Bắc Ninh"),
    north("33", "phường Phố Hiến, tỉnh Hưng Yên"),
    north("31", "phường Lê Chân, thành phố Hải Phòng"),
    north("19", "phường Phan Đình Phùng, tỉnh Thái Nguyên"),
    north("14", "phường Tô Hiệu, tỉnh Sơn La"),
    north("40", "phường Trường Vinh, tỉnh Nghệ An"),
    south("79", "phường Tân Bình, Thành phố Hồ Chí Minh"),
    south("79", "phường Thủ Dầu Một, Thành phố Hồ Chí Minh"),
    south("48", "phường Hải Châu, thành phố Đà Nẵng"),
    south("66", "phường Buôn Ma Thuột, tỉnh Đắk Lắk"),
    south("68", "phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng"),
    south("75", "phường Trấn Biên, tỉnh Đồng Nai"),
    south("92", "phường Ninh Kiều, thành phố Cần Thơ"),
    south("91", "đặc khu Phú Quốc, tỉnh An Giang"),
];

const STREETS: [&str; 9] = [
    "Lê Lợi", "Trần Hưng Đạo", "Quang Trung", "Hai Bà Trưng", "Lý Thường Kiệt", "Phan Chu Trinh", "Nguyễn Trãi", "Lê Duẩn",
    "Điện Biên Phủ",
];

const MOBILE_PREFIXES: [&str; 5] = ["091", "098", "090", "086", "035"];

const TAX_OFFICES: [&str; 4] = ["01", "03", "23", "37"];

const TAX_CODE_WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// Mixes the bits of a number, so that neighbours have nothing in common (SplitMix64).
const fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The answer that the record of that number gives to a question: always the same, and as good as drawn by lot.
pub(super) fn pick<T: Copy>(number: usize, question: &str, answers: &[T]) -> T {
    let drawn = question.bytes().fold(mix(number as u64), |drawn, letter| mix(drawn ^ u64::from(letter)));
    answers[(drawn % answers.len() as u64) as usize]
}

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

/// Where the lead of that number is at home.
pub(super) fn place(number: usize) -> Place {
    pick(number, "place", &PLACES)
}

/// The address of the lead of that number, in full.
pub(super) fn address(number: usize) -> String {
    let house = number * 37 % 198 + 1;
    format!("Số {house} đường {}, {}", pick(number, "street", &STREETS), place(number).name)
}

/// A mobile telephone number. Numbers below ten million give different ones.
pub(super) fn phone(number: usize) -> String {
    // 611,953 has no divisor in common with ten million.
    let subscriber = (number * 611_953 + 1_234_567) % 10_000_000;
    format!("{}{subscriber:07}", MOBILE_PREFIXES[number % MOBILE_PREFIXES.len()])
}

/// A company's tax code. Numbers below a million give different ones.
pub(super) fn tax_code(number: usize) -> String {
    let serial = format!("{}{:06}", TAX_OFFICES[number % TAX_OFFICES.len()], (number * 7_919 + 104_729) % 1_000_000);
    // Eight digits tell companies apart; the ninth is the first that allows a check digit.
    let codes = (0..10).filter_map(|step| with_check_digit(format!("{serial}{}", (number + step) % 10)));
    codes.take(1).collect()
}

/// The tenth digit is 10 less the weighted sum modulo 11; where that gives "10", no code is issued.
fn with_check_digit(nine: String) -> Option<String> {
    let sum: u32 = nine.bytes().zip(TAX_CODE_WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    (!sum.is_multiple_of(11)).then(|| format!("{nine}{}", 10 - sum % 11))
}

/// When an individual was born: year, month and day.
pub(super) fn born(number: usize) -> (usize, usize, usize) {
    (1962 + number * 13 % 35, number * 5 % 12 + 1, number * 11 % 28 + 1)
}

/// An individual's citizen identity number: province, sex and century, year of birth, and six digits that tell people apart.
pub(super) fn citizen_id(number: usize) -> String {
    let (province, is_woman) = (place(number).province_code, person(number).is_woman);
    let last = (number * 7_919 + 50_021) % 1_000_000;
    format!("0{province}{}{:02}{last:06}", u8::from(is_woman), born(number).0 % 100)
}
