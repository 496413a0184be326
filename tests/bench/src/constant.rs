//! What the last score is compared with: axum, set up as the collector's server is, with a route that answers the same
//! bytes to everything.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

/// How to serve it.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Where to listen
    #[arg(long)]
    listen: SocketAddr,
    /// The file that is answered
    #[arg(long)]
    body: PathBuf,
}

/// Serves until it is ended.
#[tokio::main]
pub(crate) async fn serve(options: &Options) -> anyhow::Result<()> {
    let body: &'static [u8] = fs::read(&options.body)?.leak();
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let router =
        Router::new().route("/", get(answer)).route("/v1/customers/{customer}/last-score", get(answer));
    let listener = TcpListener::bind(options.listen).await?;
    axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}
