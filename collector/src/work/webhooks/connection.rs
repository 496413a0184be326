//! Connections to one endpoint: to addresses that were looked at, and to no others.
//!
//! A name is looked up once for each connection, and what is connected to is what was looked at: a name that leads elsewhere the
//! next moment gains nothing. Redirects are answers like others. Connections are kept for the next message.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::domain::webhooks::allow::Allow;
use crate::domain::webhooks::target::Target;
use crate::store::StoreError;

/// How long a connection is kept for the next message.
const IDLE: Duration = Duration::from_secs(20);

/// How long one address may take to be connected to, before the next one is tried.
const CONNECT: Duration = Duration::from_secs(5);

/// What an endpoint answered.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The beginning of the body.
    pub(super) reply: String,
    /// How long it wants to be left alone.
    pub(super) retry_after: Option<SignedDuration>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{0}")]
    Address(String),
    #[error("the name cannot be looked up: {0}")]
    Name(io::Error),
    #[error("cannot be connected to: {0}")]
    Connect(io::Error),
    #[error("TLS: {0}")]
    Tls(io::Error),
    #[error("broke off: {0}")]
    Http(#[from] hyper::Error),
    #[error("the event cannot be read: {0}")]
    Unread(StoreError),
    #[error("no answer within {0} seconds (webhooks.timeout_seconds)")]
    Late(u64),
}

/// What connections need of the settings.
#[derive(Clone)]
pub(super) struct Reach {
    pub(super) allow: Arc<Allow>,
    pub(super) tls: TlsConnector,
    /// Most that a message may take.
    pub(super) timeout: Duration,
    /// How much of a reply is kept.
    pub(super) reply_bytes: usize,
}

/// One endpoint.
pub(super) struct Endpoint {
    target: Target,
    reach: Reach,
    idle: Mutex<Vec<(Instant, SendRequest<Full<Bytes>>)>>,
}

impl Endpoint {
    /// Nothing is connected yet.
    pub(super) fn new(target: Target, reach: Reach) -> Self {
        Self { target, reach, idle: Mutex::default() }
    }

    /// Posts a message. A connection that was closed meanwhile is no failure: the message then goes by a new one.
    pub(super) async fn post(
        &self,
        headers: &[(&'static str, String)],
        body: Bytes,
        now: Timestamp,
    ) -> Result<Answer, Trouble> {
        let seconds = self.reach.timeout.as_secs();
        let whole = tokio::time::timeout(self.reach.timeout, self.exchange(headers, body, now));
        whole.await.unwrap_or(Err(Trouble::Late(seconds)))
    }

    async fn exchange(
        &self,
        headers: &[(&'static str, String)],
        body: Bytes,
        now: Timestamp,
    ) -> Result<Answer, Trouble> {
        if let Some(mut kept) = self.kept() {
            match kept.send_request(self.request(headers, body.clone())).await {
                Ok(response) => return self.read(response, kept, now).await,
                Err(error) if error.is_canceled() || error.is_closed() || error.is_incomplete_message() => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut fresh = self.connect().await?;
        let response = fresh.send_request(self.request(headers, body)).await?;
        self.read(response, fresh, now).await
    }

    fn request(&self, headers: &[(&'static str, String)], body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = hyper::Method::POST;
        // Checked when it was registered; what cannot be a path leads to the root.
        *request.uri_mut() = self.target.path.parse().unwrap_or_default();
        let own = [
            (header::HOST.as_str(), self.target.authority.clone()),
            (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
            (header::USER_AGENT.as_str(), concat!("hearback/", env!("CARGO_PKG_VERSION")).to_owned()),
        ];
        for (name, value) in own.iter().chain(headers) {
            if let Ok(value) = value.parse() {
                request.headers_mut().insert(*name, value);
            }
        }
        request
    }

    /// The answer; the connection is kept where its body came to an end.
    async fn read(
        &self,
        response: Response<Incoming>,
        connection: SendRequest<Full<Bytes>>,
        now: Timestamp,
    ) -> Result<Answer, Trouble> {
        let status = response.status().as_u16();
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| read_wait(value.to_str().ok()?, now));
        let mut body = response.into_body();
        let mut reply = Vec::new();
        while reply.len() < self.reach.reply_bytes {
            let Some(frame) = body.frame().await else {
                self.keep(connection);
                break;
            };
            // The status is what counts.
            let Ok(frame) = frame else { break };
            reply.extend_from_slice(frame.data_ref().map(|data| &data[..]).unwrap_or_default());
        }
        reply.truncate(self.reach.reply_bytes);
        Ok(Answer { status, reply: String::from_utf8_lossy(&reply).into_owned(), retry_after })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Trouble> {
        let stream = self.reach_out().await?;
        // What is sent is small, and nothing comes after it.
        let _ = stream.set_nodelay(true);
        if !self.target.is_secure {
            return begin(stream).await;
        }
        let refused = |error| Trouble::Tls(io::Error::new(io::ErrorKind::InvalidInput, error));
        let name = ServerName::try_from(self.target.host.clone()).map_err(refused)?;
        begin(self.reach.tls.connect(name, stream).await.map_err(Trouble::Tls)?).await
    }

    /// A connection to one of the addresses that the host has, and that may be reached.
    async fn reach_out(&self) -> Result<TcpStream, Trouble> {
        let Target { host, port, .. } = &self.target;
        let found = tokio::net::lookup_host((host.as_str(), *port)).await.map_err(Trouble::Name)?;
        let (allowed, refused): (Vec<SocketAddr>, Vec<SocketAddr>) =
            found.partition(|address| self.may_reach(address.ip()));
        let mut last = None;
        for address in allowed {
            match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = Some(error),
                Err(_) => last = Some(io::ErrorKind::TimedOut.into()),
            }
        }
        Err(match (last, refused.first()) {
            (Some(error), _) => Trouble::Connect(error),
            (None, Some(address)) => Trouble::Address(format!(
                "{host} leads to {}, where messages may not go (webhooks.allow)",
                address.ip()
            )),
            (None, None) => Trouble::Name(io::ErrorKind::NotFound.into()),
        })
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        let allow = &self.reach.allow;
        let host = &self.target.host;
        allow.permits(host, address) && (self.target.is_secure || allow.permits_plain(host, address))
    }

    fn kept(&self) -> Option<SendRequest<Full<Bytes>>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(since, connection)| since.elapsed() < IDLE && connection.is_ready());
        idle.pop().map(|(_, connection)| connection)
    }

    fn keep(&self, connection: SendRequest<Full<Bytes>>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push((Instant::now(), connection));
    }
}

async fn begin<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
) -> Result<SendRequest<Full<Bytes>>, Trouble> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends when nobody can send by it any more.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn read_wait(text: &str, now: Timestamp) -> Option<SignedDuration> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(SignedDuration::from_secs(seconds.into()));
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    Some(until.duration_since(now).max(SignedDuration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_can_ask_for_a_wait_in_both_ways() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let seconds = |text: &str| read_wait(text, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Mon, 02 Mar 2026 09:05:00 GMT"), Some(300));
        assert_eq!(seconds("Mon, 02 Mar 2026 08:00:00 GMT"), Some(0));
        assert_eq!((seconds("-1"), seconds("soon"), seconds("")), (None, None, None));
    }
}
