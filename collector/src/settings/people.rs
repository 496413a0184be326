//! People among the settings: what is asked of their passwords, and how long sessions last.

use clap::Args;
use serde::Deserialize;

use super::within;
use crate::domain::people::Rules;

/// Rules as they are given, `[people]` in the settings file.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(
    next_help_heading = "People (also as keys of [people] in the settings file, without people-, with _ for -)"
)]
pub(super) struct GivenPeople {
    /// How many people there can be, 1 to 100000 [default: 10000]
    #[arg(id = "people-people", long, env = "HEARBACK_PEOPLE_PEOPLE", global = true, value_name = "N")]
    people: Option<usize>,
    /// Characters that a password has at least, 8 to 64; NIST SP 800-63B-4 asks for 15 [default: 15]
    #[arg(
        id = "people-password-characters",
        long,
        env = "HEARBACK_PEOPLE_PASSWORD_CHARACTERS",
        global = true,
        value_name = "N"
    )]
    password_characters: Option<usize>,
    /// Minutes after which a session that is not used ends, 1 to 43200 [default: 480]
    #[arg(
        id = "people-session-idle-minutes",
        long,
        env = "HEARBACK_PEOPLE_SESSION_IDLE_MINUTES",
        global = true,
        value_name = "MINUTES"
    )]
    session_idle_minutes: Option<i64>,
    /// Hours after which a session ends in any case, 1 to 8760 [default: 168]
    #[arg(
        id = "people-session-hours",
        long,
        env = "HEARBACK_PEOPLE_SESSION_HOURS",
        global = true,
        value_name = "HOURS"
    )]
    session_hours: Option<i64>,
    /// Sessions of one person at once, 1 to 100; with one more, that used longest ago ends [default: 20]
    #[arg(id = "people-sessions", long, env = "HEARBACK_PEOPLE_SESSIONS", global = true, value_name = "N")]
    sessions: Option<usize>,
    /// Hours that a link to set a password works, 1 to 8760 [default: 72]
    #[arg(
        id = "people-invite-hours",
        long,
        env = "HEARBACK_PEOPLE_INVITE_HOURS",
        global = true,
        value_name = "HOURS"
    )]
    invite_hours: Option<i64>,
    /// Passwords that are compared at once, 1 to 64; each takes a processor and 19 MiB, for hundredths of a second
    /// [default: 2]
    #[arg(
        id = "people-hashes-at-once",
        long,
        env = "HEARBACK_PEOPLE_HASHES_AT_ONCE",
        global = true,
        value_name = "N"
    )]
    hashes_at_once: Option<usize>,
}

impl GivenPeople {
    /// These before those, and before the defaults.
    pub(super) fn before(self, then: Self) -> anyhow::Result<Rules> {
        let (first, default) = (self, Rules::default());
        let rules = Rules {
            people: first.people.or(then.people).unwrap_or(default.people),
            password_characters: first
                .password_characters
                .or(then.password_characters)
                .unwrap_or(default.password_characters),
            session_idle_minutes: first
                .session_idle_minutes
                .or(then.session_idle_minutes)
                .unwrap_or(default.session_idle_minutes),
            session_hours: first.session_hours.or(then.session_hours).unwrap_or(default.session_hours),
            sessions: first.sessions.or(then.sessions).unwrap_or(default.sessions),
            invite_hours: first.invite_hours.or(then.invite_hours).unwrap_or(default.invite_hours),
            hashes_at_once: first.hashes_at_once.or(then.hashes_at_once).unwrap_or(default.hashes_at_once),
        };
        let positive = |number: i64| u64::try_from(number).unwrap_or_default();
        for (name, value, range) in [
            ("people", rules.people as u64, 1..=100_000),
            ("password_characters", rules.password_characters as u64, 8..=64),
            ("session_idle_minutes", positive(rules.session_idle_minutes), 1..=43_200),
            ("session_hours", positive(rules.session_hours), 1..=8760),
            ("sessions", rules.sessions as u64, 1..=100),
            ("invite_hours", positive(rules.invite_hours), 1..=8760),
            ("hashes_at_once", rules.hashes_at_once as u64, 1..=64),
        ] {
            within(&format!("people.{name}"), value, range)?;
        }
        Ok(rules)
    }
}
