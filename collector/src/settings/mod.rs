//! Settings: from a file, from the environment and from flags, the later before the earlier.

mod events;
mod limits;
mod people;

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::domain::limits::Limits;
use crate::domain::pages::Pages;
use crate::domain::people::Rules;
use crate::domain::phones::Phones;
use crate::domain::surveys::is_web_address;
use crate::snapshot::keeper::When;
use crate::store;
use limits::GivenLimits;

mod smtp;
mod webhooks;

pub use events::Events;
pub use smtp::{Secret, Smtp, Tls};
pub use webhooks::Webhooks;

/// The settings in force.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub directory: PathBuf,
    /// Where customers reach the collector itself; without a slash at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Whether surveys can be tried out without an invitation.
    pub try_pages: bool,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// The country whose national telephone numbers are understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country: Option<String>,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Memory for the database's cache, MiB.
    pub cache_mib: u64,
    /// Nothing is written with less than this free on the disk, MiB…
    pub min_free_mib: u64,
    /// …or less than this share of it, per cent.
    pub min_free_percent: u8,
    /// The numbers are kept in a snapshot, for a quick start, so many minutes after the last one at the earliest…
    pub snapshot_minutes: u64,
    /// …and after so many changes.
    pub snapshot_changes: u64,
    /// How much is taken.
    pub limits: Limits,
    /// What is asked of people who sign in.
    pub people: Rules,
    /// How the log of events is kept.
    pub events: Events,
    /// How webhooks are sent.
    pub webhooks: Webhooks,
    /// How mails are sent.
    pub smtp: Smtp,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings as they are given; each may be missing.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Settings (also as keys of the settings file, with _ for -)")]
pub struct Given {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "HEARBACK_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Directory that everything is kept in [default: hearback-data]
    #[arg(long, env = "HEARBACK_DIRECTORY", global = true, value_name = "DIRECTORY")]
    directory: Option<PathBuf>,
    /// Address at which customers reach the collector itself, such as https://feedback.example.com: surveys without a
    /// page of their own are answered there [default: none, and each survey needs a page]
    #[arg(long, env = "HEARBACK_PUBLIC_URL", global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Whether anybody may try surveys out at /try/SURVEY; what is answered there is checked and not stored [default:
    /// false]
    #[arg(long, env = "HEARBACK_TRY_PAGES", global = true, value_name = "BOOL")]
    try_pages: Option<bool>,
    /// Addresses or networks of proxies, separated by commas, whose header X-Forwarded-For is believed: by it requests are
    /// counted (limit-address-per-second), and nothing else [default: 127.0.0.0/8,::1/128]
    #[arg(
        long,
        env = "HEARBACK_TRUSTED_PROXIES",
        global = true,
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    trusted_proxies: Option<Vec<String>>,
    /// The company's country, by its two letters, such as DE: telephone numbers are then the same whether they are spelt as
    /// in that country or from abroad [default: none, and 030 123 is not +49 30 123]
    #[arg(long, env = "HEARBACK_PHONE_COUNTRY", global = true, value_name = "COUNTRY")]
    phone_country: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter such as info,hearback::store=debug [default: info]
    #[arg(long, env = "HEARBACK_LOG", global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How it is logged [default: text]
    #[arg(long, env = "HEARBACK_LOG_FORMAT", global = true, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Memory for the database's cache, in MiB, 1 to 1048576 [default: 256]
    #[arg(long, env = "HEARBACK_CACHE_MIB", global = true, value_name = "MIB")]
    cache_mib: Option<u64>,
    /// Nothing is written when less than this is free on the disk, in MiB [default: 512]
    #[arg(long, env = "HEARBACK_MIN_FREE_MIB", global = true, value_name = "MIB")]
    min_free_mib: Option<u64>,
    /// Nothing is written when less than this share of the disk is free, in per cent [default: 5]
    #[arg(long, env = "HEARBACK_MIN_FREE_PERCENT", global = true, value_name = "PER CENT")]
    min_free_percent: Option<u8>,
    /// While it runs, the numbers are written to a snapshot, by which the next start takes seconds, so many minutes after the
    /// last one at the earliest, 1 to 10080; the last one is written when it stops [default: 10]
    #[arg(long, env = "HEARBACK_SNAPSHOT_MINUTES", global = true, value_name = "MINUTES")]
    snapshot_minutes: Option<u64>,
    /// Nor is a snapshot written before so many responses and invitations have come or changed, 1 to 1000000000
    /// [default: 10000]
    #[arg(long, env = "HEARBACK_SNAPSHOT_CHANGES", global = true, value_name = "N")]
    snapshot_changes: Option<u64>,
    #[command(flatten)]
    limits: GivenLimits,
    #[command(flatten)]
    people: people::GivenPeople,
    #[command(flatten)]
    events: events::GivenEvents,
    #[command(flatten)]
    webhooks: webhooks::GivenWebhooks,
    #[command(flatten)]
    smtp: smtp::GivenSmtp,
}

impl Settings {
    /// Reads the file, if there is one, and puts flags and environment before it.
    ///
    /// # Errors
    /// Names the file, the line and what is wrong; or the setting whose value cannot be.
    pub fn read(file: Option<&Path>, given: Given) -> anyhow::Result<Self> {
        let from_file = match file {
            None => Given::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))?
            }
        };
        Self::resolve(given, from_file)
    }

    fn resolve(first: Given, then: Given) -> anyhow::Result<Self> {
        let limits = first.limits.before(then.limits);
        limits::check(&limits)?;
        let public_url = first.public_url.or(then.public_url).filter(|url| !url.is_empty());
        let public_url = public_url.map(|url| read_public_url(&url)).transpose()?;
        let phone_country = first.phone_country.or(then.phone_country).filter(|country| !country.is_empty());
        if let Some(country) = phone_country.as_deref().filter(|country| Phones::of(country).is_none()) {
            anyhow::bail!("phone_country is {country:?}: two letters (ISO 3166-1), such as DE");
        }
        let min_free_percent = first.min_free_percent.or(then.min_free_percent).unwrap_or(5);
        let cache_mib = first.cache_mib.or(then.cache_mib).unwrap_or(256);
        let min_free_mib = first.min_free_mib.or(then.min_free_mib).unwrap_or(512);
        within("min_free_percent", u64::from(min_free_percent), 0..=99)?;
        within("cache_mib", cache_mib, 1..=1_048_576)?;
        within("min_free_mib", min_free_mib, 0..=1 << 40)?;
        let snapshot_minutes = first.snapshot_minutes.or(then.snapshot_minutes).unwrap_or(10);
        let snapshot_changes = first.snapshot_changes.or(then.snapshot_changes).unwrap_or(10_000);
        within("snapshot_minutes", snapshot_minutes, 1..=10_080)?;
        within("snapshot_changes", snapshot_changes, 1..=1_000_000_000)?;
        Ok(Self {
            listen: first.listen.or(then.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            directory: first.directory.or(then.directory).unwrap_or_else(|| "hearback-data".into()),
            public_url,
            trusted_proxies: read_proxies(first.trusted_proxies.or(then.trusted_proxies))?,
            try_pages: first.try_pages.or(then.try_pages).unwrap_or(false),
            phone_country,
            log: first.log.or(then.log).unwrap_or_else(|| "info".into()),
            log_format: first.log_format.or(then.log_format).unwrap_or(LogFormat::Text),
            cache_mib,
            min_free_mib,
            min_free_percent,
            snapshot_minutes,
            snapshot_changes,
            limits,
            people: first.people.before(then.people)?,
            events: events::resolve(first.events, then.events)?,
            webhooks: webhooks::resolve(first.webhooks, then.webhooks)?,
            smtp: smtp::resolve(first.smtp, then.smtp)?,
        })
    }

    /// What the collector's own pages need of them.
    pub fn pages(&self) -> Pages {
        Pages { public_url: self.public_url.clone(), try_pages: self.try_pages }
    }

    /// How telephone numbers are read.
    pub fn phones(&self) -> Phones {
        self.phone_country.as_deref().and_then(Phones::of).unwrap_or_default()
    }

    /// When snapshots are written.
    pub fn snapshots(&self) -> When {
        When { pause: Duration::from_secs(60 * self.snapshot_minutes), changes: self.snapshot_changes }
    }

    /// What the store needs of them.
    pub fn store_options(&self) -> store::Options {
        store::Options {
            directory: self.directory.clone(),
            cache_bytes: self.cache_mib << 20,
            min_free_bytes: self.min_free_mib << 20,
            min_free_percent: self.min_free_percent,
            queue: self.limits.queue,
            phones: self.phones(),
            events_kept: self.events.kept(),
        }
    }
}

/// Networks, or single addresses; those of this machine, where none are given.
fn read_proxies(given: Option<Vec<String>>) -> anyhow::Result<Vec<IpNet>> {
    let own = || ["127.0.0.0/8", "::1/128"].map(str::to_owned).to_vec();
    let read = |text: String| {
        let network = text.trim().parse::<IpNet>();
        let network = network.or_else(|_| text.trim().parse::<IpAddr>().map(IpNet::from));
        network.with_context(|| {
            format!("trusted_proxies: {text:?} is neither an address nor a network such as 10.0.0.0/8")
        })
    };
    given.unwrap_or_else(own).into_iter().filter(|text| !text.trim().is_empty()).map(read).collect()
}

/// The address as links begin with it.
fn read_public_url(url: &str) -> anyhow::Result<String> {
    let sound = is_web_address(url) && !url.contains(['?', '#', '*']);
    anyhow::ensure!(sound, "public_url is {url:?}: a full address, such as https://feedback.example.com");
    Ok(url.trim_end_matches('/').to_owned())
}

fn within(name: &str, value: u64, range: RangeInclusive<u64>) -> anyhow::Result<()> {
    let (least, most) = (range.start(), range.end());
    anyhow::ensure!(range.contains(&value), "{name} is {value}: from {least} to {most}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(toml: &str) -> Given {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let file = given("listen = \"127.0.0.1:1\"\ncache_mib = 7\n[limits]\npage = 5");
        let settings = Settings::resolve(given("listen = \"127.0.0.1:2\""), file).unwrap();
        assert_eq!((settings.listen.port(), settings.cache_mib, settings.limits.page), (2, 7, 5));
        assert_eq!(settings.limits.queue, Limits::default().queue);
    }

    #[test]
    fn a_public_url_is_an_address_that_links_can_begin_with() {
        let url = |url: &str| Settings::resolve(given(&format!("public_url = {url:?}")), Given::default());
        assert_eq!(url("https://x.example/").unwrap().public_url.as_deref(), Some("https://x.example"));
        assert_eq!(
            url("https://x.example/ask").unwrap().public_url.as_deref(),
            Some("https://x.example/ask")
        );
        assert_eq!(url("").unwrap().public_url, None);
        for wrong in
            ["x.example", "ftp://x.example", "https://", "https://x.example?a=1", "https://x y.example"]
        {
            let error = url(wrong).unwrap_err().to_string();
            assert!(error.contains("public_url") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_an_error_that_names_the_line() {
        let error =
            toml::from_str::<Given>("listen = \"127.0.0.1:1\"\ndirectry = \"x\"").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("directry"), "{error}");
    }

    #[test]
    fn a_submission_can_never_outgrow_the_synced_file() {
        let error =
            Settings::resolve(given("[limits]\nsubmission_bytes = 200000"), Given::default()).unwrap_err();
        assert!(error.to_string().contains("limits.submission_bytes"), "{error}");
    }
}
