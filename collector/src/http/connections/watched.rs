//! What happens on a connection, noted where it passes: in what is written to it, and in the answers' bodies.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;

use super::Stream;

/// What happens on a connection.
#[derive(Default)]
pub(super) struct Activity {
    /// A request is being answered, or the next part of an answer is being made.
    pub(super) answering: AtomicBool,
    /// Something was written since the last look.
    written: AtomicBool,
    /// There is more of the answer than was asked for yet.
    open: AtomicBool,
    /// Not all of the answer has left.
    unsent: AtomicBool,
}

impl Activity {
    /// Whether anything happened since the last look.
    pub(super) fn take(&self) -> bool {
        self.written.swap(false, Relaxed) || self.answering.load(Relaxed)
    }
}

/// An answer's body that notes whose turn it is: the collector's to make the next part, or the client's to take one.
pub(super) struct Answer {
    pub(super) body: Body,
    pub(super) activity: Arc<Activity>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let part = Pin::new(&mut self.body).poll_frame(context);
        let ended = match &part {
            Poll::Ready(None) => true,
            Poll::Ready(Some(Ok(_))) => self.body.is_end_stream(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        self.activity.answering.store(part.is_pending(), Relaxed);
        self.activity.open.store(!ended, Relaxed);
        self.activity.unsent.store(true, Relaxed);
        part
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that notes when something is written to it, and is broken off if it is closed in the middle of an answer.
pub(super) struct Watched<S: Stream> {
    pub(super) stream: TokioIo<S>,
    pub(super) activity: Arc<Activity>,
}

impl<S: Stream> Drop for Watched<S> {
    fn drop(&mut self) {
        if self.activity.unsent.load(Relaxed) {
            self.stream.inner().break_off();
        }
    }
}

impl<S: Stream> Read for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Stream> Write for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called once everything is written that was to be.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(flushed, Poll::Ready(Ok(()))) && !self.activity.open.load(Relaxed) {
            self.activity.unsent.store(false, Relaxed);
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: Stream> Watched<S> {
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.activity.written.store(true, Relaxed);
        }
        written
    }
}
