//! How a customer came to the survey, and on what.

use serde::{Deserialize, Serialize};

/// The attribute that says whether, and how, what a customer wrote may be quoted: `named` or `unnamed`.
pub const QUOTABLE: &str = "quotable";

/// How the customer came to the survey. Stands in for an attribute `channel` that nobody told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By a personal link.
    Link,
    /// On a page that is open to anybody.
    Page,
    /// On a page of the company's where the customer was logged in.
    Login,
}

impl Channel {
    /// The name in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Page => "page",
            Self::Login => "login",
        }
    }
}

/// What was seen of a visit and is not told by anybody, as attributes: there is [`QUOTABLE`] too.
pub fn seen(
    channel: Option<Channel>,
    device: Option<Device>,
    quotable: Option<&str>,
) -> impl Iterator<Item = (&str, &str)> {
    let seen = [
        ("channel", channel.map(Channel::as_str)),
        ("device", device.map(Device::as_str)),
        (QUOTABLE, quotable),
    ];
    seen.into_iter().filter_map(|(name, value)| Some((name, value?)))
}

/// What the customer answered on. Stands in for an attribute `device` that nobody told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// Anything else.
    Desktop,
}

impl Device {
    /// The name in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
        }
    }

    /// Reads a browser's `User-Agent`; nothing of it but this is kept. A telephone's says `Mobi`, and an Android tablet's does
    /// not (MDN, "Browser detection using the user agent"). An iPad that asks for desktop pages can't be told from a Mac.
    pub fn of(user_agent: &str) -> Self {
        let says = |word: &str| user_agent.contains(word);
        if says("iPad") || says("Tablet") || (says("Android") && !says("Mobi")) {
            Self::Tablet
        } else if says("Mobi") || says("iPhone") {
            Self::Phone
        } else {
            Self::Desktop
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_say_what_they_run_on() {
        for (user_agent, device) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
                Device::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
                Device::Phone,
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", Device::Phone),
            (
                "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Device::Tablet,
            ),
            ("Mozilla/5.0 (Android 15; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0", Device::Tablet),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
                Device::Tablet,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Device::Desktop,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Device::Desktop),
        ] {
            assert_eq!(Device::of(user_agent), device, "{user_agent}");
        }
    }
}
