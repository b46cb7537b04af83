//! Masks secrets in the output of the terminal and the log.

/// The replacement of a secret.
const MASK: &str = "***";

/// A query parameter whose name contains one of these is a secret.
const SECRET_NAMES: [&str; 5] = ["password", "secret", "token", "key", "pwd"];

/// The secrets in an address: the password of its user, and the secret parameters of its query. It is parsed as text, because
/// errors also contain invalid addresses.
pub fn secrets_of(address: &str) -> Vec<String> {
    let after_scheme = address.split_once("//").map_or(address, |(_, rest)| rest);
    let user = after_scheme.rsplit_once('@').map(|(user, _)| user);
    let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(name, _)| {
        let name = name.to_ascii_lowercase();
        SECRET_NAMES.iter().any(|secret| name.contains(secret))
    });
    let as_written: Vec<&str> = password.into_iter().chain(named.map(|(_, value)| value)).collect();
    let mut secrets = Vec::new();
    for secret in as_written.into_iter().filter(|secret| !secret.is_empty()) {
        secrets.push(secret.to_owned());
        secrets.extend(decoded(secret).filter(|decoded| decoded != secret));
    }
    secrets
}

/// Decodes the percent-encoding of a text.
fn decoded(text: &str) -> Option<String> {
    // A form decodes `+` as a space, an address does not.
    let pair = format!("x={}", text.replace('+', "%2B"));
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&pair).ok()?;
    pairs.into_iter().next().map(|(_, value)| value)
}

/// The text with all secrets masked.
pub fn mask(text: &str, secrets: &[String]) -> String {
    let mut longest_first: Vec<&String> = secrets.iter().collect();
    longest_first.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    longest_first.into_iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_in_addresses_of_any_shape() {
        for (address, secrets) in [
            ("postgres://lan:bi-mat@db/chot", vec!["bi-mat"]),
            ("postgres//lan:bi-mat@db/chot", vec!["bi-mat"]),
            ("lan:bi-mat@db", vec!["bi-mat"]),
            ("postgres://lan:bi@mat:x@db:5432/chot", vec!["bi@mat:x"]),
            ("postgres://lan:b%C3%AD+m%40t@db/chot", vec!["b%C3%AD+m%40t", "bí+m@t"]),
            ("postgres://db/chot?user=lan&password=bi-mat&sslmode=require", vec!["bi-mat"]),
            ("smtps://lan:bi-mat@mail.example.vn?tls=required", vec!["bi-mat"]),
            ("postgres://lan@db/chot", vec![]),
            ("sqlite://data/chot.db", vec![]),
        ] {
            assert_eq!(secrets_of(address), secrets, "{address}");
        }
    }

    #[test]
    fn a_mask_stands_where_a_secret_stood() {
        let secrets = vec!["bi-mat".to_owned(), "bi-mat-dai-hon".to_owned()];
        assert_eq!(
            mask("cannot reach lan:bi-mat@db, nor lan:bi-mat-dai-hon@db", &secrets),
            "cannot reach lan:***@db, nor lan:***@db"
        );
        assert_eq!(mask("nothing here", &[]), "nothing here");
    }
}
