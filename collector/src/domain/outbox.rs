//! What is still to be sent: one entry for each mail, kept until a server has taken it or nothing more is tried.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::cases::CaseId;
use crate::domain::names::PersonId;
use crate::domain::secrets::{Token, TokenHash};

/// A mail that is to be sent. Stored: fields are only added, with a default; which of them it is is told by its fields, as entries
/// of earlier versions are all of the first kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outgoing {
    /// To a customer who is asked.
    Invitation(ToCustomer),
    /// To somebody who follows up.
    Case(ToPerson),
}

/// A mail that is to be sent for an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToCustomer {
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

/// A mail that tells somebody of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPerson {
    /// The case.
    pub case: CaseId,
    /// Who is told.
    pub person: PersonId,
    /// How many entries the case's trail had: tells this mail from others about it.
    pub entries: u32,
    /// When it was to be sent at first.
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
    /// The one that thanks for the answer.
    Thanks,
}

impl ToPerson {
    /// What finds it in the outbox: one mail to a person about a case waits at a time, and says how things are when it goes.
    pub fn id(case: CaseId, person: &PersonId) -> TokenHash {
        TokenHash::derived(&["case", &case.to_string(), person.as_str()])
    }
}

impl Outgoing {
    /// The mail of an invitation, to be sent at this time.
    pub fn invitation(token: Token, mail: String, since: Timestamp) -> Self {
        Self::Invitation(ToCustomer { token, mail, kind: Kind::Invitation, since, tries: 0 })
    }

    /// The name of the mail that it is written by, if the company can write it.
    pub fn mail(&self) -> Option<&str> {
        match self {
            Self::Invitation(ToCustomer { mail, .. }) => Some(mail),
            Self::Case(_) => None,
        }
    }

    /// When it was to be sent at first.
    pub fn since(&self) -> Timestamp {
        match self {
            Self::Invitation(ToCustomer { since, .. }) | Self::Case(ToPerson { since, .. }) => *since,
        }
    }

    /// How often a server has put it off.
    pub fn tries(&self) -> u32 {
        match self {
            Self::Invitation(ToCustomer { tries, .. }) | Self::Case(ToPerson { tries, .. }) => *tries,
        }
    }

    /// A server has put it off once more.
    pub fn put_off(&mut self) {
        match self {
            Self::Invitation(ToCustomer { tries, .. }) | Self::Case(ToPerson { tries, .. }) => *tries += 1,
        }
    }
}

/// Names a mail in its Message-ID: the same whenever it is sent, so that whoever gets it twice can tell, and so that the
/// invitation is found when it comes back. The token's hash stands in it, from which nobody makes the token; and whoever did not
/// get the mail cannot guess it, to say that it came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailId {
    /// The invitation.
    pub invitation: TokenHash,
    /// Which of its mails.
    pub kind: Kind,
}

/// What tells a mail of thanks by its Message-ID.
const THANKS: &str = "thanks";

impl fmt::Display for MailId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.invitation.0.iter().try_for_each(|byte| write!(to, "{byte:02x}"))?;
        match self.kind {
            Kind::Invitation => Ok(()),
            Kind::Reminder(n) => write!(to, ".{n}"),
            Kind::Thanks => write!(to, ".{THANKS}"),
        }
    }
}

impl MailId {
    /// Reads a Message-ID, with its domain and with or without angle brackets; nothing, if it cannot be one of ours.
    pub fn parse(message_id: &str) -> Option<Self> {
        let (local, _) = message_id.trim().trim_start_matches('<').split_once('@')?;
        let (hash, kind) = match local.split_once('.') {
            Some((hash, THANKS)) => (hash, Kind::Thanks),
            Some((hash, n)) => (hash, Kind::Reminder(n.parse().ok()?)),
            None => (local, Kind::Invitation),
        };
        if hash.len() != 32 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let hash = u128::from_str_radix(hash, 16).ok()?;
        Some(Self { invitation: TokenHash(hash.to_be_bytes()), kind })
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
    fn a_mail_is_known_by_its_message_id_and_nothing_else_is() {
        let invitation = Token::from_random([7; 16]).hash();
        for kind in [Kind::Invitation, Kind::Reminder(2), Kind::Thanks] {
            let id = MailId { invitation, kind };
            assert_eq!(MailId::parse(&format!("<{id}@company.example>")), Some(id));
            assert_eq!(MailId::parse(&format!("{id}@company.example")), Some(id));
        }
        let hash = "0".repeat(32);
        for other in ["", "<a@b>", &hash, &format!("<{hash}.x@b>"), &format!("<+{}@b>", &hash[1..])] {
            assert_eq!(MailId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn nothing_that_prints_an_entry_tells_the_token() {
        let token = Token::from_random([0xfb; 16]);
        let outgoing = Outgoing::invitation(token.clone(), "thanks".into(), Timestamp::UNIX_EPOCH);
        assert!(!format!("{outgoing:?}").contains(&token.reveal()));
        let stored = serde_json::to_string(&outgoing).unwrap();
        assert_eq!(serde_json::from_str::<Outgoing>(&stored).unwrap(), outgoing);
    }

    #[test]
    fn an_entry_of_an_earlier_version_is_an_invitations() {
        let token = Token::from_random([1; 16]);
        let old = serde_json::json!({
            "token": token.reveal(), "mail": "thanks", "kind": {"reminder": 2}, "since": 1000
        });
        let stored = rmp_serde::to_vec_named(&old).unwrap();
        let since = Timestamp::from_second(1).unwrap();
        let mail = ToCustomer { token, mail: "thanks".into(), kind: Kind::Reminder(2), since, tries: 0 };
        assert_eq!(rmp_serde::from_slice::<Outgoing>(&stored).unwrap(), Outgoing::Invitation(mail));
        let case = Outgoing::Case(ToPerson {
            case: CaseId(7),
            person: "lead".parse().unwrap(),
            entries: 1,
            since,
            tries: 3,
        });
        let stored = rmp_serde::to_vec_named(&case).unwrap();
        assert_eq!(rmp_serde::from_slice::<Outgoing>(&stored).unwrap(), case);
    }
}
