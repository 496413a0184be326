//! The collector: the real program, its own directory, one port.

use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail, ensure};

use super::process::Process;
use super::{root, until};

pub(crate) struct Collector {
    program: PathBuf,
    directory: PathBuf,
    log: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl Collector {
    /// Finds the program and a port; starts nothing.
    pub(super) fn new(directory: &Path) -> Result<Self> {
        let program = std::env::var_os("HEARBACK_BIN").map_or_else(default_program, PathBuf::from);
        ensure!(
            program.is_file(),
            "there is no collector at {}: `tests/setup.sh build_widget`, then `cargo build --bin hearback`, make it",
            program.display()
        );
        Ok(Self {
            program,
            directory: directory.join("data"),
            log: directory.join("collector.log"),
            port: free_port()?,
            process: None,
        })
    }

    /// Where it is, as pages name it.
    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it, with these flags besides, and waits until it answers. (Whether it takes answers is another question:
    /// with a full disk it doesn't.)
    pub(crate) async fn start(&mut self, flags: &[&str]) -> Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--log", "info,hearback=debug", "--cache-mib", "16"])
            // One customer is a group here.
            .args(["--limit-smallest-group", "0"])
            .arg("--directory")
            .arg(&self.directory)
            .stdout(Stdio::null())
            .stderr(log);
        // Flags given later don't go before the same ones given earlier: clap refuses them.
        if !flags.contains(&"--min-free-mib") {
            command.args(["--min-free-mib", "16"]);
        }
        command.args(["--min-free-percent", "0"]).args(flags);
        let mut process = Process::start(&mut command)?;
        let alive = format!("{}/healthz", self.origin());
        until("the collector to start", async || {
            let answered = reqwest::get(&alive).await;
            Ok((process.has_ended() || answered?.status().is_success()).then_some(()))
        })
        .await?;
        if process.has_ended() {
            bail!("the collector did not start:\n{}", self.log());
        }
        self.process = Some(process);
        let loader = reqwest::get(format!("{}/hearback.js", self.origin())).await?;
        ensure!(
            loader.status().is_success(),
            "the collector was built without the widget: run `tests/setup.sh build_widget`, then `cargo build --bin hearback`"
        );
        Ok(())
    }

    /// Kills it at once; what it has not put on disk by now is lost.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Kills it and starts it again, with these flags.
    pub(crate) async fn restart(&mut self, flags: &[&str]) -> Result<()> {
        self.kill();
        self.start(flags).await
    }

    /// Runs a command of the same program on the same directory; returns what it prints.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Result<String> {
        let output = tokio::process::Command::new(&self.program)
            .args(arguments)
            .arg("--directory")
            .arg(&self.directory)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        ensure!(
            output.status.success(),
            "hearback {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).context("what hearback printed is not UTF-8")
    }

    /// Where it keeps everything.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

fn default_program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("debug/hearback")
}

/// A port below those that outgoing connections take: it stays free while the collector is down. Never the same twice in
/// one process, nor, as a rule, in two that run side by side.
pub(super) fn free_port() -> Result<u16> {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() * 7 + GIVEN.fetch_add(1, Ordering::Relaxed);
    (0..1000)
        .map(|tries| 20_000 + ((first + tries) % 10_000) as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .context("no port is free")
}
