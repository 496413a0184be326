//! What is still to be sent: one entry for each mail, kept until a server has taken it or nothing more is tried.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::secrets::Token;

/// A mail that is to be sent for an invitation. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The secret of the link in the mail: everywhere else only its hash is stored, and this is gone once nothing more is
    /// to be sent.
    #[serde(with = "revealed")]
    pub token: Token,
    /// The name of the mail.
    pub mail: String,
    /// Which of the invitation's mails it is.
    pub kind: Kind,
    /// When it was to be sent at first: the end of trying is counted from here.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub since: Timestamp,
    /// How often a server has put it off.
    #[serde(default)]
    pub tries: u32,
}

/// Which of an invitation's mails it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The first.
    Invitation,
    /// A reminder, counted from 1.
    Reminder(u32),
}

impl Outgoing {
    /// The mail of an invitation, to be sent at this time.
    pub fn invitation(token: Token, mail: String, since: Timestamp) -> Self {
        Self { token, mail, kind: Kind::Invitation, since, tries: 0 }
    }
}

/// A token as it stands in a link.
mod revealed {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::Token;

    pub(super) fn serialize<S: Serializer>(token: &Token, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&token.reveal())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Token, D::Error> {
        let text = String::deserialize(from)?;
        Token::parse(&text).ok_or_else(|| de::Error::custom("not a token"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_prints_an_entry_tells_the_token() {
        let token = Token::from_random([0xfb; 16]);
        let outgoing = Outgoing::invitation(token.clone(), "thanks".into(), Timestamp::UNIX_EPOCH);
        assert!(!format!("{outgoing:?}").contains(&token.reveal()));
        let stored = serde_json::to_string(&outgoing).unwrap();
        assert_eq!(serde_json::from_str::<Outgoing>(&stored).unwrap(), outgoing);
    }
}
