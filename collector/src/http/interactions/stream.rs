//! Interactions one a line, any number of them. Each is answered by a line, in their order.
//!
//! While some are decided on, the next are read, and what became of those before goes out: neither side holds all of them. They
//! are decided on in parts, each all or nothing, as large as what has come meanwhile: somebody who sends a line now and then is
//! answered at once.

use std::io;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, FuturesOrdered, StreamExt};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::{LineDecided, LineRefused, NDJSON, decide};
use crate::domain::asking::{Accepted, Interaction};
use crate::http::body::Json;
use crate::http::caller::Teller;
use crate::http::error::Error;
use crate::http::{App, UNBUFFERED};
use crate::store::StoreError;

/// Most interactions of a part, unless less may come in one call: others wait for so many.
const PART: usize = 2000;

/// Parts that the store is told of at a time. One is decided on, the next waits its turn there: the writer never waits for it.
const AT_ONCE: usize = 2;

/// How long is read what nobody decides on any more: who is still telling hears the last answers so.
const DRAINED: Duration = Duration::from_secs(5);

/// Answers line by line.
pub(super) fn answer(app: App, teller: Teller, body: Body, longest: usize) -> Result<Response, Error> {
    if app.store.catalog().asking().is_none() {
        return Err(Error::NoAsking);
    }
    let (answers, answered) = mpsc::channel(1);
    tokio::spawn(read_and_decide(app, teller, Lines::new(body, longest), answers));
    // Only what is said to be the end is one: what breaks off is not to look whole.
    let lines = stream::unfold(Some(answered), |answered| async {
        let mut answered: mpsc::Receiver<Option<Bytes>> = answered?;
        match answered.recv().await {
            Some(Some(lines)) => Some((Ok(lines), Some(answered))),
            Some(None) => None,
            None => Some((Err(io::Error::other("the answers broke off")), None)),
        }
    });
    Ok(([UNBUFFERED, (header::CONTENT_TYPE, NDJSON)], Body::from_stream(lines)).into_response())
}

/// Ends when all is answered, or nobody hears the answers any more. Where it ends before, what answers the first line that is not
/// decided on says why: something could not be kept, the caller may not write any more, or the collector stops.
async fn read_and_decide(app: App, teller: Teller, mut lines: Lines, answers: mpsc::Sender<Option<Bytes>>) {
    let most = app.limits.invitations_per_call.clamp(1, PART);
    let silence = Duration::from_secs(app.limits.request_seconds);
    let mut stopping = app.stopping.subscribe();
    let mut deciding = FuturesOrdered::new();
    let mut read: Vec<Read> = Vec::new();
    let mut over = None;
    loop {
        // The second one only if it is as large as the first: the store lets what is small overtake.
        let is_full =
            read.get(..most).is_some_and(|part| part.iter().all(|(_, interaction)| interaction.is_ok()));
        let is_due = if deciding.is_empty() { !read.is_empty() } else { deciding.len() < AT_ONCE && is_full };
        if is_due && over.is_none() {
            match teller.prove_again(&app) {
                Ok(()) => {
                    let part = read.drain(..read.len().min(most)).collect();
                    deciding.push_back(decide_part(&app, part));
                }
                Err(error) => over = Some(error),
            }
        }
        lines.is_over |= over.is_some();
        tokio::select! {
            // What is to be decided on is told to the store before more is read, and so in its order.
            biased;
            Some((decided, failed)) = deciding.next() => {
                if answers.send(Some(decided)).await.is_err() {
                    return;
                }
                over = over.or(failed);
            }
            () = stop(&mut stopping), if !lines.is_over => {
                over = Some(Error::Unavailable(StoreError::Stopped("the collector is stopping".into())));
            }
            more = timeout(silence, lines.body.next()), if !lines.is_over && read.len() < most => match more {
                Ok(more) => {
                    let cut = lines.cut(more).into_iter();
                    read.extend(cut.map(|(line, text)| (line, text.and_then(|text| accept(&app, &text)))));
                }
                // Nobody keeps a place by saying nothing.
                Err(_) => lines.is_over = deciding.is_empty(),
            },
            else => break,
        }
    }
    if let Some(error) = over {
        let line = read.first().map_or(lines.count + 1, |(line, _)| *line);
        let mut last = Vec::new();
        write(&mut last, &LineDecided::Refused(LineRefused { line, error: error.problem() }));
        // Nobody may be listening.
        let _ = answers.send(Some(last.into())).await;
    }
    let _ = answers.send(None).await;
    let rest = async { while let Some(Ok(_)) = lines.body.next().await {} };
    let _ = timeout(DRAINED, rest).await;
}

async fn stop(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// A line's number, and what it says.
type Read = (u64, Result<Accepted, Error>);

fn accept(app: &App, text: &[u8]) -> Result<Accepted, Error> {
    let Json(interaction) = Json::<Interaction>::read(text)?;
    interaction.accept(&app.limits, app.phones).map_err(|problems| Error::Invalid("interaction", problems))
}

/// The answers to these lines, and why what was decided could not be kept.
async fn decide_part(app: &App, part: Vec<Read>) -> (Bytes, Option<Error>) {
    let refused = |line, error: &Error| LineDecided::Refused(LineRefused { line, error: error.problem() });
    let mut accepted = Vec::with_capacity(part.len());
    // Of each line its number, and why nothing is done.
    let mut read = Vec::with_capacity(part.len());
    for (line, interaction) in part {
        read.push((line, interaction.map(|interaction| accepted.push(interaction)).err()));
    }
    let decided = if accepted.is_empty() {
        Ok(Vec::new())
    } else {
        decide(app, accepted, None).await.map(|(decided, _)| decided)
    };
    let (decided, failed) = match decided {
        Ok(decided) => (decided, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut decided = decided.into_iter();
    let mut answers = Vec::new();
    for (line, wrong) in read {
        match wrong.as_ref().or(failed.as_ref()) {
            Some(error) => write(&mut answers, &refused(line, error)),
            None => {
                if let Some(decided) = decided.next() {
                    write(&mut answers, &LineDecided::Decided(decided));
                }
            }
        }
    }
    (answers.into(), failed)
}

fn write(answers: &mut Vec<u8>, answer: &LineDecided) {
    // Writing text to memory does not fail.
    let _ = serde_json::to_writer(&mut *answers, answer);
    answers.push(b'\n');
}

/// A body, cut into lines.
struct Lines {
    body: BodyDataStream,
    /// The longest that a line may be, bytes.
    longest: usize,
    /// The beginning of a line.
    rest: Vec<u8>,
    /// How many there were.
    count: u64,
    is_over: bool,
}

impl Lines {
    fn new(body: Body, longest: usize) -> Self {
        Self { body: body.into_data_stream(), longest, rest: Vec::new(), count: 0, is_over: false }
    }

    /// The lines that are whole with these bytes; nothing is the end. Empty ones are only counted. One that is too long is the last.
    fn cut(&mut self, more: Option<Result<Bytes, axum::Error>>) -> Vec<(u64, Result<Vec<u8>, Error>)> {
        let mut lines = Vec::new();
        let Some(Ok(bytes)) = more else {
            self.is_over = true;
            // Who breaks off may have broken off in a line.
            if more.is_none() && !self.rest.trim_ascii().is_empty() {
                lines.push((self.count + 1, Ok(std::mem::take(&mut self.rest))));
            }
            return lines;
        };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(piece);
            if self.rest.len() > self.longest {
                self.is_over = true;
                lines.push((self.count + 1, Err(Error::TooLarge(self.longest))));
                break;
            }
            if piece.ends_with(b"\n") {
                self.count += 1;
                let line = std::mem::take(&mut self.rest);
                if !line.trim_ascii().is_empty() {
                    lines.push((self.count, Ok(line)));
                }
            }
        }
        lines
    }
}
