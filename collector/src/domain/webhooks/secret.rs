//! Secrets, and signatures by them: HMAC-SHA-256 over id, time and body, as `v1` of Standard Webhooks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// How long a secret may be, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// What signs messages. Stored as it is, since nothing could be signed by its hash: fields are only added, with a default.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    bytes: Vec<u8>,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// Until when it signs besides a newer one; nothing, of the newest.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub until: Option<Timestamp>,
}

/// Whoever has it can sign: it is in no log.
impl std::fmt::Debug for Secret {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Secret")
    }
}

impl Secret {
    /// A secret from 32 random bytes.
    pub fn from_random(bytes: [u8; 32], now: Timestamp) -> Self {
        Self { bytes: bytes.to_vec(), created_at: now, until: None }
    }

    /// Reads a secret that somebody has already.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &str, now: Timestamp) -> Result<Self, &'static str> {
        let bytes = text.trim().strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let bytes = bytes.filter(|bytes| LENGTHS.contains(&bytes.len()));
        let bytes = bytes.ok_or("not a secret: whsec_ and 24 to 64 bytes as base64")?;
        Ok(Self { bytes, created_at: now, until: None })
    }

    /// The secret as its owner uses it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.bytes))
    }

    fn sign(&self, signed: &[&[u8]]) -> String {
        // Keys of any length are taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.bytes) else { return String::new() };
        signed.iter().for_each(|part| mac.update(part));
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The header `webhook-signature`: a signature by each secret that signs at this time, the newest first.
pub fn signature(secrets: &[Secret], id: &str, at: Timestamp, body: &[u8]) -> String {
    let before = format!("{id}.{}.", at.as_second());
    let signs = |secret: &&Secret| secret.until.is_none_or(|until| at < until);
    let signatures = secrets.iter().filter(signs).map(|secret| secret.sign(&[before.as_bytes(), body]));
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, and of its libraries' own tests.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at).unwrap();
        let signed = signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_is_followed_by_a_newer_one_signs_too_until_its_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let new = Secret::from_random([1; 32], at(0));
        let old = Secret { until: Some(at(10)), ..Secret::from_random([2; 32], at(0)) };
        let both = signature(&[new.clone(), old.clone()], "1", at(9), b"x");
        let signatures: Vec<&str> = both.split(' ').collect();
        assert_eq!(signatures.len(), 2);
        assert_eq!(signatures[0], signature(std::slice::from_ref(&new), "1", at(9), b"x"));
        assert_eq!(signature(&[new.clone(), old], "1", at(10), b"x"), signature(&[new], "1", at(10), b"x"));
    }

    #[test]
    fn a_secret_is_read_as_it_is_written_and_nothing_else_is_one() {
        let now = Timestamp::UNIX_EPOCH;
        let secret = Secret::from_random([7; 32], now);
        assert_eq!(Secret::read(&secret.reveal(), now), Ok(secret.clone()));
        assert!(!format!("{secret:?}").contains('7'));
        let short = format!("whsec_{}", STANDARD.encode([1; 23]));
        let long = format!("whsec_{}", STANDARD.encode([1; 65]));
        for wrong in ["", "whsec_", "whsec_?", &short, &long, &secret.reveal()[6..]] {
            assert!(Secret::read(wrong, now).is_err(), "{wrong}");
        }
    }
}
