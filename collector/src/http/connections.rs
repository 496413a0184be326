//! Connections: taken up to a number, ended when nothing comes of them, finished at a stop.
//!
//! A connection keeps its place only while something happens on it: a request is being answered, or an answer is being
//! taken. Half a request's head, or none, ends it, and so does a client that stops reading. One look every few seconds
//! tells; a timer for each request would cost as much as answering some of them.
//!
//! An answer that is not finished resets the connection. To end it would do where the answer's length or chunks tell that
//! something is missing, but a proxy that speaks HTTP/1.0 (nginx, unless it is told otherwise) takes the end of the connection for
//! that of the answer.

mod watched;

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

use super::throttle::Peer;
use watched::{Activity, Answer, Watched};

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
    type Stream: Stream;

    /// Takes the next one.
    fn take(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// One connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Makes the other side see that it broke off, where that can be told from an end.
    fn break_off(&self);

    /// The address at the other side, where it has one.
    fn peer(&self) -> Option<IpAddr>;
}

impl Stream for TcpStream {
    fn break_off(&self) {
        // What is closed without waiting for anything is reset.
        let _ = self.set_zero_linger();
    }

    fn peer(&self) -> Option<IpAddr> {
        self.peer_addr().ok().map(|address| address.ip())
    }
}

impl Stream for UnixStream {
    fn break_off(&self) {}

    fn peer(&self) -> Option<IpAddr> {
        None
    }
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
async fn converse(stream: impl Stream, router: Router, mut stopped: watch::Receiver<bool>) {
    let activity = Arc::new(Activity::default());
    let seen = Arc::clone(&activity);
    let peer = stream.peer().map(Peer);
    let service = service_fn(move |mut request: Request<Incoming>| {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        seen.answering.store(true, Relaxed);
        let seen = Arc::clone(&seen);
        let answer = router.clone().call(request.map(Body::new));
        async move {
            let answer = answer.await;
            seen.answering.store(false, Relaxed);
            answer.map(|answer: Response| answer.map(|body| Answer { body, activity: seen }))
        }
    });
    let stream = Watched { stream: TokioIo::new(stream), activity: Arc::clone(&activity) };
    // Head and body in one piece: most answers are small, and copying one takes less than sending two.
    let mut connection = pin!(http1::Builder::new().writev(false).serve_connection(stream, service));
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
