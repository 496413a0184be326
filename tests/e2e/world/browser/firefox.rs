//! Firefox and its driver.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::{Driver, Process};
use crate::world::root;

/// As Chromium is told by its driver: light, no motion; and one language.
fn preferences(wasm: bool) -> serde_json::Value {
    json!({
        "javascript.options.wasm": wasm,
        "layout.css.prefers-color-scheme.content-override": 1,
        "ui.prefersReducedMotion": 1,
        "intl.accept_languages": "en-GB, en",
    })
}

pub(super) fn start(wasm: bool, directory: &Path) -> Result<Driver> {
    // The profile goes with the story's directory.
    let mut geckodriver = Process::start(
        Command::new(program())
            .args(["--port=0", "--websocket-port=0", "--profile-root"])
            .arg(directory)
            .env("TMPDIR", directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    )
    .context("Firefox's driver is missing: `tests/setup.sh need_firefox` installs it")?;
    let port = read_port(&mut geckodriver)?;
    let wanted = json!({"moz:firefoxOptions": {"args": ["-headless"], "prefs": preferences(wasm)}});
    let wanted = wanted.as_object().cloned().unwrap_or_default().into();
    Ok(Driver { port, wanted, processes: vec![geckodriver] })
}

/// The one that set-up has put beside the other tools, or any.
fn program() -> std::path::PathBuf {
    let ours = root().join("target/tools/bin/geckodriver");
    if ours.is_file() { ours } else { "geckodriver".into() }
}

/// Reads the port it chose from what it prints: `1730000000000 geckodriver INFO Listening on 127.0.0.1:41234`.
fn read_port(geckodriver: &mut Process) -> Result<u16> {
    let output = geckodriver.0.stdout.take().context("geckodriver has no output")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next() {
        if let Some((_, port)) = line?.split_once("Listening on 127.0.0.1:") {
            // Somebody must go on listening to it, or it ends when it says more.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(port.trim().parse()?);
        }
    }
    bail!("geckodriver ended before it was ready")
}
