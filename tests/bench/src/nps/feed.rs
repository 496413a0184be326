//! The rows: into the facts, and into a file for the rivals.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use hearback::domain::organisation::Organisation;
use hearback::facts::Facts;
use jiff::Timestamp;

use crate::rows::{self, Rows};

/// Rows made before they are fed: few enough to stay in the processor's cache, as a response just stored is.
const BATCH: usize = 512;

/// Makes the rows, feeds them, and writes them to a file as well. The time is that of feeding alone.
pub(super) fn feed(count: usize, csv: Option<&Path>) -> anyhow::Result<(Facts, Duration)> {
    let facts = Facts::default();
    let survey = rows::survey()?;
    let mut rows = Rows::new(count)?;
    let mut batch = vec![Rows::blank()?; BATCH];
    let mut file = match csv {
        Some(path) => Some(BufWriter::with_capacity(1 << 20, File::create(path)?)),
        None => None,
    };
    if let Some(file) = &mut file {
        writeln!(file, "{}", rows::head())?;
    }
    let mut fed = Duration::ZERO;
    let mut lines = String::new();
    for from in (0..count).step_by(BATCH) {
        let batch = &mut batch[..BATCH.min(count - from)];
        for (n, response) in batch.iter_mut().enumerate() {
            rows.fill(from + n, response)?;
        }
        let started = Instant::now();
        for (n, response) in batch.iter().enumerate() {
            facts.apply((from + n) as u64, response, Some(&survey));
        }
        fed += started.elapsed();
        if let Some(file) = &mut file {
            lines.clear();
            batch.iter().try_for_each(|response| rows::line(response, &mut lines))?;
            file.write_all(lines.as_bytes())?;
        }
    }
    if let Some(mut file) = file {
        file.flush()?;
    }
    Ok((facts, fed))
}

/// Who was where when, as a CSV.
pub(super) fn memberships(organisation: &Organisation) -> String {
    let mut csv = "agent,team,since,until\n".to_owned();
    // Before and after all rows.
    let moment = |at: Timestamp| at.clamp(Timestamp::UNIX_EPOCH, Timestamp::constant(4_000_000_000, 0));
    for (agent, stays) in organisation.stays("team") {
        for stay in stays {
            // Writing to a string does not fail.
            let _ = writeln!(csv, "{agent},{},{},{}", stay.unit, moment(stay.from), moment(stay.to));
        }
    }
    csv
}
