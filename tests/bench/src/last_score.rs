//! The last score of one of many customers, beside a route that answers a constant of the same size.

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::Places;
use crate::fill::{self, Filling};
use crate::http;
use crate::load::{self, Load, Next, Outcome};
use crate::process::{Server, pause};
use crate::report::{Budget, figure, median, note, title};
use crate::rows::Random;
use crate::submissions::Tokens;

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Connections that ask
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Submissions a second beside
    #[arg(long, default_value_t = 1000)]
    writes: usize,
    /// Rounds of both
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of one side in one round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

/// Prints look-ups a second beside constant answers a second, without and with submissions arriving meanwhile. These go to
/// the collector in both cases, so that they take as much of the machine from the one as from the other.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title(&format!("Last score of one of {} customers", places.customers));
    let directory = fill::customers(places)?;
    let filling = Filling::open(places, &directory)?;
    let key = filling.key()?;
    let writes = 2 * options.rounds * (options.seconds as usize + 2) * options.writes;
    let mut tokens = Tokens::invited(&filling, 0, writes)?;
    filling.close();

    let collector = Server::collector(places, &directory)?;
    let seconds = until_in_memory(&collector)?;
    note(&format!("last scores are in memory {seconds:.1} s after the collector was ready"));
    let example = format!("/v1/customers/{}/last-score", fill::customer(7));
    let answer = http::get(collector.address, &example, &[&format!("authorization: Bearer {key}")])?;
    let constant_answer = places.work.join("last-score.json");
    fs::write(&constant_answer, &answer.body)?;
    let constant = Server::constant(&constant_answer)?;
    note(&format!("{} connections; the answer has {} bytes", options.connections, answer.body.len()));

    for writes in [0, options.writes] {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for round in 0..options.rounds {
            for (server, rounds) in [(&collector, &mut ours), (&constant, &mut theirs)] {
                let reads = Load {
                    address: server.address,
                    connections: options.connections,
                    status: "200",
                    pace: None,
                    next: requests(server.address, &key, places.customers, round as u64),
                };
                let submissions = tokens.take(writes * (options.seconds as usize + 2));
                let submissions = Load {
                    address: collector.address,
                    connections: 8,
                    status: "201",
                    pace: Some(writes as f64),
                    next: submissions.requests(),
                };
                let loads = [Some(reads), (writes > 0).then_some(submissions)];
                let before = server.processor_seconds()?;
                let outcomes =
                    load::run(loads.into_iter().flatten().collect(), Duration::from_secs(options.seconds))?;
                let used = server.processor_seconds()? - before;
                rounds.push(Round::new(outcomes, used)?);
            }
        }
        print(writes, &ours, &theirs);
    }
    collector.stop()
}

/// Waits until the collector has read what it holds, which it does after it has started; how long that took.
fn until_in_memory(collector: &Server) -> anyhow::Result<f64> {
    let started = Instant::now();
    loop {
        let metrics = http::get(collector.address, "/metrics", &[])?;
        if String::from_utf8_lossy(&metrics.body)
            .lines()
            .any(|line| line == "hearback_last_scores_in_memory 1")
        {
            return Ok(started.elapsed().as_secs_f64());
        }
        ensure!(started.elapsed() < Duration::from_secs(120), "last scores were not read into memory");
        pause(Duration::from_millis(20));
    }
}

struct Round {
    reads: Outcome,
    writes: Option<Outcome>,
    /// Processor time of the server for one answer, microseconds.
    micros: f64,
}

impl Round {
    fn new(outcomes: Vec<Outcome>, seconds: f64) -> anyhow::Result<Self> {
        let mut outcomes = outcomes.into_iter();
        let reads = outcomes.next().context("nothing was measured")?;
        Ok(Self { micros: seconds * 1e6 / reads.answers as f64, reads, writes: outcomes.next() })
    }
}

fn print(writes: usize, ours: &[Round], theirs: &[Round]) {
    let budgeted = writes > 0;
    let budget = |budget: Budget| if budgeted { budget } else { Budget::None };
    let middle = |rounds: &[Round], value: fn(&Round) -> f64| median(rounds.iter().map(value));
    if budgeted {
        let rates = ours.iter().chain(theirs).flat_map(|round| &round.writes);
        note(&format!("while {:.0} submissions/s are recorded", median(rates.map(|writes| writes.rate))));
    } else {
        note("while nothing is written");
    }
    figure("  last scores", middle(ours, |round| round.reads.rate), "/s", Budget::None);
    figure("  half within", middle(ours, |round| round.reads.p50), "ms", Budget::None);
    let p99 = middle(ours, |round| round.reads.p99);
    figure("  99 of 100 within", p99, "ms", budget(Budget::AtMost(5.0)));
    figure(
        "  the collector's processor time for one",
        middle(ours, |round| round.micros),
        "µs",
        Budget::None,
    );
    figure("  constant answers", middle(theirs, |round| round.reads.rate), "/s", Budget::None);
    figure("  constant: 99 of 100 within", middle(theirs, |round| round.reads.p99), "ms", Budget::None);
    figure("  constant: processor time for one", middle(theirs, |round| round.micros), "µs", Budget::None);
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| 100.0 * ours.reads.rate / theirs.reads.rate);
    figure("  last scores against constant answers", median(ratios), "%", budget(Budget::AtLeast(80.0)));
}

/// Asks for one customer after the other, in no order.
fn requests(address: SocketAddr, key: &str, customers: usize, seed: u64) -> Next {
    let path = |customer: &str| format!("/v1/customers/{customer}/last-score");
    let end = format!(" HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n");
    let mut random = Random::new(seed);
    Box::new(move |bytes| {
        let customer = fill::customer(random.below(customers as u64) as usize);
        bytes.clear();
        bytes.extend_from_slice(b"GET ");
        bytes.extend_from_slice(path(&customer).as_bytes());
        bytes.extend_from_slice(end.as_bytes());
        Ok(())
    })
}
