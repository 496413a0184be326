//! Memory of a collector that has nothing to do, and how long it takes to start.

use std::fs;
use std::time::Duration;

use crate::Places;
use crate::fill::{self, Filling};
use crate::http;
use crate::process::{Server, pause};
use crate::report::{Budget, figure, median, note, title};
use crate::sizes;

/// Time for what runs at the start to end.
const SETTLE: Duration = Duration::from_secs(3);

/// Prints resident memory and starting times.
pub(crate) fn measure(places: &Places) -> anyhow::Result<()> {
    title("Memory and start");
    let (directory, filling) = fill::fresh(places, "memory")?;
    let tokens = filling.invite(0, 1)?;
    filling.close();
    let server = Server::collector(places, &directory)?;
    pause(SETTLE);
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    figure("resident, 3 s after the start", megabytes(server.resident_bytes()?), "MB", Budget::AtMost(25.0));
    for (_, path) in sizes::paths(&server, &tokens[0].reveal())? {
        http::get(server.address, &path, &["accept-encoding: br"])?;
    }
    figure("resident, a form was opened", megabytes(server.resident_bytes()?), "MB", Budget::AtMost(25.0));
    server.stop()?;

    let mut starts = Vec::new();
    for _ in 0..5 {
        let server = Server::collector(places, &directory)?;
        starts.push(server.start.as_secs_f64() * 1000.0);
        server.stop()?;
    }
    fs::remove_dir_all(directory)?;
    figure("start until /readyz answers, empty directory", median(starts), "ms", Budget::None);

    let directory = fill::customers(places)?;
    // Opened and closed in order, as an operator's restart would find it.
    Filling::open(places, &directory)?.close();
    let server = Server::collector(places, &directory)?;
    note(&format!("{} customers, each with one response:", places.customers));
    figure("  resident after the start", megabytes(server.resident_bytes()?), "MB", Budget::None);
    let bytes = files_bytes(&directory.join("store"))?;
    figure("  on the disk", megabytes(bytes), "MB", Budget::None);
    server.stop()
}

fn files_bytes(directory: &std::path::Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { files_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(sum)
}
