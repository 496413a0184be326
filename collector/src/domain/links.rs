//! Links to one customer's last score, for screens that cannot send a key: whoever has the link may look, until it expires.
//!
//! The end of such a link is sealed: customer and expiry, encrypted and authenticated by XChaCha20-Poly1305 (RFC 8439, and
//! draft-irtf-cfrg-xchacha-03 for nonces that may be random) with a secret of the collector's own. Nothing is stored for
//! it, nobody can make or change one, and neither the address bar nor a proxy's log tells who the customer is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::names::CustomerId;

/// How long a link is valid, in minutes, where nobody says: a shift.
pub const MINUTES: u32 = 8 * 60;

/// How long it can be valid at most, in minutes: 31 days.
pub const MOST_MINUTES: u32 = 31 * 24 * 60;

/// What a seal is for, so that it is none for anything else.
const PURPOSE: &[u8] = b"hearback last-score 1";

const NONCE: usize = 24;

/// Ids are filled up to a multiple of this: the length of a link tells little.
const BLOCK: usize = 16;

/// Longer than any link.
const MOST_BYTES: usize = 512;

/// What links are sealed with. Stored as it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkSecret {
    /// 32 random bytes.
    pub key: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose last score it shows.
    pub customer: CustomerId,
    /// From when on it shows nothing.
    pub expires_at: Timestamp,
}

/// Why a link shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// It was not made here, or with a secret that is gone, or is not complete.
    #[error("the link is not known: it is not complete, or links were revoked since it was made")]
    Unknown,
    /// Its time is over.
    #[error("the link expired at {0}")]
    Expired(Timestamp),
}

impl LinkSecret {
    /// The end of the link, sealed; `nonce` is random.
    pub fn seal(&self, link: &Link, nonce: [u8; NONCE]) -> String {
        let mut text = link.expires_at.as_second().to_be_bytes().to_vec();
        text.extend_from_slice(link.customer.as_str().as_bytes());
        // Ids hold no NUL.
        text.resize(text.len().next_multiple_of(BLOCK), 0);
        self.seal_for(PURPOSE, &text, nonce)
    }

    /// A text that is sealed for some purpose, and opens for no other.
    pub(in crate::domain) fn seal_for(&self, purpose: &[u8], text: &[u8], nonce: [u8; NONCE]) -> String {
        let payload = Payload { msg: text, aad: purpose };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        // Encrypting fails only for texts of many gigabytes.
        let sealed = sealed.unwrap_or_default();
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// What the end of a link says.
    ///
    /// # Errors
    /// When it was not sealed by this secret, or has expired.
    pub fn open(&self, sealed: &str, now: Timestamp) -> Result<Link, BadLink> {
        let link = self.unseal(sealed).ok_or(BadLink::Unknown)?;
        if now < link.expires_at { Ok(link) } else { Err(BadLink::Expired(link.expires_at)) }
    }

    fn unseal(&self, sealed: &str) -> Option<Link> {
        let text = self.unseal_for(PURPOSE, sealed)?;
        let (seconds, customer) = text.split_first_chunk::<8>()?;
        let customer = std::str::from_utf8(customer).ok()?.trim_end_matches('\0').parse().ok()?;
        Some(Link { customer, expires_at: Timestamp::from_second(i64::from_be_bytes(*seconds)).ok()? })
    }

    /// The text that was sealed for this purpose.
    pub(in crate::domain) fn unseal_for(&self, purpose: &[u8], sealed: &str) -> Option<Vec<u8>> {
        if sealed.len() > MOST_BYTES {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        // Takes as long for a wrong tag as for the right one.
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }
}

/// When a link expires that is made now, for so many minutes.
pub fn expiry(now: Timestamp, minutes: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(minutes.into())).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(byte: u8) -> LinkSecret {
        LinkSecret { key: [byte; 32], created_at: Timestamp::UNIX_EPOCH }
    }

    fn link(customer: &str, expires_at: i64) -> Link {
        Link { customer: customer.parse().unwrap(), expires_at: Timestamp::from_second(expires_at).unwrap() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        #[test]
        fn a_link_says_what_was_sealed_and_nothing_else_opens_it(
            customer in "[!-~äß]{1,60}", nonce: [u8; 24], place: prop::sample::Index, bit in 0u8..8,
        ) {
            let link = link(&customer, 1000);
            let sealed = secret(1).seal(&link, nonce);
            prop_assert_eq!(secret(1).open(&sealed, at(999)), Ok(link));
            prop_assert_eq!(secret(1).open(&sealed, at(1000)), Err(BadLink::Expired(at(1000))));
            prop_assert_eq!(secret(2).open(&sealed, at(999)), Err(BadLink::Unknown));

            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(secret(1).open(&URL_SAFE_NO_PAD.encode(&bytes), at(999)), Err(BadLink::Unknown));
            bytes.truncate(place);
            prop_assert_eq!(secret(1).open(&URL_SAFE_NO_PAD.encode(&bytes), at(999)), Err(BadLink::Unknown));
        }

        #[test]
        fn any_text_is_refused(text in ".{0,600}") {
            prop_assert_eq!(secret(1).open(&text, at(0)), Err(BadLink::Unknown));
        }
    }

    #[test]
    fn a_link_tells_nobody_who_the_customer_is() {
        let sealed = secret(1).seal(&link("C-4711", 1000), [7; 24]);
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"C-4711"));
        assert!(sealed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{sealed}");
        assert_eq!(sealed.len(), secret(1).seal(&link("K-1", 1000), [7; 24]).len());
    }
}
