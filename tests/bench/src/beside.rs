//! Submissions at a steady pace, while nobody asks for reports and while several clients do without pause.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;

use crate::Places;
use crate::fill::{self, Filling};
use crate::load::{self, Load, Next, Outcome};
use crate::process::Server;
use crate::report::{Budget, figure, median, note, title};
use crate::submissions::Tokens;

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Submissions a second
    #[arg(long, default_value_t = 1000)]
    writes: usize,
    /// Clients that ask for reports
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Rounds of both
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of one side in one round
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// Connections by which submissions come.
const CONNECTIONS: usize = 32;

/// What is asked for, in turn.
const REPORTS: [&str; 5] = [
    "/v1/nps?by=branch&every=month",
    "/v1/nps?by=region&every=month&where=product:product-3",
    "/v1/nps?by=agent&every=week&zone=Europe/Berlin",
    "/v1/nps?by=product&by=region&compare=rest",
    "/v1/nps?every=day&where=not%20channel:channel-0",
];

/// Prints how long submissions take without reports and beside them.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    title(&format!(
        "{} submissions a second beside {} clients that ask for reports without pause, {} responses",
        options.writes, options.clients, places.customers
    ));
    let directory = fill::customers(places)?;
    let filling = Filling::open(places, &directory)?;
    let key = filling.key()?;
    // The time for warming up, and some to spare.
    let in_one = (options.seconds as usize + 2) * options.writes;
    let mut tokens = Tokens::invited(&filling, 0, 2 * options.rounds * in_one)?;
    filling.close();

    let collector = Server::collector(places, &directory)?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        for (clients, rounds) in [(0, &mut alone), (options.clients, &mut beside)] {
            let submissions = Load {
                address: collector.address,
                connections: CONNECTIONS,
                status: "201",
                pace: Some(options.writes as f64),
                next: tokens.take(in_one).requests(),
            };
            let reports = Load {
                address: collector.address,
                connections: clients,
                status: "200",
                pace: None,
                next: reports(collector.address, &key),
            };
            rounds.push(load::run(vec![submissions, reports], Duration::from_secs(options.seconds))?);
        }
    }
    collector.stop()?;

    let [alone, beside] = [print("while nobody asks", &alone)?, print("while they ask", &beside)?];
    figure("p99 of submissions beside reports, against alone", beside / alone, "×", Budget::AtMost(2.0));
    Ok(())
}

/// Prints what came of the rounds, and gives the p99 of submissions.
fn print(when: &str, rounds: &[Vec<Outcome>]) -> anyhow::Result<f64> {
    let middle = |place: usize, value: fn(&Outcome) -> f64| {
        let values = rounds.iter().map(|round| round.get(place).map(value));
        values.collect::<Option<Vec<f64>>>().map(median).context("nothing was measured")
    };
    note(when);
    figure("  submissions", middle(0, |submissions| submissions.rate)?, "/s", Budget::None);
    figure("  half acknowledged within", middle(0, |submissions| submissions.p50)?, "ms", Budget::None);
    let p99 = middle(0, |submissions| submissions.p99)?;
    figure("  99 of 100 within", p99, "ms", Budget::None);
    if middle(1, |reports| reports.rate)? > 0.0 {
        figure("  reports", middle(1, |reports| reports.rate)?, "/s", Budget::None);
        figure("  half made within", middle(1, |reports| reports.p50)?, "ms", Budget::None);
        figure("  99 of 100 within", middle(1, |reports| reports.p99)?, "ms", Budget::None);
    }
    Ok(p99)
}

fn reports(address: SocketAddr, key: &str) -> Next {
    let end = format!(" HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n");
    let mut paths = REPORTS.iter().cycle();
    Box::new(move |bytes| {
        let path = paths.next().context("there is no report")?;
        bytes.clear();
        bytes.extend_from_slice(b"GET ");
        bytes.extend_from_slice(path.as_bytes());
        bytes.extend_from_slice(end.as_bytes());
        Ok(())
    })
}
