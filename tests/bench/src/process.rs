//! A server as a process of its own: started, looked at from outside, ended.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::{Places, http};

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(600);

/// A running server. Ended when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took until it answered.
    pub(crate) start: Duration,
}

impl Server {
    /// The collector over this directory, ready to take answers.
    pub(crate) fn collector(places: &Places, directory: &Path) -> anyhow::Result<Self> {
        Self::collector_with(places, directory, &[])
    }

    /// The same with these flags.
    pub(crate) fn collector_with(places: &Places, directory: &Path, flags: &[&str]) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(&places.hearback);
        command
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .arg("--directory")
            .arg(directory)
            .args(["--min-free-percent", "0"])
            // All of it comes from one address, and with one key.
            .args(["--limit-address-per-second", "0", "--limit-key-per-second", "0"])
            .args(flags)
            .stderr(File::create(places.work.join("hearback.log"))?);
        Self::start(command, address, "/readyz")
    }

    /// This program itself, answering `body` to everything.
    pub(crate) fn constant(body: &Path) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["constant", "--listen", &address.to_string()]).arg("--body").arg(body);
        Self::start(command, address, "/")
    }

    fn start(mut command: Command, address: SocketAddr, probe: &str) -> anyhow::Result<Self> {
        let started = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut server = Self { child, address, start: Duration::ZERO };
        while http::get(address, probe, &[]).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}; see hearback.log");
            }
            ensure!(started.elapsed() < PATIENCE, "the server did not start");
            pause(Duration::from_millis(2));
        }
        server.start = started.elapsed();
        Ok(server)
    }

    /// Memory that is its own and in use, bytes.
    pub(crate) fn resident_bytes(&self) -> anyhow::Result<u64> {
        resident_bytes(&self.child.id().to_string())
    }

    /// The most memory that was in use since [`Self::forget_peak`], bytes.
    pub(crate) fn peak_bytes(&self) -> anyhow::Result<u64> {
        peak_bytes(&self.child.id().to_string())
    }

    /// Takes the memory that is in use now for the most.
    pub(crate) fn forget_peak(&self) -> anyhow::Result<()> {
        // proc(5): 5 resets the peak resident set size.
        Ok(fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Processor time used so far, seconds.
    pub(crate) fn processor_seconds(&self) -> anyhow::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Behind the name, which may hold anything, the 12th and 13th: user and system time in hundredths (proc(5)).
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
        let ticks = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(ticks as f64 / 100.0)
    }

    /// Stops it as an operator would, and waits until it has finished.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        ensure!(
            Command::new("kill").args(["-TERM", &id]).status()?.success(),
            "the server cannot be stopped"
        );
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory of a process, or of this one by the name `self`.
pub(crate) fn resident_bytes(process: &str) -> anyhow::Result<u64> {
    memory(process, "VmRSS:")
}

/// The most memory that a process has had, bytes.
pub(crate) fn peak_bytes(process: &str) -> anyhow::Result<u64> {
    memory(process, "VmHWM:")
}

fn memory(process: &str, name: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.with_context(|| format!("no {name} in /proc"))?.parse::<u64>()? * 1024)
}

/// An address that nothing listens at.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Lets time pass. Nothing else runs on this thread.
pub(crate) fn pause(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}

/// A process that ends with the measurement.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
