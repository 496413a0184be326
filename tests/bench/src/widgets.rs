//! The same survey as drawn by Hearback, by posthog-js and by survey-js-ui, in Chromium on a slow network and a slow
//! processor: how long until its first question can be seen.
//!
//! `widgets.mjs` serves the rivals and drives the browser; the collector serves its own widget.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::Places;
use crate::fill;
use crate::process::{Server, free_address};
use crate::report::{Budget, figure, median, note, title};

/// What is compared with what.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Visits to each page
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// The directory node_modules with posthog-js, survey-core and survey-js-ui
    #[arg(long)]
    packages: PathBuf,
    /// Chromium, by its name or its path
    #[arg(long)]
    chromium: String,
    /// The script that drives the browser
    #[arg(long, default_value = "tests/bench/widgets.mjs")]
    script: PathBuf,
}

/// Ours, as the script calls it.
const OURS: &str = "hearback";

/// What is told of each visit, and its unit.
const MEASURES: [(&str, &str, &str); 4] = [
    ("drawn", "navigation to the first question drawn", "ms"),
    ("busy", "main thread busy until then", "ms"),
    ("bytes", "sent for it, heads and page included", "B"),
    ("requests", "requests, page included", ""),
];

/// Prints the medians of each widget; an error if ours is not the first to draw.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title(&format!(
        "Widgets: medians of {} visits each, in turn, nothing cached; processor 4 times slower, 1.6 Mbit/s, 150 ms",
        options.runs
    ));
    let visits = visits(places, options)?;
    let of = |widget: &str, measure: &str| {
        let own = visits.iter().filter(|visit| visit["widget"] == widget);
        median(own.filter_map(|visit| visit[measure].as_f64()))
    };
    let mut widgets: Vec<&str> = Vec::new();
    for name in visits.iter().filter_map(|visit| visit["widget"].as_str()) {
        if !widgets.contains(&name) {
            widgets.push(name);
        }
    }
    for (measure, name, unit) in MEASURES {
        note(&format!("{name}:"));
        let ours = of(OURS, measure);
        for widget in &widgets {
            let value = of(widget, measure);
            figure(&format!("  {widget} ({:.2} times ours)", value / ours), value, unit, Budget::None);
        }
    }
    let ours = of(OURS, "drawn");
    let typical = visits.iter().find(|visit| visit["widget"] == OURS && visit["drawn"] == ours);
    note("what Hearback loaded in the visit that took the median time:");
    for line in typical.and_then(|visit| visit["waterfall"].as_array()).into_iter().flatten() {
        note(&format!("  {}", line.as_str().unwrap_or_default()));
    }
    let first = widgets.iter().filter(|widget| **widget != OURS).all(|widget| ours < of(widget, "drawn"));
    ensure!(first, "Hearback is not the first to draw");
    Ok(())
}

/// Lets the script visit every page.
fn visits(places: &Places, options: &Options) -> anyhow::Result<Vec<Value>> {
    let (directory, filling) = fill::fresh(places, "widgets")?;
    let pages = free_address()?;
    filling.put_on_pages_of(&format!("http://{pages}"))?;
    // The visit that warms up needs one too.
    let tokens: Vec<String> =
        filling.invite(0, options.runs + 1)?.iter().map(|token| token.reveal().to_string()).collect();
    filling.close();
    let server = Server::collector(places, &directory)?;
    let told = json!({
        "port": pages.port(),
        "collector": format!("http://{}", server.address),
        "packages": options.packages,
        "runs": options.runs,
        "tokens": tokens,
        "chromium": options.chromium,
    });
    let output = Command::new("node")
        .arg(&options.script)
        .arg(told.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start node")?;
    ensure!(output.status.success(), "{} failed with {}", options.script.display(), output.status);
    server.stop()?;
    fs::remove_dir_all(directory)?;
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Ok(lines.map(serde_json::from_slice).collect::<Result<_, _>>()?)
}
