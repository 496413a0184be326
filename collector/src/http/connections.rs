//! Connections: taken up to a number, ended when nothing comes of them, finished at a stop.
//!
//! A connection keeps its place only while something happens on it: a request is being answered, or an answer is being
//! taken. Half a request's head, or none, ends it, and so does a client that stops reading. One look every few seconds
//! tells; a timer for each request would cost as much as answering some of them.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// How often a connection is looked at. It ends when nothing happened between two looks, twice: after 10 to 15 seconds.
const LOOK: Duration = Duration::from_secs(5);

/// How long nothing may happen on a connection once the server is stopping.
const LINGER: Duration = Duration::from_millis(500);

/// How long to wait when no connection can be taken: mostly because there are no more file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the log says again that connections cannot be taken.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// Where connections come from.
pub(super) trait Listen: Send + 'static {
    /// What one of them is.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Takes the next one.
    fn take(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Listen for TcpListener {
    type Stream = TcpStream;

    async fn take(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.accept().await?;
        // A small answer must not wait for the next packet.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

impl Listen for UnixListener {
    type Stream = UnixStream;

    async fn take(&self) -> io::Result<UnixStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

/// Serves at most `most` connections at once until `stop`, then finishes the requests that were accepted.
pub(super) async fn serve(
    listener: impl Listen,
    router: Router,
    most: usize,
    stop: impl Future<Output = ()> + Send,
) {
    // Layers are put together here, once.
    let router: Router = router.with_state(());
    let places = Arc::new(Semaphore::new(most));
    let (stopping, stopped) = watch::channel(false);
    let mut trouble = Trouble::default();
    let mut stop = pin!(stop);
    loop {
        if places.available_permits() == 0 {
            trouble.say(&format!("there are {most} connections (limits.connections): the next ones wait"));
        }
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.take().await)
        };
        let (place, taken) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        match taken {
            Ok(stream) => {
                let (router, stopped) = (router.clone(), stopped.clone());
                tokio::spawn(async move {
                    converse(stream, router, stopped).await;
                    drop(place);
                });
            }
            // The caller was gone before it was its turn.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                trouble.say(&format!("connections cannot be taken: {error}"));
                tokio::select! {
                    () = &mut stop => break,
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    // Every place is free once every connection has ended.
    let _ = places.acquire_many(u32::try_from(most).unwrap_or(u32::MAX)).await;
}

/// Says what goes wrong, but not each time.
#[derive(Default)]
struct Trouble(Option<Instant>);

impl Trouble {
    fn say(&mut self, what: &str) {
        if self.0.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            self.0 = Some(Instant::now());
            tracing::warn!("{what}");
        }
    }
}

/// Serves one connection to its end.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let activity = Arc::new(Activity::default());
    let seen = Arc::clone(&activity);
    let service = service_fn(move |request: Request<Incoming>| {
        seen.answering.store(true, Relaxed);
        let seen = Arc::clone(&seen);
        let answer = router.clone().call(request.map(Body::new));
        async move {
            let answer = answer.await;
            seen.answering.store(false, Relaxed);
            answer
        }
    });
    let stream = Watched { stream: TokioIo::new(stream), activity: Arc::clone(&activity) };
    let mut connection = pin!(http1::Builder::new().serve_connection(stream, service));
    let (mut stopping, mut quiet) = (false, 0);
    loop {
        tokio::select! {
            biased;
            _ = connection.as_mut() => return,
            _ = stopped.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep(if stopping { LINGER } else { LOOK }) => {
                quiet = if activity.take() { 0 } else { quiet + 1 };
                if quiet == 2 || quiet == 1 && stopping {
                    return;
                }
            }
        }
    }
}

/// What happens on a connection.
#[derive(Default)]
struct Activity {
    /// A request is being answered.
    answering: AtomicBool,
    /// Something was written since the last look.
    written: AtomicBool,
}

impl Activity {
    /// Whether anything happened since the last look.
    fn take(&self) -> bool {
        self.written.swap(false, Relaxed) || self.answering.load(Relaxed)
    }
}

/// A stream that notes when something is written to it.
struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S: Read + Unpin> Read for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Write + Unpin> Write for Watched<S> {
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

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> Watched<S> {
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.activity.written.store(true, Relaxed);
        }
        written
    }
}
