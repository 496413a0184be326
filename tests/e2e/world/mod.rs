//! What a story takes place in: a collector on a directory of its own, a company's web site, a browser, and the key that
//! lets the story look at what the API says of it. All of it ends with the world, however the story ends.

mod api;
mod browser;
mod collector;
mod picture;
mod process;
mod relay;
mod site;
mod wait;

pub(crate) use api::Api;
pub(crate) use browser::{Browser, Engine};
pub(crate) use collector::Collector;
pub(crate) use picture::{Area, Picture};
pub(crate) use site::Site;
pub(crate) use wait::{once_interactable, until};

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use relay::Relay;

/// A customer of the example who reads English, and was helped by Daniel Reyes of the team "connections".
pub(crate) const EVIE: &str = "C-10001";

/// A customer of the example who reads Arabic, and was helped by Amelia Hart of the team "billing".
pub(crate) const AHMAD: &str = "C-10002";

pub(crate) struct World {
    pub(crate) collector: Collector,
    pub(crate) site: Site,
    pub(crate) browser: Browser,
    pub(crate) api: Api,
    relay: Option<Relay>,
    directory: TempDir,
    finished: bool,
}

impl World {
    /// The example as it is.
    pub(crate) async fn new() -> Result<Self> {
        Self::asking(&[]).await
    }

    /// The example, but for these replacements in its survey.
    pub(crate) async fn asking(replacements: &[(&str, &str)]) -> Result<Self> {
        Self::made(Engine::Chromium, true, replacements).await
    }

    /// The example as it is, in this browser.
    pub(crate) async fn in_browser(engine: Engine) -> Result<Self> {
        Self::made(engine, true, &[]).await
    }

    /// The example as it is, in this browser, which was told to run no WebAssembly.
    pub(crate) async fn without_wasm(engine: Engine) -> Result<Self> {
        Self::made(engine, false, &[]).await
    }

    async fn made(engine: Engine, wasm: bool, replacements: &[(&str, &str)]) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("hearback-e2e-").tempdir()?;
        let mut collector = Collector::new(directory.path())?;
        let relay = match engine {
            Engine::Chromium => None,
            Engine::Firefox | Engine::WebKit => Some(Relay::start(&collector.origin()).await?),
        };
        let site = Site::start(&relay.as_ref().map_or_else(|| collector.origin(), Relay::origin)).await?;
        let (browser, started) =
            tokio::join!(Browser::start(engine, wasm, directory.path()), collector.start(&[]));
        started?;
        let key = collector
            .command(&["key", "create", "--name", "story", "--scope", "read", "--scope", "write"])
            .await?;
        let world = Self {
            api: Api::new(&collector.origin(), key.trim()),
            collector,
            site,
            browser: browser?,
            relay,
            directory,
            finished: false,
        };
        world.push_survey(replacements).await?;
        let organisation = example("organisation.toml");
        world.collector.command(&["organisation", "push", &organisation.to_string_lossy()]).await?;
        Ok(world)
    }

    /// The API with a key of this scope.
    pub(crate) async fn api_of(&self, scope: &str) -> Result<Api> {
        let key = self.collector.command(&["key", "create", "--name", "other", "--scope", scope]).await?;
        Ok(Api::new(&self.collector.origin(), key.trim()))
    }

    /// Puts the example's survey in force, with these replacements.
    pub(crate) async fn push_survey(&self, replacements: &[(&str, &str)]) -> Result<()> {
        let mut survey = self.site.translate(&read(&example("survey.toml"))?);
        for (from, to) in replacements {
            ensure!(survey.contains(from), "the example's survey has no {from:?}");
            survey = survey.replace(from, to);
        }
        let file = self.directory.path().join("survey.toml");
        fs::write(&file, survey)?;
        self.collector.command(&["survey", "push", &file.to_string_lossy()]).await?;
        Ok(())
    }

    /// Invites a customer of the example, by the CSV that lists them; returns the link.
    pub(crate) async fn invite(&self, customer: &str) -> Result<String> {
        let all = read(&example("customers.csv"))?;
        let mut lines = all.lines();
        let head = lines.next().unwrap_or_default();
        let row = lines
            .find(|line| line.split(',').next() == Some(customer))
            .with_context(|| format!("the example has no customer {customer}"))?;
        let file = self.directory.path().join(format!("{customer}.csv"));
        fs::write(&file, format!("{head}\n{row}\n"))?;
        let with_links = self
            .collector
            .command(&["invite", "--survey", "support", "--csv", &file.to_string_lossy()])
            .await?;
        let link = with_links
            .lines()
            .nth(1)
            .and_then(|row| row.rsplit(',').next())
            .with_context(|| format!("no link came back: {with_links}"))?;
        Ok(link.to_owned())
    }

    /// Invites somebody whose link stops working so many milliseconds from now.
    pub(crate) async fn invite_for(&self, milliseconds: i64, language: &str) -> Result<String> {
        #[expect(clippy::disallowed_methods, reason = "the collector, a real one, goes by the real clock")]
        let expires_at = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(milliseconds);
        let invitation =
            json!({"customer": "C-1", "language": language, "expires_at": expires_at.to_string()});
        let body = json!({"survey": "support", "invitations": [invitation]});
        let made = self.api.post("/v1/invitations", &body).await?;
        let link = made["invitations"][0]["link"].as_str();
        Ok(link.with_context(|| format!("no link came back: {made}"))?.to_owned())
    }

    /// Cuts the page off from the collector, or connects it again. Chromium is told so, and tells the page; in the others
    /// nothing arrives any more, and nobody tells.
    pub(crate) async fn set_offline(&self, offline: bool) -> Result<()> {
        match &self.relay {
            Some(relay) => relay.set_cut(offline),
            None => self.browser.set_offline(offline).await?,
        }
        Ok(())
    }

    /// Where pages find the collector.
    pub(crate) fn page_origin(&self) -> String {
        self.relay.as_ref().map_or_else(|| self.collector.origin(), Relay::origin)
    }

    /// The same link to another page of the site: `other_page(link, "plain.html")`.
    pub(crate) fn other_page(link: &str, page: &str) -> String {
        link.replace("survey.html", page)
    }

    /// Ends a story in which nothing may go wrong.
    pub(crate) async fn finish(self) -> Result<()> {
        self.end(|_| false).await
    }

    /// Ends a story in which requests fail or are refused, and the console says so.
    pub(crate) async fn finish_after_trouble(self) -> Result<()> {
        self.end(|line| {
            line.contains("Failed to load resource")
                || line.contains("net::ERR_")
                || line.contains("Hearback: ")
        })
        .await
    }

    async fn end(mut self, expected: impl Fn(&str) -> bool) -> Result<()> {
        let mut console = self.browser.console().await?;
        console.retain(|line| !expected(line));
        ensure!(console.is_empty(), "the console says: {console:#?}");
        let reports = self.policy_reports().await?;
        ensure!(reports.is_empty(), "the page's policy was violated: {reports:#?}");
        self.finished = true;
        Ok(())
    }
}

impl World {
    /// What was reported of violations of the policy, all of it: reports come by and by, so one more violation is made,
    /// whose report comes last, and shows that this browser does report.
    async fn policy_reports(&self) -> Result<Vec<String>> {
        const LAST: &str = "violation.html";
        self.site.add_page(LAST, r#"<!doctype html><title>Violation</title><p style="color: red">No.</p>"#);
        self.browser.open(&self.site.address(LAST)).await?;
        until("the report of a violation", async || {
            Ok(self.site.policy_reports().iter().any(|report| report.contains(LAST)).then_some(()))
        })
        .await?;
        let mut reports = self.site.policy_reports();
        reports.retain(|report| !report.contains(LAST));
        Ok(reports)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !self.finished {
            eprintln!("--- the collector's log\n{}", self.collector.log());
            eprintln!("--- policy reports: {:?}", self.site.policy_reports());
        }
    }
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

fn read(path: &std::path::Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
