use chot_domain::shared::fold;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DatabaseBackend};

/// The records of `table` whose folded text contains every word of `text`, anywhere. Both databases use a trigram index;
/// shorter words are searched in the remaining records.
///
/// The words are part of the statement, because a prepared `LIKE $1` does not use PostgreSQL's index after a few runs. Folded
/// words are reduced to letters, digits and a few marks first, so they cannot contain syntax.
pub(crate) fn matches(backend: DatabaseBackend, table: &str, text: &str) -> Condition {
    let words = words(text);
    if words.is_empty() {
        return Condition::all().add(Expr::val(1).eq(0));
    }
    match backend {
        DatabaseBackend::Sqlite => on_sqlite(table, &words),
        _ => words.iter().fold(Condition::all(), |all, word| all.add(like(table, word))),
    }
}

fn on_sqlite(table: &str, words: &[String]) -> Condition {
    let (long, short): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.chars().count() >= 3);
    let mut all = short.into_iter().fold(Condition::all(), |all, word| all.add(like(table, word)));
    if !long.is_empty() {
        let phrases: Vec<String> = long.iter().map(|word| format!("\"{word}\"")).collect();
        let query = phrases.join(" AND ");
        let found = format!("\"{table}\".rowid IN (SELECT rowid FROM {table}_search WHERE {table}_search MATCH '{query}')");
        all = all.add(Expr::cust(found));
    }
    all
}

fn like(table: &str, word: &str) -> SimpleExpr {
    let escaped = word.replace('_', "\\_").replace('%', "\\%");
    Expr::cust(format!("\"{table}\".\"search_text\" LIKE '%{escaped}%' ESCAPE '\\'"))
}

/// The words to search. Each is a part of the search text, so more words never find more records.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !is_harmless(c)).filter(|word| !word.is_empty());
    words.flat_map(pieces).take(8).map(str::to_owned).collect()
}

fn is_harmless(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '+' | '-' | '_' | '&')
}

/// A phone number is stored as E.164 (`+84912777888`), but people search for it in other forms (`0912.777.888`): its groups of
/// digits are searched one by one, without the leading zero that replaces the country code.
fn pieces(word: &str) -> Vec<&str> {
    if !word.contains(|c: char| c.is_ascii_digit())
        || word.contains(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
    {
        return vec![word];
    }
    let groups = word.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    groups.map(|group| Some(group.trim_start_matches('0')).filter(|rest| !rest.is_empty()).unwrap_or(group)).collect()
}

/// Whether a column of folded text contains `text`, for short tables without index.
pub(crate) fn contains(column: impl ColumnTrait, text: &str) -> SimpleExpr {
    let escaped = fold(text).replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%");
    Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn punctuation_parts_words_and_carries_no_syntax() {
        assert_eq!(words("L'Oréal 24/7"), ["l", "oreal", "24", "7"]);
        assert_eq!(words("a%' OR 1=1; --"), ["a", "or", "1", "1", "--"]);
        assert_eq!(words("lan.nguyen@hoasen.vn A&B"), ["lan.nguyen@hoasen.vn", "a&b"]);
        assert!(words("'\"()").is_empty());
    }

    #[test]
    fn numbers_are_looked_for_by_their_groups_of_digits() {
        for typed in ["0912777888", "+84912777888", "0084912777888", "84912777888"] {
            assert!("+84912777888".contains(&words(typed)[0]), "{typed}");
        }
        for typed in ["0912 777 888", "0912.777.888", "(0912) 777-888"] {
            assert_eq!(words(typed), ["912", "777", "888"], "{typed}");
        }
        assert_eq!(words("0912 000 007"), ["912", "000", "7"]);
    }
}
