//! WebKit: its small browser, its driver, and a display for them that nobody sees.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{Driver, Process};
use crate::world::collector::free_port;

const MISSING: &str = "WebKit, its driver or Xvfb is missing: `tests/setup.sh need_webkit` installs them";

pub(super) fn start(wasm: bool, directory: &Path) -> Result<Driver> {
    let (display, number) = start_display()?;
    let port = free_port()?;
    let mut driver = Process::start(
        Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{number}"))
            .env("GDK_BACKEND", "x11")
            .env("LANGUAGE", "en_GB")
            // The engine's own switch, which its processes inherit.
            .env("JSC_useWasm", if wasm { "1" } else { "0" })
            // Whatever it keeps goes with the story's directory.
            .envs(["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"].map(|name| (name, directory)))
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )
    .context(MISSING)?;
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(
            !driver.has_ended() && started.elapsed() < Duration::from_secs(20),
            "WebKitWebDriver does not listen"
        );
        std::thread::park_timeout(Duration::from_millis(10));
    }
    let options = json!({"binary": small_browser()?, "args": ["--automation"]});
    let wanted = json!({"webkitgtk:browserOptions": options});
    let wanted = wanted.as_object().cloned().unwrap_or_default().into();
    Ok(Driver { port, wanted, processes: vec![driver, display] })
}

/// Debian keeps it beside the library: /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser.
fn small_browser() -> Result<PathBuf> {
    std::fs::read_dir("/usr/lib")?
        .filter_map(|entry| Some(entry.ok()?.path().join("webkit2gtk-4.1/MiniBrowser")))
        .find(|path| path.is_file())
        .context(MISSING)
}

/// Starts a display; says which number it chose.
fn start_display() -> Result<(Process, u32)> {
    let mut display = Process::start(
        Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    )
    .context(MISSING)?;
    let mut number = String::new();
    BufReader::new(display.0.stdout.take().context("Xvfb has no output")?).read_line(&mut number)?;
    // Killed, it would leave a lock in /tmp.
    display.ends_by_itself();
    Ok((display, number.trim().parse().context("Xvfb did not start")?))
}
