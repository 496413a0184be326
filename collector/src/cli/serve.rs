//! `serve` and `check-config`.

use std::io::{ErrorKind, IsTerminal};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rustix::fs::Access;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

pub(super) async fn serve(settings: Settings) -> anyhow::Result<()> {
    start_log(&settings)?;
    crate::work::check(&settings.smtp)?;
    crate::work::webhooks::check(&settings.webhooks)?;
    raise_open_files();
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

/// Each connection is an open file, and so is the database: the limit that most systems begin with is low, and a process
/// may raise it as far as its operator allows.
fn raise_open_files() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = rustix::process::setrlimit(rustix::process::Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
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
    crate::work::check(&settings.smtp)?;
    crate::work::webhooks::check(&settings.webhooks)?;
    check_directory(&settings.directory)?;
    let directory = settings.directory.display();
    if UnixStream::connect(crate::socket_path(&settings.directory)).is_ok() {
        println!("A collector runs in {directory}: whether {} is free was not tried.", settings.listen);
    } else {
        std::net::TcpListener::bind(settings.listen)
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
    }
    if !settings.directory.exists() {
        println!("The directory {directory} is not there yet: `hearback serve` makes it.");
    }
    println!("These settings work.");
    Ok(())
}

/// Whether the directory can be written in, or made. Nothing is changed.
fn check_directory(directory: &Path) -> anyhow::Result<()> {
    let name = directory.display();
    let above = directory.ancestors().map(|path| if path == Path::new("") { Path::new(".") } else { path });
    for path in above {
        let what = if path == directory {
            format!("cannot write in the directory {name}")
        } else {
            format!("cannot make the directory {name} in {}", path.display())
        };
        match std::fs::metadata(path) {
            Ok(found) => {
                anyhow::ensure!(found.is_dir(), "{what}: {} is not a directory", path.display());
                return rustix::fs::access(path, Access::WRITE_OK | Access::EXEC_OK).context(what);
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error).context(what),
        }
    }
    anyhow::bail!("cannot make the directory {name}")
}
