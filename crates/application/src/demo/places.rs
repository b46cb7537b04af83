//! The places of the leads, in the provinces as of 1 July 2025.

use super::content::TeamName;
use super::random::pick;

/// A place, with the code of its province.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The team that sells there.
    pub(super) team: TeamName,
    /// The official code.
    pub(super) province_code: &'static str,
    name: &'static str,
}

const fn north(province_code: &'static str, name: &'static str) -> Place {
    Place { team: TeamName::North, province_code, name }
}

const fn south(province_code: &'static str, name: &'static str) -> Place {
    Place { team: TeamName::South, province_code, name }
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
    "Lê Lợi",
    "Trần Hưng Đạo",
    "Quang Trung",
    "Hai Bà Trưng",
    "Lý Thường Kiệt",
    "Phan Chu Trinh",
    "Nguyễn Trãi",
    "Lê Duẩn",
    "Điện Biên Phủ",
];

/// The place of the lead with that number.
pub(super) fn place(number: usize) -> Place {
    pick(number, "place", &PLACES).copied().unwrap_or(PLACES[0])
}

/// The full address of the lead with that number.
pub(super) fn address(number: usize) -> String {
    let house = number * 37 % 198 + 1;
    let street = pick(number, "street", &STREETS).copied().unwrap_or_default();
    format!("Số {house} đường {street}, {}", place(number).name)
}
