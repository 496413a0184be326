//! Answers from many customers at once, each on disk before it is acknowledged.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::Context;
use hearback::domain::secrets::Token;
use uuid::Uuid;

use crate::fill::{self, COMMENT};
use crate::load::{self, Load, Next, Outcome};
use crate::pgbench::{self, Pgbench};
use crate::process::Server;
use crate::report::{Budget, figure, median, note, title};
use crate::{Places, fill::Filling};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Connections, and pgbench's clients
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    connections: Vec<usize>,
    /// Rounds of both
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of one side in one round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Measure the collector alone
    #[arg(long)]
    alone: bool,
}

/// More than is answered in a second by any number of connections.
const ANSWERS_A_SECOND: usize = 30_000;

/// Prints submissions a second beside pgbench's rows a second.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let time = Duration::from_secs(options.seconds);
    title("Durable submissions over HTTP; beside it pgbench, one prepared statement a row, same disk");
    let pgbench = if options.alone { None } else { Some(Pgbench::prepare(places)?) };
    for &connections in &options.connections {
        // Each number of connections begins with a directory that is as empty as the others'.
        let (directory, filling) = fill::fresh(places, "submissions")?;
        let seconds = options.rounds * (options.seconds as usize + 1);
        let limit = ANSWERS_A_SECOND.min(5_000 * connections);
        let tokens = filling.invite(0, seconds * limit)?;
        filling.close();
        let server = Server::collector(places, &directory)?;
        let mut tokens = Tokens(tokens.into());
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..options.rounds {
            ours.push(Round::run(&server, &mut tokens, limit, connections, time)?);
            if let Some(pgbench) = &pgbench {
                theirs.push(pgbench.run(places, connections, time)?);
            }
        }
        server.stop()?;
        std::fs::remove_dir_all(&directory)?;
        print(connections, &ours, &theirs);
    }
    Ok(())
}

fn print(connections: usize, ours: &[Round], theirs: &[pgbench::Outcome]) {
    let budgeted = connections == 64;
    let budget = |budget: Budget| if budgeted { budget } else { Budget::None };
    let middle = |value: fn(&Round) -> f64| median(ours.iter().map(value));
    let rate = middle(|round| round.outcome.rate);
    let s = if connections == 1 { "" } else { "s" };
    note(&format!("{connections} connection{s}"));
    figure("  submissions", rate, "/s", budget(Budget::AtLeast(10_000.0)));
    figure("  half answered within", middle(|round| round.outcome.p50), "ms", Budget::None);
    let p99 = middle(|round| round.outcome.p99);
    figure("  99 of 100 answered within", p99, "ms", budget(Budget::AtMost(25.0)));
    figure("  the collector's processor time for one", middle(|round| round.micros), "µs", Budget::None);
    if theirs.is_empty() {
        return;
    }
    let pgbench = median(theirs.iter().map(|round| round.rate));
    figure("  pgbench: rows", pgbench, "/s", Budget::None);
    figure("  pgbench: half within", median(theirs.iter().map(|round| round.p50)), "ms", Budget::None);
    figure("  pgbench: 99 of 100 within", median(theirs.iter().map(|round| round.p99)), "ms", Budget::None);
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.outcome.rate / theirs.rate);
    figure("  submissions against pgbench's rows", median(ratios), "×", budget(Budget::AtLeast(1.5)));
}

struct Round {
    outcome: Outcome,
    /// Processor time of the server for one submission, microseconds.
    micros: f64,
}

impl Round {
    fn run(
        server: &Server,
        tokens: &mut Tokens,
        limit: usize,
        connections: usize,
        time: Duration,
    ) -> anyhow::Result<Self> {
        let load = Load {
            address: server.address,
            connections,
            status: "201",
            pace: None,
            next: tokens.take((time.as_secs() as usize + 1) * limit).requests(),
        };
        let before = server.processor_seconds()?;
        let outcome = load::run(vec![load], time)?.pop().context("nothing was measured")?;
        let used = server.processor_seconds()? - before;
        Ok(Self { micros: used * 1e6 / outcome.answers as f64, outcome })
    }
}

/// Tokens that were not used yet.
pub(crate) struct Tokens(VecDeque<Token>);

impl Tokens {
    /// Tokens of this many new invitations, to customers from `from` on.
    pub(crate) fn invited(filling: &Filling, from: usize, count: usize) -> anyhow::Result<Self> {
        Ok(Self(filling.invite(from, count)?.into()))
    }

    /// The invitations of these.
    pub(crate) fn of(tokens: Vec<Token>) -> Self {
        Self(tokens.into())
    }

    /// Some of them.
    pub(crate) fn take(&mut self, count: usize) -> Self {
        Self(self.0.drain(..count.min(self.0.len())).collect())
    }

    /// Submissions, each with a token of its own.
    pub(crate) fn requests(mut self) -> Next {
        // What differs has the same length in all of them and is written over the last one's.
        let id = Uuid::nil().to_string();
        let token = "t".repeat(22);
        let body = format!(
            r#"{{"id":"{id}","revision":2,"survey":"support","version":1,"token":"{token}","language":"en","complete":true,"answers":{{"nps":9,"why":"{COMMENT}"}}}}"#
        );
        let request = format!(
            "POST /v1/submissions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\norigin: http://127.0.0.1:8081\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let place = |text: &str| request.find(text).unwrap_or_default();
        let (id_at, token_at, score_at) = (place(&id), place(&token), place(":9,") + 1);
        let mut count = 0u8;
        Box::new(move |bytes| {
            let token = self.0.pop_front().context("too few invitations were made")?;
            bytes.clear();
            bytes.extend_from_slice(request.as_bytes());
            Uuid::new_v4().hyphenated().encode_lower(&mut bytes[id_at..]);
            bytes[token_at..token_at + 22].copy_from_slice(token.reveal().as_bytes());
            count = (count + 1) % 10;
            bytes[score_at] = b'0' + count;
            Ok(())
        })
    }
}
