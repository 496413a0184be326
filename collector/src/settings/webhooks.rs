//! `[webhooks]`: where messages may go, how often they are tried, and what is kept of them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use ipnet::IpNet;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::within;
use crate::domain::webhooks::allow::Allow;
use crate::domain::webhooks::schedule::Schedule;

/// Three days, in waits that become longer.
const RETRY: [&str; 12] = ["5s", "1m", "5m", "15m", "30m", "1h", "2h", "4h", "8h", "12h", "20h", "24h"];

/// How messages are sent.
#[derive(Clone, Debug, Serialize)]
pub struct Webhooks {
    /// Hosts, addresses and networks that may be reached although they are not of the public internet, and without TLS.
    pub allow: Vec<String>,
    /// The waits between one try and the next.
    pub retry: Vec<String>,
    /// Seconds that a message may take.
    pub timeout_seconds: u64,
    /// Messages at once, to one endpoint.
    pub connections: usize,
    /// More certificates to trust: a file in PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Hours that a secret signs besides the one that follows it.
    pub rotation_hours: u32,
    /// Days that it is kept what was sent.
    pub keep_days: u32,
    /// How many tries are kept, of one webhook.
    pub keep_deliveries: usize,
    /// How much is kept of what was sent, and of the reply, in bytes.
    pub log_bytes: usize,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            retry: RETRY.map(str::to_owned).to_vec(),
            timeout_seconds: 15,
            connections: 8,
            ca_file: None,
            rotation_hours: 24,
            keep_days: 7,
            keep_deliveries: 10_000,
            log_bytes: 4096,
        }
    }
}

/// The same as it is given, `[webhooks]` in the settings file.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(
    next_help_heading = "Webhooks (also as keys of [webhooks] in the settings file, without webhooks-, with _ for -)"
)]
pub(super) struct GivenWebhooks {
    /// Hosts, addresses and networks, separated by commas, that messages may go to although they are not of the public internet, and
    /// by http:// too: crm.internal, 10.1.0.0/16 [default: none]
    #[arg(
        id = "webhooks-allow",
        long,
        env = "HEARBACK_WEBHOOKS_ALLOW",
        global = true,
        value_name = "HOSTS",
        value_delimiter = ','
    )]
    allow: Option<Vec<String>>,
    /// Waits between one try and the next, separated by commas; 1 to 30, three days in all at most, and up to a fifth more or less
    /// each [default: 5s,1m,5m,15m,30m,1h,2h,4h,8h,12h,20h,24h]
    #[arg(
        id = "webhooks-retry",
        long,
        env = "HEARBACK_WEBHOOKS_RETRY",
        global = true,
        value_name = "WAITS",
        value_delimiter = ','
    )]
    retry: Option<Vec<String>>,
    /// Seconds that a message may take, 1 to 60 [default: 15]
    #[arg(
        id = "webhooks-timeout-seconds",
        long,
        env = "HEARBACK_WEBHOOKS_TIMEOUT_SECONDS",
        global = true,
        value_name = "N"
    )]
    timeout_seconds: Option<u64>,
    /// Messages to one webhook at once, 1 to 100; those about one customer go one after the other [default: 8]
    #[arg(
        id = "webhooks-connections",
        long,
        env = "HEARBACK_WEBHOOKS_CONNECTIONS",
        global = true,
        value_name = "N"
    )]
    connections: Option<usize>,
    /// Certificates in PEM to trust besides those that the system trusts [default: none]
    #[arg(
        id = "webhooks-ca-file",
        long,
        env = "HEARBACK_WEBHOOKS_CA_FILE",
        global = true,
        value_name = "FILE"
    )]
    ca_file: Option<PathBuf>,
    /// Hours that a secret signs besides the one that follows it, 0 to 720 [default: 24]
    #[arg(
        id = "webhooks-rotation-hours",
        long,
        env = "HEARBACK_WEBHOOKS_ROTATION_HOURS",
        global = true,
        value_name = "N"
    )]
    rotation_hours: Option<u32>,
    /// Days that it is kept what was sent, and what came back, 1 to 366 [default: 7]
    #[arg(
        id = "webhooks-keep-days",
        long,
        env = "HEARBACK_WEBHOOKS_KEEP_DAYS",
        global = true,
        value_name = "DAYS"
    )]
    keep_days: Option<u32>,
    /// How many tries are kept of each webhook, 0 to 1000000 [default: 10000]
    #[arg(
        id = "webhooks-keep-deliveries",
        long,
        env = "HEARBACK_WEBHOOKS_KEEP_DELIVERIES",
        global = true,
        value_name = "N"
    )]
    keep_deliveries: Option<usize>,
    /// How much is kept of what was sent, and as much of the reply, in bytes, 0 to 16384 [default: 4096]
    #[arg(
        id = "webhooks-log-bytes",
        long,
        env = "HEARBACK_WEBHOOKS_LOG_BYTES",
        global = true,
        value_name = "N"
    )]
    log_bytes: Option<usize>,
}

/// These before those, and before the defaults.
pub(super) fn resolve(first: GivenWebhooks, then: GivenWebhooks) -> anyhow::Result<Webhooks> {
    let default = Webhooks::default();
    let webhooks = Webhooks {
        allow: first.allow.or(then.allow).unwrap_or(default.allow),
        retry: first.retry.or(then.retry).unwrap_or(default.retry),
        timeout_seconds: first.timeout_seconds.or(then.timeout_seconds).unwrap_or(default.timeout_seconds),
        connections: first.connections.or(then.connections).unwrap_or(default.connections),
        ca_file: first.ca_file.or(then.ca_file),
        rotation_hours: first.rotation_hours.or(then.rotation_hours).unwrap_or(default.rotation_hours),
        keep_days: first.keep_days.or(then.keep_days).unwrap_or(default.keep_days),
        keep_deliveries: first.keep_deliveries.or(then.keep_deliveries).unwrap_or(default.keep_deliveries),
        log_bytes: first.log_bytes.or(then.log_bytes).unwrap_or(default.log_bytes),
    };
    within("webhooks.timeout_seconds", webhooks.timeout_seconds, 1..=60)?;
    within("webhooks.connections", webhooks.connections as u64, 1..=100)?;
    within("webhooks.rotation_hours", webhooks.rotation_hours.into(), 0..=720)?;
    within("webhooks.keep_days", webhooks.keep_days.into(), 1..=366)?;
    within("webhooks.keep_deliveries", webhooks.keep_deliveries as u64, 0..=1_000_000)?;
    within("webhooks.log_bytes", webhooks.log_bytes as u64, 0..=16_384)?;
    webhooks.schedule()?;
    webhooks.allowed()?;
    Ok(webhooks)
}

impl Webhooks {
    /// When a message is tried again.
    ///
    /// # Errors
    /// Names the wait that is none.
    pub fn schedule(&self) -> anyhow::Result<Schedule> {
        let read = |text: &String| {
            let wait = text.trim().parse::<SignedDuration>().ok();
            wait.filter(|wait| wait.is_positive())
                .with_context(|| format!("webhooks.retry: {text:?} is not a wait such as 30s, 5m or 2h"))
        };
        let waits = self.retry.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
        within("number of waits in webhooks.retry", waits.len() as u64, 1..=30)?;
        let longest = SignedDuration::from_hours(72);
        let all = waits.iter().try_fold(SignedDuration::ZERO, |all, wait| all.checked_add(*wait));
        anyhow::ensure!(
            all.is_some_and(|all| all <= longest),
            "webhooks.retry is longer than three days in all: what happened longer ago may not be kept any more"
        );
        Ok(Schedule(waits))
    }

    /// Where messages may go.
    ///
    /// # Errors
    /// Names what is neither a host nor an address nor a network.
    pub fn allowed(&self) -> anyhow::Result<Allow> {
        let mut allow = Allow::default();
        for text in self.allow.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            if let Ok(network) = text.parse::<IpNet>() {
                allow.networks.push(network);
            } else if let Ok(address) = text.parse::<IpAddr>() {
                allow.networks.push(address.into());
            } else if text.chars().all(is_name) && text.contains(|c: char| c.is_ascii_alphabetic()) {
                allow.hosts.push(text.trim_end_matches('.').to_ascii_lowercase());
            } else {
                anyhow::bail!(
                    "webhooks.allow: {text:?} is neither a host nor an address nor a network such as 10.0.0.0/8"
                );
            }
        }
        Ok(allow)
    }

    /// Most that a message may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// How long it is kept what was sent.
    pub fn kept(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.keep_days))
    }

    /// How long a secret signs besides the one that follows it.
    pub fn rotation(&self) -> SignedDuration {
        SignedDuration::from_hours(self.rotation_hours.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(retry: &[&str], allow: &[&str]) -> anyhow::Result<Webhooks> {
        let texts = |list: &[&str]| Some(list.iter().map(|text| (*text).to_owned()).collect());
        let given = GivenWebhooks { retry: texts(retry), allow: texts(allow), ..GivenWebhooks::default() };
        resolve(given, GivenWebhooks::default())
    }

    #[test]
    fn tries_go_on_for_three_days() {
        let Schedule(waits) = Webhooks::default().schedule().unwrap();
        let all: SignedDuration = waits.iter().sum();
        assert!((71..=72).contains(&all.as_hours()), "{all:?}");
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert!(given(&["1s", " 2h "], &["10.0.0.0/8", "::1", "crm.internal", ""]).is_ok());
        for (retry, allow, says) in [
            (&["soon"][..], &[][..], "webhooks.retry: \"soon\""),
            (&["0s"], &[], "webhooks.retry"),
            (&["-5s"], &[], "webhooks.retry"),
            (&[], &[], "number of waits in webhooks.retry"),
            (&["73h"], &[], "three days"),
            (&["1s"], &["10.0.0.0/99"], "webhooks.allow: \"10.0.0.0/99\""),
            (&["1s"], &["https://x"], "webhooks.allow"),
            (&["1s"], &["*"], "webhooks.allow"),
        ] {
            let said = given(retry, allow).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        }
    }
}
