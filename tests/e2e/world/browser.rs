//! A browser: Chromium without a window, driven through its driver.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::TypingData;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, WindowHandle};

use super::process::Process;

/// One tab of the browser.
pub(crate) type Tab = WindowHandle;

pub(crate) struct Browser {
    driver: WebDriver,
    process: Option<Pid>,
    // Ends after the driver's session was left alone, by being killed.
    _chromedriver: Process,
}

impl Browser {
    pub(super) async fn start(directory: &Path) -> Result<Self> {
        let (chromedriver, port) = tokio::task::block_in_place(start_chromedriver)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities(directory)?)
            .await
            .context("Chromium did not start: `tests/setup.sh need_chromium` installs it")?;
        // Both processes are killed at the end: there is nobody to say goodbye to.
        driver.clone().leak()?;
        let process = driver
            .capabilities()
            .get("goog:processID")
            .and_then(Value::as_i64)
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let browser = Self { driver, process, _chromedriver: chromedriver };
        browser.prefer_scheme("light").await?;
        Ok(browser)
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
        Ok(self.driver.screenshot(file).await?)
    }

    /// Cuts this tab off from every network, or connects it again.
    pub(crate) async fn set_offline(&self, offline: bool) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        let parameters =
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", parameters).await?;
        Ok(())
    }

    /// Errors in the console since it was last asked, and warnings of ours.
    pub(crate) async fn console(&self) -> Result<Vec<String>> {
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

fn capabilities(directory: &Path) -> Result<thirtyfour::ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB",
        "--window-size=1280,900",
    ] {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", directory.join("browser").display()))?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}

/// Starts a driver; says at which port it listens. A driver asks for a free port by one address family and then takes it in
/// both, and ends if another took it in between: then it is tried again.
fn start_chromedriver() -> Result<(Process, u16)> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut chromedriver = Process::start(
            Command::new("chromedriver")
                .args(["--port=0", "--log-level=SEVERE"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        )
        .context("Chromium and its driver are missing: `tests/setup.sh need_chromium` installs them")?;
        match read_port(&mut chromedriver) {
            Ok(port) => return Ok((chromedriver, port)),
            Err(error) if tries == 5 => return Err(error),
            Err(_) => {}
        }
    }
}

/// Reads the port it chose from what it prints: `ChromeDriver was started successfully on port 41234.`
fn read_port(chromedriver: &mut Process) -> Result<u16> {
    let output = chromedriver.0.stdout.take().context("chromedriver has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return Ok(port.trim_end_matches('.').parse()?);
        }
    }
    bail!("chromedriver ended before it was ready")
}
