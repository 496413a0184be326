//! Who has signed in, and who may for the first time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::names::PersonId;
use crate::domain::secrets::TokenHash;

/// What is asked of passwords, and how long anything lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// How many people there can be.
    pub people: usize,
    /// Characters that a password has at least.
    pub password_characters: usize,
    /// A session ends when nothing was asked for in so many minutes…
    pub session_idle_minutes: i64,
    /// …and so many hours after it began, in any case.
    pub session_hours: i64,
    /// Sessions of one person; the oldest ends when there would be more.
    pub sessions: usize,
    /// How many hours a link to set a password works.
    pub invite_hours: i64,
    /// Passwords that are hashed at once, of 19 MiB each.
    pub hashes_at_once: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            people: 10_000,
            password_characters: 15,
            session_idle_minutes: 8 * 60,
            session_hours: 7 * 24,
            sessions: 20,
            invite_hours: 72,
            hashes_at_once: 2,
        }
    }
}

/// How much later than noted somebody may have been there: not every request writes to the disk.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// That somebody has signed in. Stored under the hash of its token: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// When it began.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub began: Timestamp,
    /// When something was last asked for in it.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub used: Timestamp,
}

impl Session {
    /// When it ends, if nothing more is asked for in it.
    pub fn ends(&self, rules: &Rules) -> Timestamp {
        let idle = after(self.used, SignedDuration::from_mins(rules.session_idle_minutes));
        idle.min(after(self.began, SignedDuration::from_hours(rules.session_hours)))
    }

    /// Whether it has ended.
    pub fn is_over(&self, rules: &Rules, now: Timestamp) -> bool {
        now >= self.ends(rules)
    }

    /// Whether it is to be noted that it is used now.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        now.duration_since(self.used) >= NOTED_EVERY
    }
}

/// That somebody may set a password by a link, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The hash of the link's token.
    pub token: [u8; 16],
    /// Until when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub until: Timestamp,
}

impl Welcome {
    /// A link with this token, from now on.
    pub fn new(token: TokenHash, rules: &Rules, now: Timestamp) -> Self {
        Self { token: token.0, until: after(now, SignedDuration::from_hours(rules.invite_hours)) }
    }

    /// Whether the link with this token works now.
    pub fn is_by(&self, token: TokenHash, now: Timestamp) -> bool {
        self.token == token.0 && now < self.until
    }
}

fn after(at: Timestamp, time: SignedDuration) -> Timestamp {
    at.checked_add(time).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_some_day_in_any_case() {
        let rules = Rules { session_idle_minutes: 30, session_hours: 2, ..Rules::default() };
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        let mut session = Session { person: "p".parse().unwrap(), began: at(0), used: at(0) };
        assert!(!session.is_over(&rules, at(29)) && session.is_over(&rules, at(30)));
        assert!(session.is_to_be_noted(at(1)) && !session.is_to_be_noted(at(0)));
        session.used = at(110);
        assert!(!session.is_over(&rules, at(119)) && session.is_over(&rules, at(120)));
        let link = Welcome::new(TokenHash([1; 16]), &Rules { invite_hours: 1, ..rules }, at(0));
        assert!(link.is_by(TokenHash([1; 16]), at(59)) && !link.is_by(TokenHash([1; 16]), at(60)));
        assert!(!link.is_by(TokenHash([2; 16]), at(0)));
    }
}
