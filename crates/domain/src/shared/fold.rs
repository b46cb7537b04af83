use deunicode::deunicode;

use super::validated::in_form_c;

/// Text in the form for comparing and searching: no diacritics, lower case, single blanks. "nguyen dinh" finds "Nguyễn Đình".
/// It is stored in addition to the original text. Search terms are folded in the same way.
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
