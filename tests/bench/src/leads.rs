//! Leads to measure with: alike in size, each recognisably another customer.

use serde_json::{Value, json};

const NAMES: [(&str, &str); 20] = [
    ("Hoa Sen", "hoa sen"),
    ("Bình Minh", "binh minh"),
    ("Sao Mai", "sao mai"),
    ("Đại Phát", "dai phat"),
    ("Trường Sơn", "truong son"),
    ("Phú Quý", "phu quy"),
    ("Hải Âu", "hai au"),
    ("Mặt Trời", "mat troi"),
    ("Sông Hồng", "song hong"),
    ("Thành Công", "thanh cong"),
    ("An Khang", "an khang"),
    ("Việt Tiến", "viet tien"),
    ("Đông Á", "dong a"),
    ("Kim Long", "kim long"),
    ("Tân Hưng", "tan hung"),
    ("Ngọc Lan", "ngoc lan"),
    ("Hùng Vương", "hung vuong"),
    ("Cửu Long", "cuu long"),
    ("Thiên Phú", "thien phu"),
    ("Gia Bảo", "gia bao"),
];

const PLACES: [(&str, &str); 20] = [
    ("Thủ Đức", "thu duc"),
    ("Biên Hòa", "bien hoa"),
    ("Đà Lạt", "da lat"),
    ("Cần Thơ", "can tho"),
    ("Hải Phòng", "hai phong"),
    ("Nha Trang", "nha trang"),
    ("Vũng Tàu", "vung tau"),
    ("Bắc Ninh", "bac ninh"),
    ("Nam Định", "nam dinh"),
    ("Thái Bình", "thai binh"),
    ("Quy Nhơn", "quy nhon"),
    ("Tây Ninh", "tay ninh"),
    ("Mỹ Tho", "my tho"),
    ("Long Xuyên", "long xuyen"),
    ("Rạch Giá", "rach gia"),
    ("Buôn Ma Thuột", "buon ma thuot"),
    ("Thanh Hóa", "thanh hoa"),
    ("Vinh Yên", "vinh yen"),
    ("Hạ Long", "ha long"),
    ("Sóc Trăng", "soc trang"),
];

fn pair(number: usize) -> ((&'static str, &'static str), (&'static str, &'static str)) {
    (NAMES[number % NAMES.len()], PLACES[number / NAMES.len() % PLACES.len()])
}

/// The draft of a lead, with a salesperson or for the pool.
pub fn draft(number: usize, owner: Option<&str>) -> String {
    let (name, place) = pair(number);
    let mut draft: Value = json!({
        "kind": "company",
        "name": format!("Công ty TNHH {} {} {number}", name.0, place.0),
        "phone": format!("+8491{number:07}"),
        "email": format!("lead{number}@example.vn"),
        "source": "website",
        "contact_person": {
            "full_name": format!("Trần Thị Hương {number}"), "job_title": "Giám đốc", "phone": format!("+8498{number:07}"),
        },
        "profile": {"address": {"text": format!("{number} Nguyễn Huệ, {}", place.0), "province_code": "79"}},
        "need": "Cần báo giá phần mềm quản lý bán hàng cho 12 cửa hàng, triển khai trong quý này.",
    });
    if let Some(owner) = owner {
        draft["owner_id"] = owner.into();
    }
    draft.to_string()
}

/// Words that find the leads with the same name and place, one in 400, ready for a query string.
pub fn words(number: usize) -> String {
    let (name, place) = pair(number);
    format!("{} {}", name.1, place.1).replace(' ', "+")
}
