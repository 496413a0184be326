//! What is measured on: figures from two machines cannot be compared without it.

use std::fs::{self, File};
use std::io::Write;
use std::time::Instant;

use crate::Places;
use crate::report::{note, quantile, title};

/// Prints processors, memory and how long the disk takes to keep 4 KiB for good.
pub(crate) fn print(places: &Places) -> anyhow::Result<()> {
    let read = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim_start_matches([' ', '\t', ':']).to_owned()
    };
    let cores = std::thread::available_parallelism()?;
    let kilobytes: u64 = read("/proc/meminfo", "MemTotal:").split(' ').next().map_or(Ok(0), str::parse)?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let micros = sync_micros(places)?;
    title("Machine");
    note(&format!(
        "{cores} processors ({}), {} GiB memory, load before: {}",
        read("/proc/cpuinfo", "model name"),
        kilobytes >> 20,
        load.split(' ').next().unwrap_or_default(),
    ));
    note(&format!(
        "fdatasync of 4 KiB appended: median {:.0} µs, p99 {:.0} µs",
        quantile(micros.clone(), 0.5),
        quantile(micros, 0.99),
    ));
    Ok(())
}

fn sync_micros(places: &Places) -> anyhow::Result<Vec<f64>> {
    let path = places.work.join("sync");
    let mut file = File::create(&path)?;
    let mut micros = Vec::new();
    for _ in 0..500 {
        file.write_all(&[0x5a; 4096])?;
        let started = Instant::now();
        file.sync_data()?;
        micros.push(started.elapsed().as_secs_f64() * 1e6);
    }
    fs::remove_file(path)?;
    Ok(micros)
}
