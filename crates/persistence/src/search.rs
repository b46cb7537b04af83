use chot_domain::shared::fold;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, DatabaseBackend};

/// Which records of `table` hold every word of `text`, anywhere inside their folded text. Both databases answer from an index of
/// three-letter pieces; shorter words are looked for in what the longer ones leave.
///
/// The words stand in the statement itself, because a prepared `LIKE $1` loses PostgreSQL's index after a few runs. Folded words
/// are cut down to letters, digits and a few marks first, so they can carry no syntax.
pub(crate) fn matches(backend: DatabaseBackend, table: &str, text: &str) -> Condition {
    let folded = fold(text);
    let words: Vec<String> = folded.split(' ').map(harmless).filter(|word| !word.is_empty()).take(8).collect();
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

fn harmless(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '+' | '-' | '_' | '&')).collect()
}

/// Whether a column of folded text holds `text` as it is, for short tables that want no index.
pub(crate) fn contains(column: impl ColumnTrait, text: &str) -> SimpleExpr {
    let escaped = fold(text).replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%");
    Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
}
