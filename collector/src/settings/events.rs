//! `[events]`: how long it is kept what happened.

use clap::Args;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::within;

/// How the log of events is kept.
#[derive(Clone, Debug, Serialize)]
pub struct Events {
    /// Days that an event is kept.
    pub keep_days: u32,
}

impl Events {
    /// How long an event is kept.
    pub fn kept(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.keep_days))
    }
}

/// The same as it is given, `[events]` in the settings file.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(
    next_help_heading = "Events (also as keys of [events] in the settings file, without events-, with _ for -)"
)]
pub(super) struct GivenEvents {
    /// Days that it is kept what happened, for those who come back to the stream or have a webhook replayed, 4 to 366: a webhook
    /// is tried for three days [default: 7]
    #[arg(
        id = "events-keep-days",
        long,
        env = "HEARBACK_EVENTS_KEEP_DAYS",
        global = true,
        value_name = "DAYS"
    )]
    keep_days: Option<u32>,
}

/// These before those, and before the defaults.
pub(super) fn resolve(first: GivenEvents, then: GivenEvents) -> anyhow::Result<Events> {
    let keep_days = first.keep_days.or(then.keep_days).unwrap_or(7);
    within("events.keep_days", keep_days.into(), 4..=366)?;
    Ok(Events { keep_days })
}
