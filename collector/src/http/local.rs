//! Calling the collector's routes from this machine without a key: through the socket of the running collector, or within
//! this process over a store that it opened itself.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::http::{Method, Request, header};
use axum::{Extension, Router};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
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
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes())?)
            .uri(path)
            .header(header::HOST, "localhost");
        let request = match &body {
            Some(_) => request.header(header::CONTENT_TYPE, content_type),
            None => request,
        };
        let request = request.body(Full::new(Bytes::from(body.unwrap_or_default())))?;
        match self {
            Self::Here(router) => {
                let answer = router.clone().oneshot(request.map(axum::body::Body::new)).await?;
                Ok((answer.status().as_u16(), answer.into_body().collect().await?.to_bytes()))
            }
            Self::Running(socket) => {
                let stream = TokioIo::new(UnixStream::connect(socket).await?);
                let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
                let connection = tokio::spawn(connection);
                let answer = sender.send_request(request).await?;
                let answer = (answer.status().as_u16(), answer.into_body().collect().await?.to_bytes());
                connection.abort();
                Ok(answer)
            }
        }
    }
}
