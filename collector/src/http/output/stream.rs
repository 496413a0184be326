//! A file on its way to the client, a chunk at a time.
//!
//! Each chunk is made by a job where it may block, while the one before is sent, and the next one only once that is taken. So
//! there are never more than two in memory; no thread waits for a slow client; and when the client goes away there is nothing to
//! stop: what was to be read is dropped with the answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::task::JoinHandle;

use crate::output::{Broken, Chunks};

/// A body of chunks. One that breaks off ends with an error: the connection is broken off too, so that what was sent is never
/// taken for the whole.
pub(super) struct Stream {
    /// The first one, which is there already.
    first: Option<Bytes>,
    /// What makes the next one; nothing after the last.
    job: Option<Job>,
}

type Job = JoinHandle<Option<Result<(Vec<u8>, Chunks), Broken>>>;

/// Makes the first chunk.
///
/// # Errors
/// When it cannot be made: nothing is sent yet.
pub(super) async fn begin(chunks: Chunks) -> Result<Stream, Broken> {
    match next(chunks).await? {
        Some(made) => {
            let (first, chunks) = made?;
            Ok(Stream { first: Some(first.into()), job: Some(next(chunks)) })
        }
        None => Ok(Stream { first: None, job: None }),
    }
}

fn next(mut chunks: Chunks) -> Job {
    tokio::task::spawn_blocking(move || Some(chunks.next()?.map(|chunk| (chunk, chunks))))
}

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let Some(job) = &mut self.job else {
            return Poll::Ready(None);
        };
        let made = ready!(Pin::new(job).poll(context));
        self.job = None;
        let made = made.unwrap_or_else(|panic| Some(Err(panic.into())));
        Poll::Ready(made.map(|made| {
            let (chunk, chunks) = made.inspect_err(|error| tracing::error!(%error, "an answer broke off"))?;
            self.job = Some(next(chunks));
            Ok(Frame::data(chunk.into()))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.job.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::{Duration, Instant};

    use http_body_util::BodyExt;

    use super::*;
    use crate::output::{Cell, Column, Kind, Rows, Table};

    fn table(rows: Rows) -> Chunks {
        Table { name: "t".into(), columns: vec![Column::new("a", Kind::Text)], rows }.csv(false)
    }

    #[tokio::test]
    async fn a_file_arrives_whole() {
        let rows = (0..200_000_u32).map(|n| Ok(vec![Cell::from(n)]));
        let body = begin(table(Box::new(rows))).await.unwrap();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert!(text.starts_with("a\r\n0\r\n1\r\n") && text.ends_with("\r\n199999\r\n"));
        assert_eq!(text.lines().count(), 200_001);
    }

    #[tokio::test]
    async fn what_goes_wrong_first_is_an_error_and_what_goes_wrong_later_breaks_off() {
        let break_at = |place| {
            let rows = (0..)
                .map(move |n| if n < place { Ok(vec![Cell::from(n as u32)]) } else { Err("gone".into()) });
            begin(table(Box::new(rows)))
        };
        assert!(break_at(5).await.is_err());
        let error = break_at(100_000).await.unwrap().collect().await.unwrap_err();
        assert_eq!(error.to_string(), "gone");
        let panic = (0..).map(|n| if n < 100_000 { Ok(vec![Cell::from(n as u32)]) } else { panic!("n") });
        assert!(begin(table(Box::new(panic))).await.unwrap().collect().await.is_err());
    }

    /// Rows without an end, which know when they are dropped.
    struct Endless(Arc<AtomicUsize>);

    impl Iterator for Endless {
        type Item = Result<Vec<Cell>, Broken>;

        fn next(&mut self) -> Option<Self::Item> {
            self.0.fetch_add(1, SeqCst);
            Some(Ok(vec![Cell::from("x".repeat(100))]))
        }
    }

    #[tokio::test]
    async fn who_stops_reading_stops_the_reading() {
        let made = Arc::new(AtomicUsize::new(0));
        let mut body = begin(table(Box::new(Endless(Arc::clone(&made))))).await.unwrap();
        for _ in 0..3 {
            body.frame().await.unwrap().unwrap();
        }
        drop(body);
        let started = Instant::now();
        while Arc::strong_count(&made) > 1 {
            assert!(started.elapsed() < Duration::from_secs(20), "somebody still reads rows");
            tokio::task::yield_now().await;
        }
        // Three taken and the one after them.
        assert!(made.load(SeqCst) < 5 * 64 * 1024 / 100, "{made:?} rows");
    }
}
