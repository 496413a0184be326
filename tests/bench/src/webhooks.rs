//! From a response, as it is sent, to the webhook received on the same machine: with an endpoint that never answers among many,
//! and without.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::load::{self, Load};
use crate::process::Server;
use crate::report::{Budget, figure, note, quantile, title};
use crate::stamps::{ages, stamped};
use crate::submissions::Tokens;
use crate::{Places, fill, http};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Responses a second
    #[arg(long, default_value_t = 500)]
    rate: usize,
    /// Webhooks, each of one team
    #[arg(long, default_value_t = 50)]
    webhooks: usize,
    /// Seconds of each
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

/// How long the last message may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Prints how long it takes until an endpoint has a response.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title(&format!(
        "Webhooks: from sending a response to the message received, {} responses a second",
        options.rate
    ));
    round(places, options, 1, false)?;
    round(places, options, options.webhooks, false)?;
    round(places, options, options.webhooks, true)
}

/// One measurement: so many webhooks, of one team each; the last of them never answers, if that is wanted.
fn round(places: &Places, options: &Options, webhooks: usize, is_one_dead: bool) -> anyhow::Result<()> {
    let (directory, filling) = fill::fresh(places, "webhooks")?;
    let count = options.rate * (options.seconds as usize + 2) + 100;
    let tokens = filling.invite_of_teams(webhooks, count)?;
    let key = filling.key()?;
    filling.close();
    let server = Server::collector_with(places, &directory, &["--webhooks-allow", "127.0.0.1"])?;
    let epoch = Instant::now();
    let (receiver, delays) = receive(epoch)?;
    // Whoever connects waits for ever.
    let dead = TcpListener::bind("127.0.0.1:0")?;
    for n in 0..webhooks {
        let is_dead = is_one_dead && n + 1 == webhooks;
        let address = if is_dead { dead.local_addr()? } else { receiver };
        let team = fill::team(n);
        let body = format!(
            "{{\"url\":\"http://{address}/{n}\",\"types\":[\"response.created\"],\"unit\":\"{team}\"}}"
        );
        http::post(server.address, "/v1/webhooks", &key, &body)?;
    }
    let time = Duration::from_secs(options.seconds);
    let load = Load {
        address: server.address,
        connections: 32,
        status: "201",
        pace: Some(options.rate as f64),
        next: stamped(Tokens::of(tokens).requests(), epoch),
    };
    let before = server.processor_seconds()?;
    let outcome = load::run(vec![load], time)?.pop().context("nothing was measured")?;
    let used = server.processor_seconds()? - before;
    // Those of the dead one's team are for nobody; which of the others are the last is not known exactly.
    let expected =
        if is_one_dead { outcome.answers * (webhooks - 1) / webhooks - webhooks } else { outcome.answers };
    let mut taken = Vec::with_capacity(expected);
    while taken.len() < expected {
        let delay = delays.recv_timeout(PATIENCE);
        taken.push(delay.with_context(|| format!("only {} of {expected} came", taken.len()))?);
    }
    let name = match (webhooks, is_one_dead) {
        (1, _) => "one webhook takes all of them".to_owned(),
        (_, false) => format!("{webhooks} webhooks, one for each team"),
        (_, true) => format!("{webhooks} webhooks, of which one never answers: the others"),
    };
    note(&format!("{name} ({:.0} responses a second)", outcome.rate));
    figure("  response to webhook: half within", quantile(taken.clone(), 0.5), "ms", Budget::None);
    figure("  95 of 100 within", quantile(taken.clone(), 0.95), "ms", Budget::AtMost(100.0));
    figure("  99 of 100 within", quantile(taken, 0.99), "ms", Budget::None);
    let each = used * 1e6 / outcome.answers as f64;
    figure("  the collector's processor time for one, response included", each, "µs", Budget::None);
    server.stop()?;
    drop(dead);
    Ok(std::fs::remove_dir_all(&directory)?)
}

/// Somebody who takes everything, on a thread that ends with the process; tells how long each took.
fn receive(epoch: Instant) -> anyhow::Result<(SocketAddr, mpsc::Receiver<f64>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let (sender, delays) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, sender.clone(), epoch));
            }
        });
    });
    Ok((address, delays))
}

/// Takes one message after the other.
async fn take(mut stream: TcpStream, delays: mpsc::Sender<f64>, epoch: Instant) {
    let _ = stream.set_nodelay(true);
    let mut bytes = Vec::with_capacity(4096);
    while let Ok(1..) = stream.read_buf(&mut bytes).await {
        let Some(whole) = length(&bytes).filter(|whole| *whole <= bytes.len()) else { continue };
        ages(&bytes[..whole], epoch, &mut |age| drop(delays.send(age)));
        bytes.drain(..whole);
        if stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.is_err() {
            return;
        }
    }
}

/// The length of a whole request, once its head is there.
fn length(request: &[u8]) -> Option<usize> {
    let end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let body = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    Some(end + body.trim().parse::<usize>().ok()?)
}
