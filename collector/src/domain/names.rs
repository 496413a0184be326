//! The ids a company gives its customers, agents and units: kept as they come, checked once at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest id, in bytes: it is part of database keys.
pub const MAX_ID_BYTES: usize = 128;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing there.
    #[error("must not be empty")]
    Empty,
    /// Too long for a database key.
    #[error("must not be longer than {MAX_ID_BYTES} bytes")]
    TooLong,
    /// A control character would be invisible to the people who compare ids, and NUL separates parts of keys.
    #[error("must not contain control characters")]
    Control,
}

fn check(text: &str) -> Result<&str, BadName> {
    let text = text.trim();
    if text.is_empty() {
        Err(BadName::Empty)
    } else if text.len() > MAX_ID_BYTES {
        Err(BadName::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(BadName::Control)
    } else {
        Ok(text)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                check(text).map(|text| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;

            fn try_from(text: String) -> Result<Self, BadName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A customer, by the id the company already uses.
    CustomerId
);
name!(
    /// An agent: the employee whose interaction is scored.
    AgentId
);
name!(
    /// A unit of the organisation.
    UnitId
);
name!(
    /// Somebody who works with Hearback, by the id the company gives.
    PersonId
);
name!(
    /// Something that happened with a customer, by the id the company gives it.
    InteractionId
);

/// Whether a text can name a survey: 1–64 of `a`–`z`, `0`–`9` and `-`, since it stands in addresses and HTML attributes.
pub fn is_survey_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Whether a text can name a question, an attribute or a kind of unit: 1–64 of `a`–`z`, `0`–`9` and `_`, beginning with
/// a letter, since it stands in queries (`by=`, `where=`) and in texts (`{first_name}`).
pub fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_as_they_come_but_for_spaces_around() {
        assert_eq!(" Kunde 7/ä ".parse::<CustomerId>().unwrap().as_str(), "Kunde 7/ä");
        assert_eq!("a\0b".parse::<CustomerId>(), Err(BadName::Control));
        assert_eq!("  ".parse::<CustomerId>(), Err(BadName::Empty));
        assert_eq!("x".repeat(129).parse::<CustomerId>(), Err(BadName::TooLong));
    }

    #[test]
    fn keys_can_stand_in_queries_and_texts() {
        assert!(is_key("journey_stage") && is_key("q1"));
        assert!(!is_key("") && !is_key("1st") && !is_key("Region") && !is_key("order-value"));
    }
}
