//! How long a start takes over a directory with many responses: from the snapshot, after a kill, without a snapshot from the
//! sheets in the store, and from the records alone.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hearback::store::Opening;

use crate::Places;
use crate::fill;
use crate::http;
use crate::process::{Server, pause};
use crate::report::{Budget, figure, median, note, title};
use crate::rows::ATTRIBUTES;

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Responses; the budgets are those of ten million, and less in proportion
    #[arg(long, env = "BENCH_START", default_value_t = 10_000_000)]
    rows: usize,
    /// Starts of each kind
    #[arg(long, default_value_t = 3)]
    starts: usize,
}

/// Budgets, seconds for each million responses.
const FROM_SNAPSHOT: f64 = 0.3;
const FROM_EVERYTHING: f64 = 1.5;

/// Longer than writing the sheets takes.
const PATIENCE: Duration = Duration::from_secs(600);

/// Prints the times.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let Options { rows, starts } = *options;
    title(&format!(
        "Start with {rows} responses with {} attributes, each with its invitation",
        ATTRIBUTES.len()
    ));
    let places = Places { customers: rows, ..places.clone() };
    let directory = fill::customers(&places)?;
    let snapshot = directory.join("facts.snapshot");
    forget_sheets(&directory)?;
    // The first start reads the log of everything that was written since the store was opened last.
    let first = Server::collector(&places, &directory)?;
    note(&format!("the first start after filling took {:.1} s", first.start.as_secs_f64()));
    let begun = Instant::now();
    let log = places.work.join("hearback.log");
    while !fs::read_to_string(&log)?.contains("sheets written") {
        ensure!(begun.elapsed() < PATIENCE, "no sheets were written");
        pause(Duration::from_millis(100));
    }
    note(&format!(
        "snapshot and sheets were written beside it within {:.1} s",
        begun.elapsed().as_secs_f64()
    ));
    first.stop()?;
    ensure!(snapshot.exists(), "no snapshot was written at the stop");

    let budget = |seconds: f64| Budget::AtMost(seconds * rows as f64 / 1e6);
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let measure = |before: &dyn Fn() -> anyhow::Result<()>, kill: bool| {
        let (mut seconds, mut resident) = (Vec::new(), 0);
        for _ in 0..starts {
            before()?;
            let server = Server::collector(&places, &directory)?;
            seconds.push(server.start.as_secs_f64());
            resident = server.resident_bytes()?;
            ensure_counted(&server, rows)?;
            // Dropped, it is killed.
            if !kill {
                server.stop()?;
            }
        }
        anyhow::Ok((median(seconds), megabytes(resident)))
    };

    let (seconds, resident) = measure(&|| Ok(()), false)?;
    figure("start until /readyz answers, from the snapshot", seconds, "s", budget(FROM_SNAPSHOT));
    figure("  resident", resident, "MB", Budget::None);
    figure("  snapshot", megabytes(fs::metadata(&snapshot)?.len()), "MB", Budget::None);
    let (seconds, _) = measure(&|| Ok(()), true)?;
    figure("start until /readyz answers, after a kill", seconds, "s", budget(FROM_SNAPSHOT));
    let (seconds, resident) = measure(&|| remove(&snapshot), false)?;
    figure("start until /readyz answers, without a snapshot", seconds, "s", budget(FROM_EVERYTHING));
    figure("  resident", resident, "MB", Budget::None);
    let nothing_but_records = || remove(&snapshot).and_then(|()| forget_sheets(&directory));
    let (seconds, resident) = measure(&nothing_but_records, false)?;
    figure("start until /readyz answers, from the records alone", seconds, "s", Budget::None);
    figure("  resident", resident, "MB", Budget::None);
    Ok(())
}

fn remove(snapshot: &Path) -> anyhow::Result<()> {
    fs::remove_file(snapshot).context("there was no snapshot")
}

/// As if they had never been written.
fn forget_sheets(directory: &Path) -> anyhow::Result<()> {
    let store = Opening::begin(&fill::options(directory))?.start(Box::new(|_| {}))?;
    store.forget_sheets()?;
    store.close();
    drop(store);
    // What the database has under way holds the directory for a while after that: seconds, if it is large.
    let begun = Instant::now();
    while holds(directory)? {
        ensure!(begun.elapsed() < PATIENCE, "the directory is not let go of");
        pause(Duration::from_millis(50));
    }
    Ok(())
}

/// Whether this process has a file open in a directory.
fn holds(directory: &Path) -> anyhow::Result<bool> {
    let directory = directory.canonicalize()?;
    let mut opened = fs::read_dir("/proc/self/fd")?.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    Ok(opened.any(|path| path.starts_with(&directory)))
}

/// A start that counts nothing is quick. Other sections may have added responses.
fn ensure_counted(server: &Server, rows: usize) -> anyhow::Result<()> {
    let metrics = String::from_utf8(http::get(server.address, "/metrics", &[])?.body)?;
    let line = metrics.lines().find_map(|line| line.strip_prefix("hearback_responses "));
    let counted: f64 = line.context("no number of responses")?.trim().parse()?;
    ensure!(counted as usize >= rows, "{counted} responses were counted, not {rows}");
    Ok(())
}
