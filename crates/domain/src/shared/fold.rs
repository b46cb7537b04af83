use deunicode::deunicode;

use super::validated::in_form_c;

/// Text as it is compared and searched: without diacritics, in lower case, with single blanks. "nguyen dinh" finds
/// "Nguyễn Đình". Stored beside the text it comes from, never instead of it, and applied alike to what is searched for.
pub fn fold(text: &str) -> String {
    let plain = deunicode(&in_form_c(text)).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_letters_lose_their_marks() {
        assert_eq!(fold("  Nguyễn   Đình "), "nguyen dinh");
        assert_eq!(fold("ĐẶNG ƯỚC"), "dang uoc");
        assert_eq!(fold("Nguye\u{302}\u{303}n"), fold("Nguyễn"));
        assert_eq!(fold("hoà"), fold("hòa"));
    }
}
