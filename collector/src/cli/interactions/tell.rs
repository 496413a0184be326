//! Telling the collector of every row, in one call: rows are read and go out, answers come in and are written, all at once, and
//! no more than some of them are in memory; of what is answered more, where the output is slow to take it.

use anyhow::{Context, anyhow, bail};
use csv::StringRecord;
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use wire::Problem;

use super::super::client::{Called, Client, told};
use super::super::trial::{Kind, kind_of};
use super::{Counts, MOST_MISTAKES, Output, PART, Part, Rows, from};
use crate::http::local::AnswerLines;
use crate::http::{LineDecided, LineRefused, NDJSON};

/// Parts that are under way: more than the collector takes before it answers.
const UNDER_WAY: usize = 8;

/// Rows that went out, and the line of the first of them.
struct Sent {
    line: u64,
    records: Vec<StringRecord>,
}

/// Rows that are answered.
struct Answered {
    sent: Sent,
    decided: Vec<LineDecided>,
}

/// Tells every row, and writes what became of it.
pub(super) async fn tell(
    client: &Client,
    rows: Rows,
    bar: &ProgressBar,
    out: Output,
) -> anyhow::Result<Counts> {
    let header = rows.header.clone();
    let first = rows.reader.position().line();
    let (to_send, parts) = mpsc::channel(1);
    let (to_match, sent) = mpsc::channel(UNDER_WAY);
    // Without a bound: who is slow to take the output, a pager say, does not keep the collector waiting, which would break off.
    let (to_write, answered) = mpsc::unbounded_channel();
    let reading = spawn_blocking(move || read(rows, &to_match, &to_send));
    let writing = spawn_blocking(move || write(out, &header, answered));
    // Whatever it comes to, the channels end with it.
    let counts = async move {
        match client.exchange("/v1/interactions", NDJSON, parts).await.with_context(|| from(first))? {
            Called::Done(answers) => take(answers, sent, to_write, bar).await,
            Called::Refused(problem) => bail!("nobody was asked: {}", told(&problem, MOST_MISTAKES)),
        }
    };
    let counts = counts.await;
    // What was decided is written in any case; why the rest was not is said before all else.
    let written = writing.await?;
    let counts = counts?;
    written?;
    reading.await??;
    Ok(counts)
}

/// Reads rows until there are no more, or nobody wants them.
fn read(
    mut rows: Rows,
    to_match: &mpsc::Sender<Sent>,
    to_send: &mpsc::Sender<Vec<u8>>,
) -> anyhow::Result<()> {
    while let Some(Part { line, interactions, records }) = rows.part(PART)? {
        let mut body = Vec::new();
        for interaction in &interactions {
            serde_json::to_writer(&mut body, interaction)?;
            body.push(b'\n');
        }
        let sent = Sent { line, records };
        if to_match.blocking_send(sent).is_err() || to_send.blocking_send(body).is_err() {
            break;
        }
    }
    Ok(())
}

/// Writes what became of rows, until there are no more.
fn write(
    mut out: Output,
    header: &StringRecord,
    mut answered: mpsc::UnboundedReceiver<Answered>,
) -> anyhow::Result<()> {
    while let Some(Answered { sent, decided }) = answered.blocking_recv() {
        out.write(header, &sent.records, &decided).with_context(|| from(sent.line))?;
    }
    Ok(())
}

/// Matches rows with their answers, and hands them on to be written.
async fn take(
    mut answers: AnswerLines,
    mut under_way: mpsc::Receiver<Sent>,
    to_write: mpsc::UnboundedSender<Answered>,
    bar: &ProgressBar,
) -> anyhow::Result<Counts> {
    let mut counts = Counts::new();
    let mut refused = Refused::default();
    while let Some(sent) = under_way.recv().await {
        let line_of =
            |n: usize| sent.records.get(n).and_then(StringRecord::position).map_or(0, csv::Position::line);
        let mut decided = Vec::with_capacity(sent.records.len());
        let ended = loop {
            if decided.len() == sent.records.len() {
                break Ok(());
            }
            let line = line_of(decided.len());
            match next(&mut answers).await {
                Ok(Some(answer)) => {
                    *counts.entry(kind(&answer)).or_default() += 1;
                    refused.note(line, &answer);
                    decided.push(answer);
                }
                Ok(None) => break Err(refused.ended(line)),
                Err(error) => break Err(error.context(from(line))),
            }
        };
        bar.inc(decided.len() as u64);
        // Who writes says why it cannot be done.
        let is_written = to_write.send(Answered { sent, decided }).is_ok();
        ended?;
        if !is_written {
            break;
        }
    }
    match refused.first {
        Some((line, problem)) => {
            bail!(
                "not all rows were taken, the first of them in line {line}: {}",
                told(&problem, MOST_MISTAKES)
            )
        }
        None => Ok(counts),
    }
}

async fn next(answers: &mut AnswerLines) -> anyhow::Result<Option<LineDecided>> {
    let line = answers.next().await?;
    Ok(line.map(|line| serde_json::from_slice(&line)).transpose()?)
}

/// The rows that nothing was done about: lines of the file, and why.
#[derive(Default)]
struct Refused {
    first: Option<(u64, Problem)>,
    /// The newest answer, if it is one.
    last: Option<(u64, Problem)>,
}

impl Refused {
    fn note(&mut self, line: u64, answer: &LineDecided) {
        self.last = match answer {
            LineDecided::Decided(_) => None,
            LineDecided::Refused(LineRefused { error, .. }) => Some((line, error.clone())),
        };
        if self.first.is_none() {
            self.first.clone_from(&self.last);
        }
    }

    /// What the end of the answers means, if there is none for this line: the one before says why.
    fn ended(&self, line: u64) -> anyhow::Error {
        match (&self.first, &self.last) {
            (Some((first, _)), Some((last, why))) if first < last => {
                anyhow!(
                    "not all rows from line {first} on were taken, and from line {last} on nobody was asked: {}",
                    told(why, MOST_MISTAKES)
                )
            }
            (_, Some((last, why))) => {
                anyhow!("from line {last} on nobody was asked: {}", told(why, MOST_MISTAKES))
            }
            _ => anyhow!(from(line)),
        }
    }
}

fn kind(answer: &LineDecided) -> Kind {
    match answer {
        LineDecided::Decided(decided) => kind_of(decided),
        LineDecided::Refused(refused) => ("refused".to_owned(), refused.error.code.clone()),
    }
}
