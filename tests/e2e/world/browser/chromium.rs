//! Chromium and its driver.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities};

use super::{Driver, Process};

pub(super) fn start(wasm: bool, directory: &Path) -> Result<Driver> {
    let (chromedriver, port) = start_chromedriver(directory)?;
    let mut wanted = capabilities(directory)?;
    if !wasm {
        // As its enhanced security does it: what compiles nothing has no WebAssembly.
        wanted.add_arg("--js-flags=--jitless")?;
    }
    Ok(Driver { port, wanted: wanted.into(), processes: vec![chromedriver] })
}

fn capabilities(directory: &Path) -> Result<ChromeCapabilities> {
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
fn start_chromedriver(directory: &Path) -> Result<(Process, u16)> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut chromedriver = Process::start(
            Command::new("chromedriver")
                .args(["--port=0", "--log-level=SEVERE"])
                // What it leaves behind when it is killed goes with the story's directory.
                .env("TMPDIR", directory)
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
