//! Mails handed to a mail server on the same machine: how many a second, and how soon after they are asked for.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::process::{Ended, Server, pause};
use crate::report::{Budget, figure, quantile, title};
use crate::{Places, fill, http};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Python with aiosmtpd
    #[arg(long)]
    python: PathBuf,
    /// Mails that wait when the collector starts
    #[arg(long, default_value_t = 5000)]
    waiting: usize,
    /// Mails asked for one after the other
    #[arg(long, default_value_t = 200)]
    single: usize,
}

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Prints mails a second from a full outbox, and the time from asking for one until the server's log has it.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title("Mails, the built-in one, handed to aiosmtpd on the same machine by four connections");
    let log = places.work.join("mails-received");
    let _ = fs::remove_dir_all(&log);
    fs::create_dir_all(&log)?;
    let (_server, port) = mail_server(&options.python, &log)?;
    let (directory, filling) = fill::fresh(places, "mails")?;
    filling.mail(options.waiting)?;
    let key = filling.key()?;
    filling.close();

    let url = format!("smtp://localhost:{port}");
    let smtp = ["--smtp-server", &url, "--smtp-tls", "none", "--smtp-from", "feedback@company.example"];
    let flags = [&smtp[..], &["--smtp-per-second", "10000"]].concat();
    let server = Server::collector_with(places, &directory, &flags)?;
    let received = || fs::read_to_string(log.join("log")).map_or(0, |log| log.lines().count());
    let wait_for = |mails: usize| {
        let begun = Instant::now();
        while received() < mails {
            ensure!(begun.elapsed() < PATIENCE, "only {} of {mails} mails came", received());
            pause(Duration::from_millis(1));
        }
        Ok(())
    };
    // Not the start: it is measured how it goes on.
    let first = options.waiting / 10;
    wait_for(first)?;
    let (begun, before) = (Instant::now(), received());
    wait_for(options.waiting)?;
    let rate = (received() - before) as f64 / begun.elapsed().as_secs_f64();
    figure("mails handed over", rate, "/s", Budget::AtLeast(300.0));

    let mut delays = Vec::with_capacity(options.single);
    for n in 0..options.single {
        let before = received();
        let begun = Instant::now();
        let body = format!(
            "{{\"survey\":\"support\",\"invitations\":[{{\"customer\":\"S-{n}\",\"email\":\"s{n}@customer.example\",\"mail\":\"invitation\"}}]}}"
        );
        http::post(server.address, "/v1/invitations", &key, &body)?;
        wait_for(before + 1)?;
        delays.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    figure(
        "from asking for one until it is taken: half within",
        quantile(delays.clone(), 0.5),
        "ms",
        Budget::None,
    );
    figure("  95 of 100 within", quantile(delays, 0.95), "ms", Budget::AtMost(1000.0));
    server.stop()?;
    fs::remove_dir_all(&directory)?;
    Ok(fs::remove_dir_all(&log)?)
}

fn mail_server(python: &Path, directory: &Path) -> anyhow::Result<(Ended, String)> {
    let mut command = Command::new(python);
    command.arg("tests/smtp.py").arg(directory).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.spawn().context("no mail server: tests/setup.sh need_smtp")?;
    let out = server.stdout.take().context("it prints nothing")?;
    let mut port = String::new();
    BufReader::new(out).read_line(&mut port)?;
    Ok((Ended(server), port.trim().to_owned()))
}
