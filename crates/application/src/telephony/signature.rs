use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Whether a body has a valid signature with the secret: HMAC-SHA1, as Stringee signs, compared in constant time.
pub fn is_signed(secret: &str, body: &[u8], signature: &str) -> bool {
    let (Ok(signature), Ok(mut mac)) = (STANDARD.decode(signature.trim()), Hmac::<Sha1>::new_from_slice(secret.as_bytes()))
    else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, test case 2, in base64.
    const SIGNATURE: &str = "7/zfauXrL6LSdBbV8YTfnCWafHk=";

    #[test]
    fn a_signature_of_another_secret_or_body_or_none_is_not_one() {
        let body = b"what do ya want for nothing?";
        assert!(is_signed("Jefe", body, SIGNATURE));
        assert!(!is_signed("jefe", body, SIGNATURE));
        assert!(!is_signed("Jefe", b"what do ya want for nothing!", SIGNATURE));
        for nonsense in ["", "xyz", "7/zfauXrL6LSdBbV8YTfnCWafA==", "===="] {
            assert!(!is_signed("Jefe", body, nonsense), "{nonsense}");
        }
    }
}
