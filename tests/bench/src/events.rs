//! From a response, as it is sent, to its event on the live stream, with many listeners.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::load::{self, Load};
use crate::process::Server;
use crate::report::{Budget, figure, note, quantile, title};
use crate::stamps::{ages, stamped};
use crate::submissions::Tokens;
use crate::{Places, fill};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Listeners, each of which hears of everything
    #[arg(long, default_value_t = 1000)]
    listeners: usize,
    /// Responses a second
    #[arg(long, value_delimiter = ',', default_values_t = [5, 20])]
    rates: Vec<usize>,
    /// Seconds at each rate
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

/// How long the last event may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Prints how long it takes until a listener hears of a response.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let listeners = options.listeners;
    title(&format!("The live stream: from sending a response to its event, {listeners} listeners"));
    let (directory, filling) = fill::fresh(places, "events")?;
    let most: usize = options.rates.iter().map(|rate| rate * (options.seconds as usize + 2) + 100).sum();
    let mut tokens = Tokens::of(filling.invite(0, most)?);
    let key = filling.key()?;
    filling.close();
    let flags = ["--limit-streams", &listeners.to_string()];
    let server = Server::collector_with(places, &directory, &flags)?;
    for &rate in &options.rates {
        let time = Duration::from_secs(options.seconds);
        let epoch = Instant::now();
        let heard = listen(server.address, &key, listeners, epoch)?;
        let load = Load {
            address: server.address,
            connections: 16.min(rate),
            status: "201",
            pace: Some(rate as f64),
            next: stamped(tokens.take(rate * (time.as_secs() as usize + 2) + 16).requests(), epoch),
        };
        let before = server.processor_seconds()?;
        let outcome = load::run(vec![load], time)?.pop().context("nothing was measured")?;
        let used = server.processor_seconds()? - before;
        let delays = heard.finish(outcome.answers * listeners)?;
        note(&format!("{rate} responses a second: {} events a second are heard", rate * listeners));
        figure("  response to event: half within", quantile(delays.clone(), 0.5), "ms", Budget::None);
        figure("  95 of 100 within", quantile(delays.clone(), 0.95), "ms", Budget::AtMost(50.0));
        figure("  99 of 100 within", quantile(delays, 0.99), "ms", Budget::None);
        let each = used * 1e6 / (outcome.answers * listeners) as f64;
        figure("  the collector's processor time for one event heard", each, "µs", Budget::None);
    }
    figure("memory", server.resident_bytes()? as f64 / 1048576.0, "MiB", Budget::None);
    server.stop()?;
    Ok(std::fs::remove_dir_all(&directory)?)
}

/// Listeners, on a thread of their own.
struct Heard {
    delays: mpsc::Receiver<f64>,
    stop: tokio::sync::watch::Sender<bool>,
    thread: std::thread::JoinHandle<anyhow::Result<()>>,
}

impl Heard {
    /// Waits until so many events were heard, and gives how long each took.
    fn finish(self, events: usize) -> anyhow::Result<Vec<f64>> {
        let mut delays = Vec::with_capacity(events);
        while delays.len() < events {
            let delay = self.delays.recv_timeout(PATIENCE);
            delays.push(delay.with_context(|| format!("only {} of {events} were heard", delays.len()))?);
        }
        self.stop.send_replace(true);
        self.thread.join().map_err(|_| anyhow::anyhow!("a listener panicked"))??;
        ensure!(self.delays.try_recv().is_err(), "an event was heard twice");
        Ok(delays)
    }
}

/// Begins to listen; returns once all do.
fn listen(address: SocketAddr, key: &str, listeners: usize, epoch: Instant) -> anyhow::Result<Heard> {
    let (sender, delays) = mpsc::channel();
    let (ready, all_ready) = mpsc::channel();
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let request = format!(
        "GET /v1/events?types=response.created HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n"
    );
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async {
            let mut running = Vec::with_capacity(listeners);
            for _ in 0..listeners {
                let mut stream = TcpStream::connect(address).await?;
                stream.write_all(request.as_bytes()).await?;
                let mut head = [0; 1024];
                let read = stream.read(&mut head).await?;
                ensure!(
                    head[..read].starts_with(b"HTTP/1.1 200"),
                    "{}",
                    String::from_utf8_lossy(&head[..read])
                );
                running.push(tokio::task::spawn_local(hear(stream, sender.clone(), stopping.clone(), epoch)));
            }
            ready.send(())?;
            for listener in running {
                listener.await??;
            }
            Ok(())
        })
    });
    if all_ready.recv().is_err() {
        thread.join().map_err(|_| anyhow::anyhow!("a listener panicked"))??;
        anyhow::bail!("the listeners ended");
    }
    Ok(Heard { delays, stop, thread })
}

async fn hear(
    mut stream: TcpStream,
    delays: mpsc::Sender<f64>,
    mut stopping: tokio::sync::watch::Receiver<bool>,
    epoch: Instant,
) -> anyhow::Result<()> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        tokio::select! {
            read = stream.read_buf(&mut bytes) => ensure!(read? > 0, "a stream ended"),
            _ = stopping.wait_for(|stop| *stop) => return Ok(()),
        }
        let read = ages(&bytes, epoch, &mut |age| drop(delays.send(age)));
        bytes.drain(..read);
    }
}
