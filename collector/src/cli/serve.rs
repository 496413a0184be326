//! `serve` and `check-config`.

use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

pub(super) async fn serve(settings: Settings) -> anyhow::Result<()> {
    start_log(&settings)?;
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!(
            "cannot listen on {}: is another collector running? (--listen chooses another address)",
            settings.listen
        )
    })?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    crate::run(listener, settings, wall_clock(), stop).await
}

/// The clock of the machine.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock; all else is given the time"
)]
pub(super) fn wall_clock() -> crate::http::Clock {
    Arc::new(jiff::Timestamp::now)
}

fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log).with_context(|| format!("log is {:?}", settings.log))?;
    let color = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(color);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}

pub(super) fn check(settings: &Settings) -> anyhow::Result<()> {
    // As a settings file would say it.
    println!("{}", toml::to_string_pretty(settings)?);
    EnvFilter::try_new(&settings.log).with_context(|| format!("log is {:?}", settings.log))?;
    std::net::TcpListener::bind(settings.listen)
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    std::fs::create_dir_all(&settings.directory)
        .with_context(|| format!("cannot make the directory {}", settings.directory.display()))?;
    tempfile_in(&settings.directory)
        .with_context(|| format!("cannot write in the directory {}", settings.directory.display()))?;
    println!("These settings work.");
    Ok(())
}

fn tempfile_in(directory: &std::path::Path) -> std::io::Result<()> {
    let path = directory.join(".check-config");
    std::fs::write(&path, b"")?;
    std::fs::remove_file(&path)
}
