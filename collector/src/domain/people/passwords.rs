//! Passwords: which are taken, and what is kept of them.
//!
//! The rules are those of NIST SP 800-63B-4, 3.1.1.2: long ones, without rules of what has to be in them, not derived from who
//! it is, never to be changed without a reason. What is kept is a hash by Argon2id (RFC 9106) with a salt, memory and passes as
//! OWASP's Password Storage Cheat Sheet names them first: 19 MiB, 2 passes, 1 lane.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use super::Person;

/// The longest password, bytes: whole sentences fit, and hashing it takes no longer than another.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// A password has so many different characters.
const DIFFERENT: usize = 5;

/// So many characters are left of a password without what everybody knows of the person.
const OF_ITS_OWN: usize = 8;

/// A word of a name that is at least so long is looked for in passwords.
const WORD: usize = 3;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password in the form in which it is hashed, so that two keyboards that write the same write the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// It is in no log and no message.
impl std::fmt::Debug for Password {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Password")
    }
}

/// That no hash could be made.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the password cannot be hashed")]
pub struct Unhashable;

impl Password {
    /// As it was typed: nothing is cut off.
    pub fn new(typed: &str) -> Self {
        Self(icu_normalizer::ComposingNormalizerBorrowed::new_nfkc().normalize(typed).into_owned())
    }

    /// Whether it is so long that no hash is made of it.
    pub fn is_too_long(&self) -> bool {
        self.0.len() > MAX_PASSWORD_BYTES
    }

    /// What is wrong with it as this person's password, of `least` characters or more; nothing, if it is taken.
    pub fn check(&self, person: &Person, least: usize) -> Option<String> {
        let characters = self.0.chars().count();
        if characters < least {
            return Some(format!(
                "it has {characters} characters, and at least {least} are needed: a few words that do not belong together are \
                 easy to keep in mind"
            ));
        }
        if self.is_too_long() {
            return Some(format!("it has more than {MAX_PASSWORD_BYTES} bytes"));
        }
        let different: std::collections::HashSet<char> = self.0.chars().collect();
        if different.len() < DIFFERENT {
            return Some(format!("it has {} different characters: {DIFFERENT} or more", different.len()));
        }
        let mut own = self.0.to_lowercase();
        for known in known_of(person) {
            own = own.replace(&known, "");
        }
        (own.chars().filter(|c| c.is_alphanumeric()).count() < OF_ITS_OWN.min(least)).then(|| {
            "it is made of your name, your address or the name of this program, which others would try first".to_owned()
        })
    }

    /// What is kept of it, as a PHC string.
    ///
    /// # Errors
    /// When it is too long.
    pub fn hash(&self, salt: [u8; 16]) -> Result<String, Unhashable> {
        if self.is_too_long() {
            return Err(Unhashable);
        }
        let hash: PasswordHash =
            argon2()?.hash_password_with_salt(self.0.as_bytes(), &salt).map_err(|_| Unhashable)?;
        Ok(hash.to_string())
    }

    /// Whether this is the password that the hash was made of. Takes as long if it is not.
    pub fn matches(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return false };
        !self.is_too_long()
            && argon2().is_ok_and(|argon2| argon2.verify_password(self.0.as_bytes(), &hash).is_ok())
    }
}

fn argon2() -> Result<Argon2<'static>, Unhashable> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| Unhashable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What anybody would try first, the longest first.
fn known_of(person: &Person) -> Vec<String> {
    let parts = [person.name.as_str(), person.email.as_str(), person.id.as_str(), "hearback", "password"];
    let mut known: Vec<String> = parts
        .iter()
        .flat_map(|part| part.split(|c: char| !c.is_alphanumeric()).chain([*part]))
        .filter(|word| word.chars().count() >= WORD)
        .map(str::to_lowercase)
        .collect();
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        let toml = "id = \"jo\"\nname = \"Jo Doe\"\nemail = \"jo.doe@acme.example\"\nrole = \"admin\"";
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn a_long_password_is_taken_whatever_is_in_it() {
        for good in [
            "correct horse battery staple",
            "всеоченьпростопросто",
            "      a      b  cd efgh",
            &"xyzzy plugh ".repeat(20),
        ] {
            assert_eq!(Password::new(good).check(&person(), 15), None, "{good}");
        }
    }

    #[test]
    fn what_others_would_try_first_is_not_taken() {
        let wrong = |text: &str| Password::new(text).check(&person(), 15).unwrap_or_default();
        assert!(wrong("short and sweet"[..14].into()).contains("at least 15"));
        assert!(wrong("aaaaaaaaaaaaaaaaaaaa").contains("different"));
        assert!(wrong("jo.doe@acme.example").contains("your name"));
        assert!(wrong("Doe-hearback-password").contains("your name"));
        assert!(wrong(&"ab c de".repeat(200)).contains("1024 bytes"));
    }

    #[test]
    fn a_hash_is_of_one_password_and_names_how_it_was_made() {
        let password = Password::new("correct horse battery staple");
        let hash = password.hash([7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(password.matches(&hash) && !Password::new("correct horse battery stapl").matches(&hash));
        assert_ne!(password.hash([8; 16]).unwrap(), hash);
        assert!(!password.matches("") && !password.matches("$argon2id$v=19$m=19456"));
        let (composed, apart) =
            (Password::new("caf\u{e9} au lait, deux"), Password::new("cafe\u{301} au lait, deux"));
        assert!(apart.matches(&composed.hash([1; 16]).unwrap()), "two keyboards, one password");
        assert!(Password::new(&"a".repeat(1025)).hash([1; 16]).is_err());
        assert_eq!(format!("{password:?}"), "Password");
    }
}
