//! Tokens of personal links and keys of the API. Only their hashes are stored.
//!
//! Both are random and long enough that a plain SHA-256 is a safe hash: there is nothing to guess, so no salt and no
//! slow function is needed (OWASP ASVS 5.0, 6.5: random look-up secrets of at least 112 bits).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The secret in a personal link: 128 random bits as 22 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 16]);

/// Whoever has it can answer: it is in no log and no message.
impl std::fmt::Debug for Token {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Token")
    }
}

/// What is stored of a token: the first 128 bits of its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u128", into = "u128")]
pub struct TokenHash(pub [u8; 16]);

/// As it is stored where it is not part of a key: 16 bytes, and not a list of numbers.
impl From<u128> for TokenHash {
    fn from(hash: u128) -> Self {
        Self(hash.to_be_bytes())
    }
}

impl From<TokenHash> for u128 {
    fn from(hash: TokenHash) -> Self {
        Self::from_be_bytes(hash.0)
    }
}

impl TokenHash {
    /// What stands in for a token where there is none: the same for the same parts, and for no others.
    pub fn derived(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            // With their lengths, `ab` and `c` differ from `a` and `bc`.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self::first_of(&digest.finalize())
    }

    fn first_of(digest: &[u8]) -> Self {
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest[..16]);
        Self(hash)
    }
}

impl Token {
    /// A token from 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads a token; nothing if this cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The token as it stands in a link.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::first_of(&Sha256::digest(self.0))
    }
}

/// An API key: `hb_` and 256 random bits as 43 characters of base64url. The prefix lets secret scanners find leaked ones.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySecret(String);

/// What is stored of an API key: its SHA-256.
pub type KeyHash = [u8; 32];

impl KeySecret {
    /// A key from 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(format!("hb_{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The key as its owner uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of this text, if it were a key.
    pub fn hash(text: &str) -> KeyHash {
        Sha256::digest(text.as_bytes()).into()
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_link() {
        let token = Token::from_random([0xfb; 16]);
        let text = token.reveal();
        assert_eq!(text.len(), 22);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert!(Token::parse(&text).is_some_and(|read| read == token));
    }

    #[test]
    fn a_derived_key_is_that_of_its_parts_alone() {
        let key = TokenHash::derived(&["open", "ab", "c"]);
        assert_eq!(key, TokenHash::derived(&["open", "ab", "c"]));
        for other in [&["open", "a", "bc"][..], &["open", "ab"], &["openab", "c"], &["open", "ab", "c", ""]] {
            assert_ne!(key, TokenHash::derived(other), "{other:?}");
        }
    }

    #[test]
    fn what_is_no_token_is_told_apart_before_looking_it_up() {
        for text in [
            "",
            "abc",
            "AAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAA==",
            "<script>alert(1)</scr>",
        ] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
