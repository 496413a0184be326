//! Interactions one a line, any number of them. Each is answered by a line, in their order.
//!
//! While some are decided on, the next are read, and what became of those before goes out: neither side holds all of them. They
//! are decided on in parts, each all or nothing, as large as what has come meanwhile: somebody who sends a line now and then is
//! answered at once.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, FuturesOrdered, StreamExt};
use tokio::sync::mpsc;

use super::{LineDecided, LineRefused, NDJSON, decide};
use crate::domain::asking::{Accepted, Interaction};
use crate::http::App;
use crate::http::body::Json;
use crate::http::error::Error;

/// Most interactions of a part, unless less may come in one call: others wait for so many.
const PART: usize = 2000;

/// Parts that the store is told of at a time. One is decided on, the next waits its turn there: the writer never waits for it.
const AT_ONCE: usize = 2;

/// Answers line by line.
pub(super) fn answer(app: App, body: Body, longest: usize) -> Result<Response, Error> {
    if app.store.catalog().asking().is_none() {
        return Err(Error::NoAsking);
    }
    let (answers, mut answered) = mpsc::channel(1);
    tokio::spawn(read_and_decide(app, Lines::new(body, longest), answers));
    let lines = stream::poll_fn(move |context| answered.poll_recv(context));
    // A proxy that gathers answers would keep them until the last.
    let headers = [(header::CONTENT_TYPE.as_str(), NDJSON), ("x-accel-buffering", "no")];
    Ok((headers, Body::from_stream(lines.map(Ok::<Bytes, std::convert::Infallible>))).into_response())
}

/// Ends when all is answered, when nobody hears the answers any more, or when something cannot be kept.
async fn read_and_decide(app: App, mut lines: Lines, answers: mpsc::Sender<Bytes>) {
    let most = app.limits.invitations_per_call.clamp(1, PART);
    let mut deciding = FuturesOrdered::new();
    let mut read = Vec::new();
    loop {
        // The second one only when it is full: what is small would overtake what is large.
        let is_due = read.len() >= most || deciding.is_empty();
        if !read.is_empty() && is_due && deciding.len() < AT_ONCE {
            let part: Vec<Read> = read.drain(..read.len().min(most)).collect();
            deciding.push_back(decide_part(&app, part));
        }
        tokio::select! {
            // What is to be decided on is told to the store before more is read, and so in its order.
            biased;
            Some((decided, is_kept)) = deciding.next() => {
                if answers.send(decided).await.is_err() {
                    return;
                }
                if !is_kept {
                    lines.is_over = true;
                    read.clear();
                }
            }
            more = lines.body.next(), if !lines.is_over && read.len() < most => {
                let cut = lines.cut(more).into_iter();
                read.extend(cut.map(|(line, text)| (line, text.and_then(|text| accept(&app, &text)))));
            }
            else => return,
        }
    }
}

/// A line's number, and what it says.
type Read = (u64, Result<Accepted, Error>);

fn accept(app: &App, text: &[u8]) -> Result<Accepted, Error> {
    let Json(interaction) = Json::<Interaction>::read(text)?;
    interaction.accept(&app.limits, app.phones).map_err(|problems| Error::Invalid("interaction", problems))
}

/// The answers to these lines, and whether what was decided could be kept.
async fn decide_part(app: &App, part: Vec<Read>) -> (Bytes, bool) {
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
    let is_kept = decided.is_ok();
    let failed = decided.as_ref().err().cloned();
    let mut decided = decided.unwrap_or_default().into_iter();
    let mut answers = Vec::new();
    for (line, wrong) in read {
        let answer = match wrong.as_ref().or(failed.as_ref()) {
            Some(error) => Some(refused(line, error)),
            None => decided.next().map(LineDecided::Decided),
        };
        // Writing text to memory does not fail.
        let _ = serde_json::to_writer(&mut answers, &answer);
        answers.push(b'\n');
    }
    (answers.into(), is_kept)
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
