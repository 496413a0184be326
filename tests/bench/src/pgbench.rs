//! The rival of submissions: PostgreSQL, which inserts the same row and keeps the customer's last score in one statement,
//! a transaction of its own, and acknowledges it when it is on the disk.
//!
//! It is spared HTTP, JSON and the check of the invitation. Where its server is, its own variables say: `PGHOST`, `PGPORT`…

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::Places;
use crate::report::{note, quantile};

/// A database that is ready to be measured.
pub(crate) struct Pgbench {
    script: PathBuf,
}

/// What came of a run.
pub(crate) struct Outcome {
    /// Transactions a second.
    pub(crate) rate: f64,
    /// The time that half of them took at most, milliseconds.
    pub(crate) p50: f64,
    /// The time that 99 of 100 took at most, milliseconds.
    pub(crate) p99: f64,
}

impl Pgbench {
    /// Makes the tables.
    pub(crate) fn prepare(places: &Places) -> anyhow::Result<Self> {
        let script = places.work.join("row.sql");
        fs::write(&script, include_str!("row.sql"))?;
        psql(include_str!("schema.sql"))?;
        let settings = psql(
            "SELECT version(), current_setting('fsync'), current_setting('synchronous_commit'), current_setting('shared_buffers')",
        )?;
        let settings: Vec<&str> = settings.trim().split('|').collect();
        if let [version, fsync, synchronous, buffers] = settings[..] {
            let version = version.split(" on ").next().unwrap_or_default();
            note(&format!(
                "{version}: fsync {fsync}, synchronous_commit {synchronous}, shared_buffers {buffers}"
            ));
        }
        Ok(Self { script })
    }

    /// Inserts for this long.
    pub(crate) fn run(&self, places: &Places, clients: usize, time: Duration) -> anyhow::Result<Outcome> {
        let log = places.work.join("pgbench");
        fs::create_dir_all(&log)?;
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--log"])
            .arg(format!("--client={clients}"))
            .arg(format!("--jobs={}", clients.min(2)))
            .arg(format!("--time={}", time.as_secs()))
            .arg(format!("--log-prefix={}", log.join("log").display()))
            .arg(format!("--file={}", self.script.display()))
            .output()
            .context("cannot start pgbench")?;
        ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8_lossy(&output.stdout);
        let rate = printed.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rate| rate.split(' ').next());
        let times = read_times(&log)?;
        fs::remove_dir_all(&log)?;
        Ok(Outcome {
            rate: rate.context("pgbench tells no tps")?.parse()?,
            p50: quantile(times.iter().copied(), 0.5),
            p99: quantile(times, 0.99),
        })
    }
}

/// How long each transaction took, milliseconds: the third column of pgbench's logs, one for each of its threads.
fn read_times(log: &Path) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for file in fs::read_dir(log)? {
        for line in fs::read_to_string(file?.path())?.lines() {
            let micros = line.split(' ').nth(2).context("a short line in pgbench's log")?;
            times.push(micros.parse::<f64>()? / 1000.0);
        }
    }
    Ok(times)
}

fn psql(command: &str) -> anyhow::Result<String> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
        .args(["--command", command])
        .output()
        .context("cannot start psql")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "psql failed: {errors}");
    Ok(String::from_utf8(output.stdout)?)
}
