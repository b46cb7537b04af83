//! What a caller accepts (RFC 9110, section 12.5.1). All responses except files are JSON, so only its acceptability must be
//! checked.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Media ranges that include JSON, the most specific first: the first one in the header decides.
const OF_JSON: [&str; 3] = ["application/json", "application/*", "*/*"];

const OF_PROBLEMS: [&str; 3] = ["application/problem+json", "application/*", "*/*"];

/// Whether the caller accepts JSON, or at least problem documents.
pub fn accepts_json(headers: &HeaderMap) -> bool {
    let lines: Vec<&str> = headers.get_all(ACCEPT).filter_map(|line| line.to_str().ok()).collect();
    let accepted = lines.join(",");
    accepted.trim().is_empty() || accepts(&accepted, &OF_JSON) || accepts(&accepted, &OF_PROBLEMS)
}

/// Whether the caller accepts a file of a media type. Callers who accept JSON get it too, because most clients send that header
/// with every request. So do callers who accept `application/octet-stream`, the media type of files in the contract.
pub fn accepts_file(headers: &HeaderMap, media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    let of_kind = format!("{}/*", essence.split('/').next().unwrap_or_default());
    let lines: Vec<&str> = headers.get_all(ACCEPT).filter_map(|line| line.to_str().ok()).collect();
    accepts_json(headers) || accepts(&lines.join(","), &[essence, &of_kind, "application/octet-stream", "*/*"])
}

fn accepts(accepted: &str, ranges: &[&str]) -> bool {
    let named = |range: &&str| accepted.split(',').find(|part| name(part).eq_ignore_ascii_case(range));
    ranges.iter().find_map(named).is_some_and(is_wanted)
}

fn name(part: &str) -> &str {
    part.split(';').next().unwrap_or_default().trim()
}

/// A weight of zero means "not acceptable".
fn is_wanted(part: &str) -> bool {
    let parameters = part.split(';').skip(1).filter_map(|piece| piece.trim().split_once('='));
    let weight = parameters.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("q")).map(|(_, weight)| weight);
    weight.is_none_or(|weight| !weight.trim_matches(['0', '.']).is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn answer_to(accept: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        accepts_json(&headers)
    }

    #[test]
    fn json_is_accepted_by_name_by_range_or_by_silence() {
        assert!(accepts_json(&HeaderMap::new()));
        let good =
            ["", "*/*", "application/*", "application/json", "Application/JSON; charset=utf-8", "application/problem+json"];
        for accept in good.into_iter().chain(["text/html, */*;q=0.1", "application/json;q=0.001", "application/xml;q=0, */*"]) {
            assert!(answer_to(accept), "{accept:?}");
        }
        for accept in
            ["text/html", "text/*", "application/xml", "application/json;q=0, application/problem+json;q=0.0, */*", "*/*;q=0"]
        {
            assert!(!answer_to(accept), "{accept:?}");
        }
    }
}
