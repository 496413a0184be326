//! Why somebody is not asked.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Why somebody is not asked. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// No rule is for it.
    NoRule,
    /// The rule's mail has nowhere to go.
    NoAddress,
    /// The customer took leave.
    Unsubscribed {
        /// When.
        at: Timestamp,
    },
    /// Mail to the address came back.
    Bounced {
        /// When.
        at: Timestamp,
    },
    /// The customer is on the suppression list.
    Suppressed {
        /// Since when.
        at: Timestamp,
    },
    /// A quiet period has not ended.
    AskedRecently {
        /// The survey asked.
        survey: String,
        /// When.
        at: Timestamp,
        /// When it ends.
        until: Timestamp,
    },
    /// Nobody is asked so many times in a year.
    AskedOftenEnough {
        /// How often the customer was.
        times: u16,
        /// When that is over.
        until: Timestamp,
    },
    /// The draw went the other way.
    NotSampled {
        /// The share that is asked.
        share: f64,
    },
    /// Follow-up has fallen behind, and fewer are asked.
    Backlog {
        /// How many cases are open.
        open: u64,
    },
    /// It was out of the quota's days and hours.
    OutsideHours {
        /// The quota.
        quota: String,
    },
    /// As many were asked that day as may be.
    QuotaUsedUp {
        /// The quota.
        quota: String,
        /// Of which agent, unit or value; of all without it.
        of: Option<String>,
        /// How many a day.
        per_day: u32,
    },
}

impl Skip {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::NoAddress => "no_address",
            Self::Unsubscribed { .. } => "unsubscribed",
            Self::Bounced { .. } => "bounced",
            Self::Suppressed { .. } => "suppressed",
            Self::AskedRecently { .. } => "asked_recently",
            Self::AskedOftenEnough { .. } => "asked_often_enough",
            Self::NotSampled { .. } => "not_sampled",
            Self::Backlog { .. } => "backlog",
            Self::OutsideHours { .. } => "outside_hours",
            Self::QuotaUsedUp { .. } => "quota_used_up",
        }
    }

    /// From when on it would no longer stand in the way, if that is known.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::AskedRecently { until, .. } | Self::AskedOftenEnough { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// The same for people. Dates are those of UTC.
    pub fn sentence(&self, now: Timestamp) -> String {
        match self {
            Self::NoRule => "No rule of the asking document is for this interaction.".into(),
            Self::NoAddress => "The rule sends a mail, and no address of the customer is known.".into(),
            Self::Unsubscribed { at } => format!("The customer unsubscribed on {}.", day(*at)),
            Self::Bounced { at } => {
                format!("Mail to the customer's address has come back since {}.", day(*at))
            }
            Self::Suppressed { at } => {
                format!("The customer has been on the suppression list since {}.", day(*at))
            }
            Self::AskedRecently { survey, at, until } => format!(
                "The customer was asked {} ({survey}), and is not asked again before {}.",
                ago(*at, now),
                day(*until)
            ),
            Self::AskedOftenEnough { times, until } => format!(
                "The customer was asked {times} times within 365 days, and is not asked again before {}.",
                day(*until)
            ),
            Self::NotSampled { share } => {
                format!("A share of {share} is asked, and the customer is not in the sample of this day.")
            }
            Self::Backlog { open } => {
                format!("{open} cases wait to be followed up, so fewer customers are asked.")
            }
            Self::OutsideHours { quota } => {
                format!("It was outside of the days and hours of the quota {quota}.")
            }
            Self::QuotaUsedUp { quota, of, per_day } => {
                let of = of.as_ref().map(|of| format!(" for {of:?}")).unwrap_or_default();
                format!("The quota {quota} of {per_day} a day is used up{of}.")
            }
        }
    }
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    let since = now.duration_since(at);
    if since < SignedDuration::ZERO {
        return format!("for {}", day(at));
    }
    match since.as_hours() / 24 {
        0 => "less than a day ago".into(),
        1 => "1 day ago".into(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence_with_its_dates() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-03-13T12:00:00Z");
        let skip = |at, until| Skip::AskedRecently { survey: "support".into(), at, until };
        let recently = skip(at("2026-03-01T09:00:00Z"), at("2026-05-30T09:00:00Z"));
        assert_eq!(
            recently.sentence(now),
            "The customer was asked 12 days ago (support), and is not asked again before 2026-05-30."
        );
        let to_be = skip(at("2026-03-14T09:00:00Z"), at("2026-06-12T09:00:00Z"));
        assert!(to_be.sentence(now).starts_with("The customer was asked for 2026-03-14 (support)"));
        let quota = Skip::QuotaUsedUp { quota: "calls".into(), of: Some("amira".into()), per_day: 5 };
        assert_eq!(quota.sentence(now), "The quota calls of 5 a day is used up for \"amira\".");
    }
}
