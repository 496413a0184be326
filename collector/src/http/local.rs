//! Calling the collector's routes from this machine without a key: through the socket of the running collector, or within
//! this process over a store that it opened itself.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{Method, Request, header};
use axum::{Extension, Router};
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tower::ServiceExt;

use super::{App, Local, router};

/// Where calls go.
pub enum LocalCaller {
    /// To the collector that listens at this socket.
    Running(PathBuf),
    /// To the routes in this process.
    Here(Router),
}

/// What came back: the status and the body.
pub type Answer = (u16, Bytes);

impl LocalCaller {
    /// To the collector that listens at this socket; nothing if none does.
    pub async fn running(socket: &Path) -> Option<Self> {
        UnixStream::connect(socket).await.ok().map(|_| Self::Running(socket.to_owned()))
    }

    /// To the routes over this store.
    pub fn here(app: App) -> Self {
        Self::Here(router(app).layer(Extension(Local)))
    }

    /// Calls; a body is sent as JSON. `method` is `GET`, `PUT`…
    ///
    /// # Errors
    /// When the running collector cannot be reached or breaks off.
    pub async fn call(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> anyhow::Result<Answer> {
        self.send(method, path, "application/json", body).await
    }

    /// Calls with a body of this type, or none.
    ///
    /// # Errors
    /// When the running collector cannot be reached or breaks off.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<Vec<u8>>,
    ) -> anyhow::Result<Answer> {
        let content_type = body.is_some().then_some(content_type);
        let body = body.map(Body::from).unwrap_or_default();
        let (status, answer) = self.begin(method, path, content_type, body).await?;
        Ok((status, answer.collect().await?.to_bytes()))
    }

    /// Posts a body of this type that goes out as its parts are made. The answer can be read meanwhile.
    ///
    /// # Errors
    /// When the running collector cannot be reached or breaks off before it answers.
    pub async fn exchange(
        &self,
        path: &str,
        content_type: &str,
        mut parts: mpsc::Receiver<Vec<u8>>,
    ) -> anyhow::Result<(u16, AnswerLines)> {
        let parts = stream::poll_fn(move |context| parts.poll_recv(context));
        let body = Body::from_stream(parts.map(Ok::<_, Infallible>));
        let (status, answer) = self.begin("POST", path, Some(content_type), body).await?;
        Ok((status, AnswerLines { body: answer.into_data_stream(), rest: Vec::new(), read: VecDeque::new() }))
    }

    async fn begin(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: Body,
    ) -> anyhow::Result<(u16, Body)> {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes())?)
            .uri(path)
            .header(header::HOST, "localhost");
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(body)?;
        let answer = match self {
            Self::Here(router) => router.clone().oneshot(request).await?,
            Self::Running(socket) => {
                let stream = TokioIo::new(UnixStream::connect(socket).await?);
                let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
                // Ends with the answer. What goes wrong in it is told by the answer's body.
                tokio::spawn(connection);
                sender.send_request(request).await?.map(Body::new)
            }
        };
        Ok((answer.status().as_u16(), answer.into_body()))
    }
}

/// An answer that is read line by line, as it comes.
pub struct AnswerLines {
    body: BodyDataStream,
    /// The beginning of a line.
    rest: Vec<u8>,
    read: VecDeque<Vec<u8>>,
}

impl AnswerLines {
    /// The next line; nothing at the end.
    ///
    /// # Errors
    /// When the running collector breaks off.
    pub async fn next(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        while self.read.is_empty() {
            let Some(bytes) = self.body.next().await else {
                let last = std::mem::take(&mut self.rest);
                return Ok(Some(last).filter(|last| !last.is_empty()));
            };
            for piece in bytes?.split_inclusive(|byte| *byte == b'\n') {
                self.rest.extend_from_slice(piece);
                if piece.ends_with(b"\n") {
                    self.read.push_back(std::mem::take(&mut self.rest));
                }
            }
        }
        Ok(self.read.pop_front())
    }
}
