//! A browser without a window, driven through its driver. Stories run in Chromium, unless they name another engine.
//!
//! What only Chromium can do is asked for by the Chrome DevTools Protocol; the other engines refuse it.

mod chromium;
mod firefox;
mod webkit;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, TypingData, WindowHandle};

use super::Picture;
use super::process::Process;

/// What draws the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// One tab of the browser.
pub(crate) type Tab = WindowHandle;

pub(crate) struct Browser {
    driver: WebDriver,
    engine: Engine,
    process: Option<Pid>,
    // They end after the driver's session was left alone, by being killed.
    _processes: Vec<Process>,
}

/// A driver that listens, and what to ask it for.
struct Driver {
    port: u16,
    wanted: Capabilities,
    /// The driver, and what it needs, in the order in which they are to end.
    processes: Vec<Process>,
}

impl Browser {
    pub(super) async fn start(engine: Engine, wasm: bool, directory: &Path) -> Result<Self> {
        let Driver { port, wanted, processes } = tokio::task::block_in_place(|| match engine {
            Engine::Chromium => chromium::start(wasm, directory),
            Engine::Firefox => firefox::start(wasm, directory),
            Engine::WebKit => webkit::start(wasm, directory),
        })?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted)
            .await
            .with_context(|| format!("{engine:?} did not start: `tests/setup.sh` installs it"))?;
        // All processes are killed at the end: there is nobody to say goodbye to.
        driver.clone().leak()?;
        let process = ["goog:processID", "moz:processID"]
            .iter()
            .find_map(|name| driver.capabilities().get(name)?.as_i64())
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let browser = Self { driver, engine, process, _processes: processes };
        if engine == Engine::Chromium {
            browser.prefer_scheme("light").await?;
        }
        Ok(browser)
    }

    /// Which one it is.
    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// For what a page object does with it.
    pub(crate) fn driver(&self) -> &WebDriver {
        &self.driver
    }

    pub(crate) async fn open(&self, address: &str) -> Result<()> {
        self.driver.goto(address).await.with_context(|| format!("cannot open {address}"))
    }

    pub(crate) async fn address(&self) -> Result<String> {
        Ok(self.driver.current_url().await?.to_string())
    }

    pub(crate) async fn reload(&self) -> Result<()> {
        Ok(self.driver.refresh().await?)
    }

    pub(crate) async fn back(&self) -> Result<()> {
        Ok(self.driver.back().await?)
    }

    /// The tab in front.
    pub(crate) async fn tab(&self) -> Result<Tab> {
        Ok(self.driver.window().await?)
    }

    /// Opens a tab and brings it to the front.
    pub(crate) async fn new_tab(&self) -> Result<Tab> {
        let tab = self.driver.new_tab().await?;
        self.to_front(&tab).await?;
        Ok(tab)
    }

    /// Opens the page that is in front in another tab, with what this one keeps, and brings that to the front.
    pub(crate) async fn duplicate_tab(&self) -> Result<()> {
        let before = self.driver.windows().await?;
        self.run::<Option<()>>("open(location.href, '_blank')", Vec::new()).await?;
        let after = self.driver.windows().await?;
        let new = after.iter().find(|tab| !before.contains(tab)).context("no tab was opened")?;
        self.to_front(new).await
    }

    pub(crate) async fn to_front(&self, tab: &Tab) -> Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Closes the tab in front. Another must be brought there before anything else is done.
    pub(crate) async fn close_tab(&self) -> Result<()> {
        Ok(self.driver.close_window().await?)
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// Runs this as the body of a function in the page.
    pub(crate) async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T> {
        Ok(self.driver.execute(script, arguments).await?.convert()?)
    }

    /// Asks for a command of the Chrome DevTools Protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(self.engine == Engine::Chromium, "{:?} knows nothing of {command}", self.engine);
        Ok(self.driver.cdp().send_raw(command, parameters).await?)
    }

    /// The customer prefers `light` or `dark`; and no motion, because what moves can't be looked at reliably.
    pub(crate) async fn prefer_scheme(&self, scheme: &str) -> Result<()> {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// Makes the page so wide, in CSS pixels. A narrow one is a telephone's, where scrollbars take no room.
    pub(crate) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let parameters =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.devtools("Emulation.setDeviceMetricsOverride", parameters).await?;
        Ok(())
    }

    /// Takes a picture of a page so wide, from its top to some way below the survey.
    pub(crate) async fn picture(&self, width: u32, file: &Path) -> Result<()> {
        self.resize(width, 800).await?;
        let script = "return Math.ceil(scrollY + 40 +
            document.querySelector('hearback-survey').getBoundingClientRect().bottom)";
        let height: u32 = self.run(script, Vec::new()).await?;
        self.resize(width, height.max(800)).await?;
        // A window so high is painted in parts: what lies over the page comes last.
        let painted =
            "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(null)), 500))";
        self.run::<Option<()>>(painted, Vec::new()).await?;
        Ok(self.driver.screenshot(file).await?)
    }

    /// Takes a picture of all of a page so wide.
    pub(crate) async fn whole_page(&self, width: u32, file: &Path) -> Result<()> {
        let height: u32 = self.run("return document.scrollingElement.scrollHeight", Vec::new()).await?;
        self.resize(width, height).await?;
        let painted =
            "return new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(null)), 1000))";
        self.run::<Option<()>>(painted, Vec::new()).await?;
        Ok(self.driver.screenshot(file).await?)
    }

    /// Cuts this tab off from every network, or connects it again; see [`World::set_offline`](super::World::set_offline).
    pub(crate) async fn set_offline(&self, offline: bool) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        let parameters =
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", parameters).await?;
        Ok(())
    }

    /// What can be seen of the page, as it is now.
    pub(crate) async fn look(&self) -> Result<Picture> {
        Picture::read(&self.driver.screenshot_as_png().await?)
    }

    /// Errors in the console since it was last asked, and warnings of ours. The other engines' drivers tell nothing.
    pub(crate) async fn console(&self) -> Result<Vec<String>> {
        if self.engine != Engine::Chromium {
            return Ok(Vec::new());
        }
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.message.contains("Hearback"))
            .map(|entry| format!("{}: {}", entry.level, entry.message))
            .collect())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(process) = self.process {
            let _ = kill_process(process, Signal::KILL);
        }
    }
}
