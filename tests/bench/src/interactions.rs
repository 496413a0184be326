//! A CSV of interactions told to a running collector: who is asked is decided row by row, and the links come back.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::process::{Ended, Server, pause, peak_bytes};
use crate::report::{Budget, figure, note, title};
use crate::{Places, fill};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Rows; the budget is that of a million, and less in proportion
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
}

/// Seconds for a million rows.
const BUDGET: f64 = 60.0;

/// One rule that asks everybody, and what is looked at in each decision.
const ASKING: &str = "[quiet]\ndays = 30\nper_year = 4\n\n[[rule]]\nname = \"all\"\nsurvey = \"support\"\noutcome = \"resolved\"\n";

/// Prints how long the command takes, and the memory of both processes at a tenth of the rows and at the end.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let rows = options.rows;
    title(&format!("A CSV of {rows} interactions, of as many customers, all of whom are asked"));
    let (directory, filling) = fill::fresh(places, "interactions")?;
    filling.close();
    let (csv, asking) = (directory.join("interactions.csv"), directory.join("asking.toml"));
    write_rows(&csv, rows)?;
    fs::write(&asking, ASKING)?;
    let server = Server::collector(places, &directory)?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&places.hearback);
        command.args(arguments).arg("--directory").arg(&directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let pushed = command(&["asking", "push", path(&asking)?]).status()?;
    ensure!(pushed.success(), "the asking document was not taken");

    let links = directory.join("links.csv");
    let begun = Instant::now();
    let told = command(&["interactions", "--csv", path(&csv)?, "--out", path(&links)?]).spawn()?;
    let mut told = Ended(told);
    let tenth = fs::metadata(&csv)?.len() / 10;
    let (mut early, mut latest) = (None, 0);
    let status = loop {
        latest = peak_bytes(&told.0.id().to_string()).unwrap_or(latest);
        if early.is_none() && fs::metadata(&links).is_ok_and(|links| links.len() > tenth) {
            early = Some((latest, server.resident_bytes()?));
        }
        if let Some(status) = told.0.try_wait()? {
            break status;
        }
        pause(Duration::from_millis(20));
    };
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(status.success(), "not all rows were told");
    let links = fs::read_to_string(&links)?;
    let with_links = links.lines().filter(|line| line.contains("?t=")).count();
    ensure!(with_links == rows, "{with_links} of {rows} rows have links");

    figure(
        "all rows decided and their links written",
        seconds,
        "s",
        Budget::AtMost(BUDGET * rows as f64 / 1e6),
    );
    figure("  rows", rows as f64 / seconds, "/s", Budget::None);
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    if let Some((command, collector)) = early {
        note(&format!(
            "memory after a tenth: command {:.0} MB, collector {:.0} MB",
            megabytes(command),
            megabytes(collector)
        ));
    }
    figure("  memory of the command, most", megabytes(latest), "MB", Budget::None);
    figure("  memory of the collector, at the end", megabytes(server.resident_bytes()?), "MB", Budget::None);
    server.stop()?;
    Ok(fs::remove_dir_all(&directory)?)
}

fn write_rows(path: &Path, rows: usize) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "id,customer,outcome,email,first_name,agent,region,product")?;
    for n in 0..rows {
        let (region, product, agent) = (n % 8, n % 12, n % 2000);
        writeln!(
            file,
            "call-{n},B-{n},resolved,b{n}@customer.example,Ana,agent-{agent},region-{region},product-{product}"
        )?;
    }
    Ok(file.flush()?)
}

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a directory whose name is not UTF-8")
}
